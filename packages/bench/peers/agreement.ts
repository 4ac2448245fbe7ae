/** Checks that contenders train the same thing: with equal weights and batches, losses differ only by rounding. */
import type { Result } from "./measure.ts";
import { median } from "./statistics.ts";

/** Rounding errors grow during training, but stay below this; a wrong gradient or order of samples exceeds it. */
export const TOLERANCE = 0.01;

/**
 * The largest relative difference between a contender's losses and the median of all contenders, over the epochs. A slow
 * contender is compared on the first batches only. Undefined if there is nothing to compare with.
 */
export function disagreement(result: Result, all: readonly Result[]): number | undefined {
  const epochs = all.map(({ losses }) => losses).filter(({ length }) => length > 0);
  const heads = all.flatMap(({ headLoss }) => headLoss ?? []);
  const { losses, headLoss } = result;
  if (losses.length > 0)
    return epochs.length < 2
      ? undefined
      : Math.max(...losses.map((loss, epoch) => deviation(loss, median(epochs.map((others) => others[epoch])))));
  return headLoss === undefined || heads.length < 2 ? undefined : deviation(headLoss, median(heads));
}

/** Infinite for a loss of NaN, which agrees with nothing. */
function deviation(value: number, middle: number): number {
  const difference = Math.abs(value / middle - 1);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}
