import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gelu } from "../../src/math/gelu.ts";
import { testAccuracy } from "./accuracy.ts";

describe("gelu", () => {
  // erfc's 6, the product's 1, and for negative x what rounding x / sqrt 2 costs: x^2 times its relative error.
  testAccuracy("gelu", gelu, (x) => (x < 0 ? 8 + 2 * x * x : 4));

  test("special values", () => {
    for (const x of [0, -0]) expect(gelu(x)).toBe(x);
    expect(gelu(Infinity)).toBe(Infinity);
    expect(gelu(100)).toBe(100);
    expect(gelu(-100)).toBe(-0);
    for (const x of [-Infinity, NaN]) expect(gelu(x)).toBe(NaN);
  });

  test("gelu(x) - gelu(-x) = x, as Phi(x) + Phi(-x) = 1", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(Math.abs(gelu(x) + -gelu(-x) - x)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)));
      }),
    );
  });
});
