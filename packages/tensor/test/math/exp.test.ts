import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp as genericExp, expm1 as genericExpm1, shortExp as genericShortExp } from "../../src/math/exp.ts";
import { plain, testAccuracy } from "./accuracy.ts";
import reference from "./reference.json" with { type: "json" };

const exp = plain(genericExp);
const shortExp = plain(genericShortExp);
const expm1 = plain(genericExpm1);

describe("exp", () => {
  // Measured 1.15: half from the last rounding, a quarter from e^r - 1, the rest from r.
  testAccuracy("exp", exp, 1);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -1e-300]) expect(exp(x)).toBe(1);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(NaN)).toBe(NaN);
  });

  test("overflows and underflows where it must", () => {
    expect(exp(709.782712893384)).toBeLessThan(Infinity);
    expect(exp(709.782712893385)).toBe(Infinity);
    expect(exp(1e300)).toBe(Infinity);
    expect(exp(-745.1332191019411)).toBe(5e-324);
    expect(exp(-745.1332191019412)).toBe(0);
    expect(exp(-1e300)).toBe(0);
    expect(Math.abs(exp(-720) - 2.0322308024e-313)).toBeLessThanOrEqual(5e-324); // subnormal: mpmath
  });

  test("never decreases", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (x, y) => {
        const [least, most] = x < y ? [x, y] : [y, x];
        return exp(least) <= exp(most);
      }),
    );
  });
});

describe("shortExp", () => {
  const { x: xs, y: ys } = reference.exp;

  test("errs by less than 2^-31.7 of the value for x <= 0", () => {
    const drawn = xs.map((x, i) => ({ x, y: ys[i] })).filter(({ x }) => x <= 0 && x >= -708);
    expect(drawn.length).toBeGreaterThan(100);
    // Where r is smallest, the error is largest.
    const worst = [1, 2, 3, 100].map((k) => -(k + 0.4999) * Math.LN2).map((x) => ({ x, y: Math.exp(x) }));
    const failures = [...drawn, ...worst].filter(({ x, y }) => !(Math.abs(shortExp(x) / y - 1) <= 2 ** -31.7));
    expect(failures).toEqual([]);
  });

  test("is 1 at 0, lets NaN through, and stays at e^-708", () => {
    expect([shortExp(0), shortExp(-0), shortExp(NaN)]).toEqual([1, 1, NaN]);
    for (const x of [-708, -709, -1e300, -Infinity])
      expect(Math.abs(shortExp(x) / 3.307553e-308 - 1)).toBeLessThan(1e-6);
  });
});

describe("expm1", () => {
  // Measured 1.92: where k = 1, twice the error of e^r - 1 meets a sum as small as 0.41.
  testAccuracy("expm1", expm1, 2);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300, Infinity]) expect(expm1(x)).toBe(x);
    expect(expm1(-Infinity)).toBe(-1);
    expect(expm1(-1e300)).toBe(-1);
    expect(expm1(710)).toBe(Infinity);
    expect(expm1(709.7)).toBeLessThan(Infinity);
    expect(expm1(NaN)).toBe(NaN);
  });

  test("is exp less 1", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(expm1(x) - (exp(x) - 1))).toBeLessThanOrEqual(4e-16 * Math.max(1, exp(x)));
      }),
    );
  });
});
