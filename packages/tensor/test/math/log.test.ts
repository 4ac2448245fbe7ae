import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp as genericExp } from "../../src/math/exp.ts";
import { log as genericLog, log1p as genericLog1p, log2 as genericLog2 } from "../../src/math/log.ts";
import { doubleUlps, plain, testAccuracy } from "./accuracy.ts";

const exp = plain(genericExp);
const log = plain(genericLog);
const log1p = plain(genericLog1p);
const log2 = plain(genericLog2);

describe("log", () => {
  // Measured 0.80: the last rounding, and a little of s (f - R).
  testAccuracy("log", log, 1);

  test("special values", () => {
    expect(log(1)).toBe(0);
    for (const x of [0, -0]) expect(log(x)).toBe(-Infinity);
    // Subnormal doubles: mpmath.
    expect([5e-324, 1e-310, 2.2250738585072014e-308].map(log)).toEqual([
      -744.4400719213812, -713.8013788281542, -708.3964185322641,
    ]);
    for (const x of [-5e-324, -1, -Infinity, NaN]) expect(log(x)).toBe(NaN);
    expect(log(Infinity)).toBe(Infinity);
    expect(log(2 ** -149)).toBe(-103.27892990343184); // the least float32 is a normal double: mpmath
  });

  test("is the inverse of exp", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        // log x is rounded by at most an ulp of itself, and exp turns that into a relative error.
        expect(doubleUlps(exp(log(x)), x)).toBeLessThanOrEqual(3 + 2 * Math.abs(log(x)));
      }),
    );
  });

  test("is odd under reciprocals of powers of two, and log 2^k = k log 2", () => {
    for (let k = -1000; k <= 1000; k++) {
      expect(log(2 ** k)).toBe(-log(2 ** -k) || 0);
      expect(Math.abs(log(2 ** k) - k * log(2))).toBeLessThanOrEqual(Math.abs(k) * 2 ** -52);
    }
  });
});

describe("log1p", () => {
  // Measured 1.52: log's own error, then the rounding of the sum with c/u.
  testAccuracy("log1p", log1p, 2);

  test("special values", () => {
    for (const x of [0, -0, 5e-324, -5e-324, 1e-300, Infinity]) expect(log1p(x)).toBe(x);
    expect(log1p(-1)).toBe(-Infinity);
    for (const x of [-1.0000000000000002, -Infinity, NaN]) expect(log1p(x)).toBe(NaN);
  });
});

describe("log2", () => {
  // Measured 1.65: the roundings of ln(1 + f), of 1 / ln 2 and of their product, where k = 0.
  testAccuracy("log2", log2, 2);

  test("special values", () => {
    for (const x of [0, -0]) expect(log2(x)).toBe(-Infinity);
    expect([2 ** -1074, 2 ** -1030, 2 ** -1022].map(log2)).toEqual([-1074, -1030, -1022]);
    for (const x of [-5e-324, -1, -Infinity, NaN]) expect(log2(x)).toBe(NaN);
    expect(log2(Infinity)).toBe(Infinity);
  });

  test("is exact for powers of two", () => {
    for (let k = -1022; k <= 1023; k++) expect(log2(2 ** k)).toBe(k);
  });

  test("log2(x 2^k) = log2 x + k", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -500, max: 500 }), (x, k) => {
        expect(Math.abs(log2(x * 2 ** k) - (log2(x) + k))).toBeLessThanOrEqual(2 ** -51 * (1 + Math.abs(k)));
      }),
    );
  });
});
