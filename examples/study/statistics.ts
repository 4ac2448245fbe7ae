/** What the experiments say of several runs: means, spreads, and an exact test of paired differences. */
import { meanAndSpread } from "../mnist/results.ts";

/** Values of runs with different seeds, in a few figures. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** The sample standard deviation, which divides by count - 1; 0 for a single value. */
  readonly deviation: number;
  /** The standard error of the mean: the deviation divided by the root of the count. */
  readonly error: number;
}

/** The figures of some values. If one of them is not finite, the mean and what follows from it are not either. */
export function sampleOf(values: readonly number[]): Sample {
  if (values.length === 0) throw new RangeError("sampleOf: there are no values");
  const { mean, spread } = meanAndSpread(values);
  return { count: values.length, mean, deviation: spread, error: spread / Math.sqrt(values.length) };
}

/**
 * Whether a published value lies within two standard errors of the mean: |mean - value| <= 2 error. The standard error is
 * ours alone, because the spread of the published runs is unknown.
 */
export function withinTwoErrors({ mean, error }: Sample, value: number): boolean {
  return Math.abs(mean - value) <= 2 * error;
}

/** The most differences that are tested: 2^12 signs take a millisecond. */
const MOST = 12;
/** Means that rounding alone makes unequal count as equal. */
const ROUNDING = 1e-12;

/**
 * The exact two-sided p-value of paired differences: the share of the 2^n ways to give them signs for which the mean is as
 * far from 0 as the one seen (Fisher 1935). It assumes only that both signs are equally likely if there is no effect.
 * With n pairs it is at least 2 / 2^n: 0.0625 for 5 seeds.
 *
 * @throws RangeError unless there are 1 to 12 differences, all finite
 */
export function signFlipTest(differences: readonly number[]): number {
  const n = differences.length;
  if (n < 1 || n > MOST || !differences.every(Number.isFinite))
    throw new RangeError(`signFlipTest: needs 1 to ${MOST} finite differences, got [${differences.join(", ")}]`);
  const seen = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  const size = differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  let asFar = 0;
  for (let signs = 0; signs < 2 ** n; signs++) {
    const sum = differences.reduce((total, difference, k) => total + ((signs >> k) & 1 ? -difference : difference), 0);
    if (Math.abs(sum) >= seen - ROUNDING * size) asFar++;
  }
  return asFar / 2 ** n;
}
