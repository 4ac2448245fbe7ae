/** Checks that contenders train the same thing: with equal weights and batches, losses differ only by rounding. */
import { median } from "./statistics.ts";

/** Rounding errors grow during training, but stay below this; a wrong gradient or order of samples exceeds it. */
export const TOLERANCE = 0.01;

/** What a contender's training gave. */
export interface Losses {
  /** Mean training loss of each epoch; empty if it did not train a whole epoch. */
  readonly losses: readonly number[];
  /** The mean loss of the first batches; Polygrad trains whole epochs only and has none. */
  readonly headLoss?: number | undefined;
}

/**
 * The largest relative difference between a contender's losses and the median of all contenders, over the epochs. A
 * contender that did not finish an epoch is compared on the first batches. Undefined if there is nothing to compare with.
 */
export function disagreement({ losses, headLoss }: Losses, all: readonly Losses[]): number | undefined {
  const differences = losses.flatMap((loss, epoch) => {
    const others = all.flatMap((other) => other.losses[epoch] ?? []);
    return others.length < 2 ? [] : [deviation(loss, median(others))];
  });
  if (losses.length > 0) return differences.length === 0 ? undefined : Math.max(...differences);
  const heads = all.flatMap((other) => other.headLoss ?? []);
  return headLoss === undefined || heads.length < 2 ? undefined : deviation(headLoss, median(heads));
}

/** As large as can be for a loss of NaN, which agrees with nothing. */
function deviation(value: number, middle: number): number {
  const difference = Math.abs(value / middle - 1);
  return Number.isNaN(difference) ? Number.MAX_VALUE : difference;
}
