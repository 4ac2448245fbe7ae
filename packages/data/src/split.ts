/** Splits of a dataset at random: into parts of given sizes, and into the folds of cross-validation. */
import { Random } from "@polygrad/tensor";
import { checkOptions, described, number, numbers } from "@polygrad/tensor/internal";
import type { Dataset } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { checkDataset, type Subset, subset } from "./subset.ts";
import type { Labels, Targets } from "./targets.ts";

/**
 * Splits a dataset at random into parts that share no sample: `randomSplit(all, [0.9, 0.1])`.
 *
 * @param sizes fractions that sum to 1, or counts that sum to `dataset.length`
 * @param seed an integer from 0 to 2^53 - 1, defaults to 0; the same seed gives the same parts
 * @returns one subset for each size, in the order of `sizes`; each sample belongs to exactly one of them
 * @throws DatasetError if the sizes do not add up or a part would be empty; ArgumentError if they are not numbers; the error of `Random` if the seed is
 * invalid
 */
export function randomSplit<T extends Targets = Labels>(
  dataset: Dataset<T>,
  sizes: readonly number[],
  seed: number = 0,
): Subset<T>[] {
  checkDataset(dataset, "randomSplit");
  numbers("randomSplit", "sizes", sizes);
  const given = `randomSplit: sizes [${sizes.join(", ")}] for ${dataset.length} samples`;
  if (sizes.some((size) => !(size > 0))) throw new DatasetError(`${given}: every size must be greater than 0`);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const fractions = Math.abs(total - 1) < 1e-6;
  if (!fractions && (total !== dataset.length || !sizes.every(Number.isInteger))) {
    throw new DatasetError(
      `${given} sum to ${total}; give fractions that sum to 1, or integers that sum to ${dataset.length}`,
    );
  }
  const order = new Random(seed).permutation(dataset.length);
  // Rounding the running sums, and not each size, makes the parts add up to the whole.
  const sums = sizes.map((_, part) => sizes.slice(0, part + 1).reduce((sum, size) => sum + size, 0));
  const ends = sums.map((sum) => Math.round((sum / total) * dataset.length));
  return ends.map((end, part) => {
    const chosen = order.subarray(ends[part - 1] ?? 0, end);
    if (chosen.length === 0) throw new DatasetError(`${given}: part ${part} would be empty; give it a larger size`);
    return subset(dataset, chosen);
  });
}

/** One division of a dataset for cross-validation. */
export interface Fold<T extends Targets = Labels> {
  readonly train: Subset<T>;
  readonly validation: Subset<T>;
}

/**
 * Divides a dataset at random for cross-validation: each sample is in the validation part of exactly one fold, and in
 * the training part of all others. The sizes of the validation parts differ by at most one.
 *
 * ```ts
 * for (const { train, validation } of kFold(all, 5, { seed: 1 })) scores.push(score(fit(train), validation));
 * ```
 * @param k the number of folds, an integer from 2 to `dataset.length`
 * @param options.seed an integer from 0 to 2^53 - 1, defaults to 0; the same seed gives the same folds
 * @returns `[k]`, the folds; they copy indices, not samples
 * @throws DatasetError if k is out of range; ArgumentError if an option is unknown or of the wrong kind; the error of
 * `Random` if the seed is invalid
 */
export function kFold<T extends Targets = Labels>(
  dataset: Dataset<T>,
  k: number,
  options: { readonly seed?: number } = {},
): Fold<T>[] {
  checkDataset(dataset, "kFold");
  checkOptions("kFold", options, { seed: number });
  const { length } = dataset;
  if (!Number.isInteger(k) || k < 2 || k > length)
    throw new DatasetError(
      `kFold: k is ${described(k)} for ${length} samples; give an integer from 2 to the number of samples`,
    );
  const order = new Random(options.seed ?? 0).permutation(length);
  const startOf = (fold: number) => Math.floor((fold * length) / k);
  return Array.from({ length: k }, (_, fold) => {
    const [start, end] = [startOf(fold), startOf(fold + 1)];
    const others = order.filter((_, at) => at < start || at >= end);
    return { train: subset(dataset, others), validation: subset(dataset, order.subarray(start, end)) };
  });
}
