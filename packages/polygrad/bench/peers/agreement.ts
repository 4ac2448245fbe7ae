/** Whether contenders trained the same thing: same weights, same batches, so the losses differ by rounding only. */
import type { Result } from "./measure.ts";
import { median } from "./statistics.ts";

/** Rounding grows while training; a wrong gradient or another order of the samples gives more than this. */
export const TOLERANCE = 0.01;

/**
 * How far a contender's losses are from the median of all, at most, relatively; a slow one's, from the others' losses of
 * the same batches. Undefined if there is nothing to compare with.
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

/** A loss that is not a number agrees with nothing. */
function deviation(value: number, middle: number): number {
  const difference = Math.abs(value / middle - 1);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}
