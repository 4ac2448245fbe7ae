import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cos, sin } from "../../src/math/trig.ts";
import { testAccuracy } from "./accuracy.ts";

describe("sin and cos", () => {
  // Measured 1.86 and 1.40, near |x| = 10^6, where the tail of the reduction is largest; 0.8 below 10^3.
  const bound = (x: number): number => (Math.abs(x) < 1000 ? 1 : 2);
  testAccuracy("sin", sin, bound);
  testAccuracy("cos", cos, bound);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -1e-300]) expect(sin(x)).toBe(x);
    for (const x of [0, -0, 5e-324, -1e-300]) expect(cos(x)).toBe(1);
    for (const x of [Infinity, -Infinity, NaN]) expect([sin(x), cos(x)]).toEqual([NaN, NaN]);
  });

  test("the zeros of pi's neighbours show pi's next digits", () => {
    expect(sin(Math.PI)).toBe(1.2246467991473532e-16); // pi - Math.PI
    expect(cos(Math.PI / 2)).toBe(6.123233995736766e-17);
    expect(cos(6381956970095103 * 2 ** 797)).toBe(-4.6871659242546277e-19); // Kahan's hardest double
  });

  test("sine is odd and cosine even", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(sin(-x)).toBe(-sin(x));
        expect(cos(-x)).toBe(cos(x));
      }),
    );
  });

  test("sin^2 + cos^2 = 1", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(Math.abs(sin(x) * sin(x) + cos(x) * cos(x) - 1)).toBeLessThanOrEqual(2 ** -51);
      }),
    );
  });
});
