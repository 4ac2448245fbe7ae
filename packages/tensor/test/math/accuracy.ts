/**
 * Holds a function against mpmath's values in reference.json, which reference.py writes.
 *
 * Those are rounded to doubles, so the errors found are whole ulps. The figures that the tests call measured are from
 * 40,000 random arguments against unrounded values.
 */
import { expect, test } from "vitest";
import { type Arithmetic, numbers } from "../../src/math/arithmetic.ts";
import reference from "./reference.json" with { type: "json" };

export type Generic = <T, Mask>(m: Arithmetic<T, Mask>, x: T) => T;

/** The function as it is for numbers. */
export const plain =
  (f: Generic) =>
  (x: number): number =>
    f(numbers, x);

/** |got - wanted| in units in the last place of `wanted`, for digits of the given width and least exponent. */
function ulps(got: number, wanted: number, fractionBits: number, leastExponent: number): number {
  if (Object.is(got, wanted)) return 0;
  return Math.abs(got - wanted) / 2 ** (Math.max(numbers.exponent(wanted), leastExponent) - fractionBits);
}

/** The error in units of the last place of a double; `wanted` is itself rounded, so a good result has an error of 0. */
export const doubleUlps = (got: number, wanted: number): number => ulps(got, wanted, 52, -1022);

/** The error after rounding to float32, in units of its last place: at best up to 0.5. */
export const floatUlps = (got: number, wanted: number): number =>
  Math.fround(got) === Math.fround(wanted) && Math.abs(wanted) > 3.4e38 ? 0 : ulps(Math.fround(got), wanted, 23, -126);

/** Tests that f errs by at most `bound` double ulps, and from float32 to float32 by at most 0.51. */
export function testAccuracy(
  name: Exclude<keyof typeof reference, "pow">,
  f: (x: number) => number,
  bound: number | ((x: number) => number),
): void {
  const { x: xs, y: ys } = reference[name];

  test(`${name} is as accurate as its bound says in double precision`, () => {
    const failures = xs
      .map((x, i) => ({ x, error: doubleUlps(f(x), ys[i]), bound: typeof bound === "number" ? bound : bound(x) }))
      .filter(({ error, bound }) => !(error <= bound));
    expect(failures).toEqual([]);
  });

  test(`${name} is nearly correctly rounded in float32`, () => {
    const failures = xs
      .map((x, i) => ({ x, error: floatUlps(f(x), ys[i]) }))
      .filter(({ x, error }) => Math.fround(x) === x && !(error <= 0.51));
    expect(failures).toEqual([]);
  });
}
