import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acos as genericAcos, asin as genericAsin, atan as genericAtan } from "../../src/math/arctan.ts";
import { plain, testAccuracy } from "./accuracy.ts";

const atan = plain(genericAtan);
const asin = plain(genericAsin);
const acos = plain(genericAcos);

const HALF_PI = Math.PI / 2;
const inDomain = fc.double({ min: -1, max: 1, noNaN: true });
const outside = [1.0000000000000002, -1.0000000000000002, 2, -2, 1e300, -1e300, Infinity, -Infinity, NaN];

describe("atan", () => {
  // Measured 2.04, just above |x| = 0.4134, where t is as large as the result and all its errors count.
  testAccuracy("atan", atan, 2);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300]) expect(atan(x)).toBe(x);
    for (const x of [1e17, 1e300, Infinity]) expect([atan(x), atan(-x)]).toEqual([HALF_PI, -HALF_PI]);
    expect([atan(1), atan(-1)]).toEqual([Math.PI / 4, -Math.PI / 4]);
    expect(atan(NaN)).toBe(NaN);
  });

  test("is odd, and atan(x) + atan(1/x) = pi/2", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        expect(atan(-x)).toBe(-atan(x));
        expect(Math.abs(atan(x) + atan(1 / x) - HALF_PI)).toBeLessThanOrEqual(2 ** -51);
      }),
    );
  });

  test("never decreases over float32s", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (x, y) => {
        const [least, most] = x < y ? [x, y] : [y, x];
        return Math.fround(atan(least)) <= Math.fround(atan(most));
      }),
    );
  });
});

describe("asin", () => {
  // Measured 2.86: atan's error, then the roundings of 1 - x, 1 + x, their product, its root and the quotient.
  testAccuracy("asin", asin, 3);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300]) expect(asin(x)).toBe(x);
    expect([asin(1), asin(-1)]).toEqual([HALF_PI, -HALF_PI]);
    for (const x of outside) expect(asin(x)).toBe(NaN);
  });

  test("is odd, and with acos makes pi/2", () => {
    fc.assert(
      fc.property(inDomain, (x) => {
        expect(asin(-x)).toBe(-asin(x));
        expect(Math.abs(asin(x) + acos(x) - HALF_PI)).toBeLessThanOrEqual(2 ** -50);
      }),
    );
  });
});

describe("acos", () => {
  // Measured 2.25: atan's error, then those of 1 - x, 1 + x and their quotient, which the root halves, and its own.
  testAccuracy("acos", acos, 2);

  test("special values", () => {
    expect([acos(1), acos(-1)]).toEqual([0, Math.PI]);
    expect([acos(0), acos(-0)]).toEqual([HALF_PI, HALF_PI]);
    expect(acos(0.9999999999999999)).toBe(1.4901161193847656e-8); // sqrt(2 * 2^-53) = 2^-26: mpmath
    for (const x of outside) expect(acos(x)).toBe(NaN);
  });

  test("acos(x) + acos(-x) = pi", () => {
    fc.assert(
      fc.property(inDomain, (x) => {
        expect(Math.abs(acos(x) + acos(-x) - Math.PI)).toBeLessThanOrEqual(2 ** -50);
      }),
    );
  });
});
