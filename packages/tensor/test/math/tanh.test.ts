import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tanh as genericTanh } from "../../src/math/tanh.ts";
import { plain, testAccuracy } from "./accuracy.ts";

const tanh = plain(genericTanh);

describe("tanh", () => {
  // Measured 2.13: expm1's 1.9, which the quotient damps, and two roundings.
  testAccuracy("tanh", tanh, 3);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300]) expect(tanh(x)).toBe(x);
    for (const x of [20, 1e300, Infinity]) expect([tanh(x), tanh(-x)]).toEqual([1, -1]);
    expect(tanh(NaN)).toBe(NaN);
  });

  test("is odd and stays within 1", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(tanh(-x)).toBe(-tanh(x));
        expect(Math.abs(tanh(x))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("never decreases over float32s", () => {
    fc.assert(
      fc.property(
        fc.float({ min: -30, max: 30, noNaN: true }),
        fc.float({ min: -30, max: 30, noNaN: true }),
        (x, y) => {
          const [least, most] = x < y ? [x, y] : [y, x];
          return Math.fround(tanh(least)) <= Math.fround(tanh(most));
        },
      ),
    );
  });
});
