import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cosh as genericCosh, sinh as genericSinh } from "../../src/math/hyperbolic.ts";
import { tanh as genericTanh } from "../../src/math/tanh.ts";
import { plain, testAccuracy } from "./accuracy.ts";

const sinh = plain(genericSinh);
const cosh = plain(genericCosh);
const tanh = plain(genericTanh);

const MOST = 710.4758600739439; // the largest double whose sinh and cosh are doubles
const NEXT = 710.475860073944;

describe("sinh", () => {
  // Measured 2.22: expm1's 1.9, which the sum damps, and two roundings.
  testAccuracy("sinh", sinh, 2);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300, Infinity, -Infinity]) expect(sinh(x)).toBe(x);
    expect(sinh(NaN)).toBe(NaN);
  });

  test("overflows where it must", () => {
    for (const x of [709.79, 710, MOST]) expect(sinh(x)).toBeLessThan(Infinity);
    for (const x of [NEXT, 711, 1e300]) expect([sinh(x), sinh(-x)]).toEqual([Infinity, -Infinity]);
  });

  test("is odd, and the product of tanh and cosh", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -MOST, max: MOST, noNaN: true }).filter((x) => Math.abs(x) > 1e-300),
        (x) => {
          expect(sinh(-x)).toBe(-sinh(x));
          expect(Math.abs(sinh(x) / cosh(x) / tanh(x) - 1)).toBeLessThanOrEqual(2 ** -49);
        },
      ),
    );
  });
});

describe("cosh", () => {
  // Measured 1.64, for large |x|: exp's 1.15 and the rounding of the product.
  testAccuracy("cosh", cosh, 2);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -1e-300]) expect(cosh(x)).toBe(1);
    expect([cosh(Infinity), cosh(-Infinity)]).toEqual([Infinity, Infinity]);
    expect(cosh(NaN)).toBe(NaN);
  });

  test("overflows where it must", () => {
    for (const x of [709.79, 710, MOST]) expect(cosh(x)).toBeLessThan(Infinity);
    for (const x of [NEXT, 711, 1e300]) expect([cosh(x), cosh(-x)]).toEqual([Infinity, Infinity]);
  });

  test("is even and at least 1", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(cosh(-x)).toBe(cosh(x));
        expect(cosh(x)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test("neither jumps where the formula for large |x| begins", () => {
    const [before, after] = [700, 700.0000000000001];
    for (const f of [sinh, cosh]) expect(Math.abs(f(after) / f(before) - 1 - (after - before))).toBeLessThan(2 ** -50);
  });
});
