/** Parts of a dataset: samples chosen by index, and a random split into parts that share no sample. */
import { Random, type Tensor } from "@polygrad/tensor";
import { numbers } from "@polygrad/tensor/internal";
import { checkDataset, checkGather, checkIndices, type Dataset, type Labels } from "./dataset.ts";
import { DatasetError } from "./errors.ts";

/** Some samples of a dataset, as a dataset of its own. It holds indices and labels; the samples are not copied. */
export class Subset implements Dataset {
  readonly length: number;
  readonly sampleShape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
  readonly dataset: Dataset;
  /** `[length]`, the position of each sample in `dataset`. */
  readonly indices: Int32Array;

  /** See {@link subset}. @throws DatasetError if `dataset` is not a dataset, `indices` is empty, or an index is out of range */
  constructor(dataset: Dataset, indices: ArrayLike<number>) {
    checkDataset(dataset, "subset");
    checkIndices(indices, dataset.length, "subset");
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
    this.length = indices.length;
    this.sampleShape = dataset.sampleShape;
    this.labels = this.indices.map((index) => dataset.labels[index]);
    this.classes = dataset.classes;
  }

  gatherInto(rows: Int32Array, out: Tensor): void {
    checkGather(this, rows, out, "Subset.gatherInto");
    this.dataset.gatherInto(
      rows.map((row) => this.indices[row]),
      out,
    );
  }
}

/**
 * The samples `indices` of a dataset, as a dataset of its own: sample i of the result is sample `indices[i]`.
 *
 * @param indices `[n]`, integers from 0 to `dataset.length` - 1 in any order; an index may occur more than once
 * @returns a dataset of n samples; it copies the indices, not the samples
 * @throws DatasetError if `indices` is empty, or an index is out of range
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Subset {
  return new Subset(dataset, indices);
}

/**
 * Splits a dataset at random into parts that share no sample: `randomSplit(all, [0.9, 0.1])`.
 *
 * @param sizes fractions that sum to 1, or counts that sum to `dataset.length`
 * @param seed an integer from 0 to 2^53 - 1, defaults to 0; the same seed gives the same parts
 * @returns one subset for each size, in the order of `sizes`; each sample belongs to exactly one of them
 * @throws DatasetError if the sizes do not add up or a part would be empty; ArgumentError if they are not numbers; the error of `Random` if the seed is
 * invalid
 */
export function randomSplit(dataset: Dataset, sizes: readonly number[], seed: number = 0): Subset[] {
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
