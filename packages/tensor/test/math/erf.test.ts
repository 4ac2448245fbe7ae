import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { erf, erfc } from "../../src/math/erf.ts";
import { testAccuracy } from "./accuracy.ts";

describe("erf", () => {
  // Measured 1.99, at the end of the series.
  testAccuracy("erf", erf, 2);

  test("special values", () => {
    for (const x of [0, -0]) expect(erf(x)).toBe(x);
    for (const x of [6, 28, 1e300, Infinity]) expect([erf(x), erf(-x)]).toEqual([1, -1]);
    expect(erf(NaN)).toBe(NaN);
  });

  test("is odd, and with erfc makes 1", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(erf(-x)).toBe(-erf(x));
        expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThanOrEqual(2 ** -51);
      }),
    );
  });
});

describe("erfc", () => {
  // Measured 5.7: two polynomials of degree 8, their quotient, and exp.
  testAccuracy("erfc", erfc, 6);

  test("special values", () => {
    expect([erfc(0), erfc(-0)]).toEqual([1, 1]);
    expect([erfc(Infinity), erfc(-Infinity)]).toEqual([0, 2]);
    expect([erfc(1e300), erfc(-1e300)]).toEqual([0, 2]);
    expect(erfc(NaN)).toBe(NaN);
  });
});
