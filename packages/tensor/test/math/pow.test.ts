import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pow } from "../../src/math/pow.ts";
import { doubleUlps, floatUlps } from "./accuracy.ts";
import reference from "./reference.json" with { type: "json" };

const special = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, 65, -65, 66, 1e300, -1e300, Infinity, -Infinity, NaN];

describe("pow", () => {
  const { x: bases, exponent: exponents, y: powers } = reference.pow;

  test("is accurate to an ulp for each unit of y ln x, or for each multiplication", () => {
    const failures = bases
      .map((x, i) => ({ x, y: exponents[i], error: doubleUlps(pow(x, exponents[i]), powers[i]) }))
      .filter(({ x, y, error }) => !(error <= 2 + Math.abs(y * Math.log(Math.abs(x))) + (Math.abs(y) <= 64 ? 32 : 0)));
    expect(failures).toEqual([]);
  });

  test("is nearly correctly rounded in float32", () => {
    const failures = bases
      .map((x, i) => ({ x, y: exponents[i], error: floatUlps(pow(x, exponents[i]), powers[i]) }))
      .filter(({ error }) => !(error <= 0.51));
    expect(failures).toEqual([]);
  });

  test("1^y, x^0 and (-1)^Infinity are 1, whatever x and y", () => {
    for (const v of special) expect([pow(1, v), pow(v, 0), pow(v, -0)]).toEqual([1, 1, 1]);
    expect([pow(-1, Infinity), pow(-1, -Infinity)]).toEqual([1, 1]);
  });

  test("otherwise the special cases are those of **, which ECMAScript specifies", () => {
    for (const x of special) {
      for (const y of special) {
        if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) continue;
        const wanted = x ** y;
        const got = pow(x, y);
        if (Number.isFinite(wanted) && wanted !== 0) expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-13);
        else expect(got, `pow(${x}, ${y})`).toBe(wanted);
      }
    }
  });

  test("small integer powers are products", () => {
    fc.assert(
      fc.property(fc.double(), (x) => {
        expect(pow(x, 1)).toBe(x);
        expect(pow(x, 2)).toBe(x * x);
        expect(pow(x, 3)).toBe(x * (x * x));
        expect(pow(x, 4)).toBe(x * x * (x * x));
        expect(pow(x, -1)).toBe(1 / x);
        expect(pow(x, -2)).toBe(1 / (x * x));
      }),
    );
    expect(pow(-1, 63)).toBe(-1);
    expect(pow(2, 64)).toBe(2 ** 64);
  });
});
