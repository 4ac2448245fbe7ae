/** Subsets: samples of a dataset, chosen by index; and the check that something is a dataset. */
import { Tensor } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { checkGather, checkIndices, type Dataset, type Samples } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { type ClassesOf, checkContinuous, type Labels, type LabelsOf, pickTargets, type Targets } from "./targets.ts";

/** Some samples of a dataset, as a dataset of its own. It holds indices and labels; the samples are not copied. */
export class Subset<T extends Targets = Labels> implements Samples {
  readonly length: number;
  readonly sampleShape: readonly number[];
  /** `[length]`, the class of each sample; undefined for continuous targets. */
  readonly labels: LabelsOf<T>;
  /** The number of classes; undefined for continuous targets. */
  readonly classes: ClassesOf<T>;
  readonly dataset: Dataset<T>;
  /** `[length]`, the position of each sample in `dataset`. */
  readonly indices: Int32Array;
  #targets: T | undefined;

  /** See {@link subset}. @throws DatasetError if `dataset` is not a dataset, `indices` is empty, or an index is out of range */
  constructor(dataset: Dataset<T>, indices: ArrayLike<number>) {
    checkDataset(dataset, "subset");
    checkIndices(indices, dataset.length, "subset");
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
    this.length = indices.length;
    this.sampleShape = dataset.sampleShape;
    const { targets, labels, classes } = knownAt(dataset, this.indices);
    this.#targets = targets;
    this.labels = labels;
    this.classes = classes;
  }

  /** The labels, or the continuous targets `[length, ...targetShape]`, which are copied when they are first read. */
  get targets(): T {
    this.#targets ??= targetsAt(this.dataset, this.indices);
    return this.#targets;
  }

  gatherInto(rows: Int32Array, out: Tensor): void {
    checkGather(this, rows, out, "Subset.gatherInto");
    this.dataset.gatherInto(positionsIn(this, rows), out);
  }
}

/**
 * The samples `indices` of a dataset, as a dataset of its own: sample i of the result is sample `indices[i]`.
 *
 * @param indices `[n]`, integers from 0 to `dataset.length` - 1 in any order; an index may occur more than once
 * @returns a dataset of n samples; it copies the indices, not the samples
 * @throws DatasetError if `indices` is empty, or an index is out of range
 */
export function subset<T extends Targets = Labels>(dataset: Dataset<T>, indices: ArrayLike<number>): Subset<T> {
  return new Subset(dataset, indices);
}

/** The positions in the whole dataset of some samples of a subset. */
function positionsIn({ indices }: { readonly indices: Int32Array }, rows: Int32Array): Int32Array {
  return rows.map((row) => indices[row]);
}

/** What a subset knows from the start: its labels, but not its continuous targets. */
function knownAt<T extends Targets>(
  dataset: Dataset<T>,
  indices: Int32Array,
): { targets: T | undefined; labels: LabelsOf<T>; classes: ClassesOf<T> };
function knownAt(dataset: Dataset<Targets>, indices: Int32Array) {
  if (dataset.labels === undefined) return { targets: undefined, labels: undefined, classes: undefined };
  const labels = pickTargets(dataset.labels, indices);
  return { targets: labels, labels, classes: dataset.classes };
}

/**
 * The targets of some samples, in the order of `indices`: see `pickTargets`. Those of a subset are read from the whole
 * dataset, so training on a subset makes no copy of its targets.
 */
export function targetsAt<T extends Targets>(
  dataset: Dataset<T>,
  indices: Int32Array,
  newTensor?: (shape: readonly number[]) => Tensor,
): T;
export function targetsAt(
  dataset: Dataset<Targets>,
  indices: Int32Array,
  newTensor?: (shape: readonly number[]) => Tensor,
): Targets {
  if (dataset instanceof Subset && dataset.labels === undefined) {
    const whole: Dataset<Targets> = dataset.dataset;
    return targetsAt(whole, positionsIn(dataset, indices), newTensor);
  }
  return pickTargets(targetsOf(dataset), indices, newTensor);
}

/** The targets of a dataset, labels or continuous. @throws DatasetError if it has neither */
export function targetsOf({ labels, targets }: Dataset<Targets>): Targets {
  const own = labels ?? targets;
  if (own instanceof Uint8Array || own instanceof Int32Array || own instanceof Tensor) return own;
  throw new DatasetError("dataset: expected labels in a Uint8Array or an Int32Array, or targets in a float32 tensor");
}

/** Checks that a value is a dataset. @throws DatasetError if it lacks what a dataset has. */
export function checkDataset(dataset: Dataset<Targets>, operation: string): void {
  // It was checked when it was made; and to read the targets of a subset is to copy them.
  if (dataset instanceof Subset) return;
  if (typeof dataset !== "object" || dataset === null)
    throw new DatasetError(`${operation}: expected a dataset, got ${described(dataset)}`);
  const { length, sampleShape, labels, targets, gatherInto } = dataset;
  const own = labels ?? targets;
  const areLabels = own instanceof Uint8Array || own instanceof Int32Array;
  if (!(areLabels || own instanceof Tensor) || !Array.isArray(sampleShape) || typeof gatherInto !== "function")
    throw new DatasetError(
      `${operation}: expected a dataset, with sampleShape, labels or targets, and gatherInto, got ${described(dataset)}`,
    );
  if (!areLabels) checkContinuous(own, length, operation);
  else if (!(length >= 1) || own.length !== length)
    throw new DatasetError(
      `${operation}: the dataset has ${described(length)} samples and ${own.length} labels; ` +
        "it needs at least one sample, and one label per sample",
    );
}
