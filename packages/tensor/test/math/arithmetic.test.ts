import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbers } from "../../src/math/arithmetic.ts";

const normal = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => Math.abs(x) >= 2 ** -1022);

describe("numbers", () => {
  test("nearest rounds ties to even and keeps the sign of zero", () => {
    const cases = [
      [0, 0],
      [-0, -0],
      [0.5, 0],
      [-0.5, -0],
      [0.49999999999999994, 0],
      [1.5, 2],
      [2.5, 2],
      [-2.5, -2],
      [-3.5, -4],
      [2 ** 51 + 0.5, 2 ** 51],
      [2 ** 52 - 0.5, 2 ** 52],
      [2 ** 52 + 1, 2 ** 52 + 1],
      [1e300, 1e300],
      [Infinity, Infinity],
      [-Infinity, -Infinity],
      [NaN, NaN],
      [5e-324, 0],
      [-5e-324, -0],
    ];
    for (const [x, wanted] of cases) expect(numbers.nearest(x), `nearest(${x})`).toBe(wanted);
  });

  test("nearest is within a half", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (x) => {
        const rounded = numbers.nearest(x);
        return Number.isInteger(rounded) && Math.abs(rounded - x) <= 0.5;
      }),
    );
  });

  test("twoTo gives every normal power of two", () => {
    let power = 2 ** -1022;
    for (let k = -1022; k <= 1023; k++, power *= 2) expect(numbers.twoTo(k)).toBe(power);
    expect(numbers.twoTo(-1023)).toBe(0);
  });

  test("exponent and mantissa take a normal number apart", () => {
    fc.assert(
      fc.property(normal, (x) => {
        const mantissa = numbers.mantissa(x);
        expect(mantissa >= 1 && mantissa < 2).toBe(true);
        expect(mantissa * numbers.twoTo(numbers.exponent(x))).toBe(Math.abs(x));
      }),
    );
  });

  test("exponent and mantissa of zeros, infinities and NaN are their bit fields", () => {
    for (const x of [0, -0]) expect([numbers.exponent(x), numbers.mantissa(x)]).toEqual([-1023, 1]);
    for (const x of [Infinity, -Infinity]) expect([numbers.exponent(x), numbers.mantissa(x)]).toEqual([1024, 1]);
    expect(numbers.exponent(NaN)).toBe(1024);
  });

  test("max and min let NaN through and order the zeros", () => {
    expect(numbers.max(NaN, 1)).toBe(NaN);
    expect(numbers.min(1, NaN)).toBe(NaN);
    expect(numbers.max(-0, 0)).toBe(0);
    expect(numbers.min(0, -0)).toBe(-0);
  });

  test("larger and smaller take the first of two that do not compare", () => {
    expect([numbers.larger(1, 2), numbers.larger(2, 1), numbers.smaller(1, 2), numbers.smaller(2, 1)]).toEqual([
      2, 2, 1, 1,
    ]);
    expect([numbers.larger(NaN, 1), numbers.larger(1, NaN), numbers.smaller(NaN, 1)]).toEqual([NaN, 1, NaN]);
    expect([numbers.larger(-0, 0), numbers.smaller(0, -0)]).toEqual([-0, 0]);
  });

  test("less is false beside NaN, and select selects", () => {
    expect([numbers.less(1, 2), numbers.less(2, 1), numbers.less(NaN, 1), numbers.less(1, NaN)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(numbers.select(numbers.less(1, 2), 3, 4)).toBe(3);
    expect(numbers.select(numbers.less(2, 1), 3, 4)).toBe(4);
  });

  test("horner evaluates from the highest power down", () => {
    expect(numbers.horner([7], 3)).toBe(7);
    expect(numbers.horner([1, 2, 3], 10)).toBe(321);
    expect(numbers.horner([1, 0.1, 0.3], 0.7)).toBe((0.3 * 0.7 + 0.1) * 0.7 + 1);
  });
});
