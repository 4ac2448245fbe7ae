/**
 * Numbers with a running error bound, after J. H. Wilkinson: with every value goes a bound on how far a program that
 * rounds each step may be from it.
 *
 * The errors are in units of u, half the distance from 1 to the next number: 2^-24 in float32 and 2^-53 in float64. So
 * one evaluation gives the bounds for both. A bound is of first order: products of two errors count as UNIT times each
 * other. It holds for any order of summation, because a sum of n terms adds n - 1 roundings of the sum of their sizes.
 */

/** The larger u, for products of errors and for telling which comparisons are uncertain. */
export const UNIT = 2 ** -24;

/** A value, the sum of the sizes of the terms that it was added up from, and the bound on its error, in units of u. */
export interface Part {
  readonly value: number;
  readonly size: number;
  readonly error: number;
}

export const ZERO: Part = { value: 0, size: 0, error: 0 };

/** A value without error. */
export function exact(value: number): Part {
  return { value, size: Math.abs(value), error: 0 };
}

/** The value as a program stores it: the terms that it came from no longer matter. */
export function stored({ value, error }: Part): Part {
  return { value, size: Math.abs(value), error };
}

export function plus(...terms: readonly Part[]): Part {
  let [value, size, error, count] = [0, 0, 0, 0];
  for (const term of terms) {
    if (term.size === 0 && term.error === 0) continue;
    value += term.value;
    size += term.size;
    error += term.error;
    count++;
  }
  return { value, size, error: error + Math.max(0, count - 1) * size };
}

export function times(a: Part, b: Part): Part {
  if ((a.size === 0 && a.error === 0) || (b.size === 0 && b.error === 0)) return ZERO;
  const size = a.size * b.size;
  return {
    value: a.value * b.value,
    size,
    error: a.error * b.size + a.size * b.error + a.error * b.error * UNIT + size,
  };
}
