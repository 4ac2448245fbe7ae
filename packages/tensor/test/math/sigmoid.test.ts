import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sigmoid as genericSigmoid, softplus as genericSoftplus } from "../../src/math/sigmoid.ts";
import { plain, testAccuracy } from "./accuracy.ts";

const sigmoid = plain(genericSigmoid);
const softplus = plain(genericSoftplus);

describe("sigmoid", () => {
  // Measured 2.11: exp's 1.15, the rounding of the sum and that of the quotient.
  testAccuracy("sigmoid", sigmoid, 2);

  test("special values", () => {
    expect([sigmoid(0), sigmoid(-0)]).toEqual([0.5, 0.5]);
    expect([sigmoid(Infinity), sigmoid(-Infinity)]).toEqual([1, 0]);
    expect([sigmoid(1e300), sigmoid(-1e300)]).toEqual([1, 0]);
    expect(sigmoid(NaN)).toBe(NaN);
  });

  test("sigmoid(x) + sigmoid(-x) = 1", () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (x) => Math.abs(sigmoid(x) + sigmoid(-x) - 1) <= 2 ** -52));
  });
});

describe("softplus", () => {
  // Measured 1.64, in the left tail: exp's error, as ln(1 + z) is nearly z there.
  testAccuracy("softplus", softplus, 2);

  test("special values", () => {
    expect([softplus(Infinity), softplus(-Infinity)]).toEqual([Infinity, 0]);
    expect([softplus(1e300), softplus(-1e300)]).toEqual([1e300, 0]);
    expect([softplus(0), softplus(-0)]).toEqual([Math.LN2, Math.LN2]);
    expect(softplus(NaN)).toBe(NaN);
  });

  test("softplus(x) - softplus(-x) = x", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (x) => {
        expect(Math.abs(softplus(x) - softplus(-x) - x)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)));
      }),
    );
  });
});
