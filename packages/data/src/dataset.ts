/** What a dataset is: labelled samples of one shape, any of which can be copied into a batch; and the checks of one. */
import type { Tensor } from "@polygrad/tensor";
import { checkedTensor, described, text } from "@polygrad/tensor/internal";
import { DatasetError } from "./errors.ts";

/** What a `DataLoader` draws batches from. Implement it to use your own data. */
export interface Dataset {
  /** The number of samples, at least 1. */
  readonly length: number;
  /** The shape of one sample, for example `[28, 28]` for MNIST. */
  readonly sampleShape: readonly number[];
  /** `[length]`, the class of each sample, an integer from 0 to `classes` - 1. */
  readonly labels: Labels;
  /** The number of classes. */
  readonly classes: number;
  /**
   * Copies sample `indices[r]` into row `r` of `out`.
   *
   * @param indices `[rows]`, each from 0 to `length` - 1; an index may occur more than once
   * @param out `[rows, ...sampleShape]`, contiguous float32; every element is overwritten
   * @throws DatasetError if `indices` is empty, an index is out of range, or `out` has a different shape
   */
  gatherInto(indices: Int32Array, out: Tensor): void;
}

/** Class numbers. They are integers, so labels are a typed array and not a tensor of floats. */
export type Labels = Uint8Array | Int32Array;

/**
 * Checks that every label is an integer from 0 to `classes` - 1.
 *
 * @param labels `[n]`, in an array of any type
 * @param classes the number of classes
 * @param operation the name that error messages begin with
 * @returns the labels themselves if they are a `Uint8Array` or `Int32Array`, otherwise a copy as `Int32Array`
 * @throws DatasetError if `labels` is empty, or a label is invalid: names the first such label and its index
 */
export function checkLabels(labels: ArrayLike<number>, classes: number, operation: string = "checkLabels"): Labels {
  text("checkLabels", "operation", operation);
  if (!Number.isInteger(classes) || classes < 1 || classes > 2 ** 31) {
    throw new DatasetError(
      `${operation}: classes is ${described(classes)}; give the number of classes, an integer of at least 1`,
    );
  }
  checkList(labels, "labels", operation);
  if (labels.length === 0) throw new DatasetError(`${operation}: labels is empty; a dataset needs at least one sample`);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (!Number.isInteger(label))
      throw new DatasetError(
        `${operation}: label ${described(label)} at index ${at} is not an integer; number the classes from 0`,
      );
    if (label < 0 || label >= classes) {
      throw new DatasetError(
        `${operation}: label ${label} at index ${at} is out of range; ` +
          `with ${classes} classes, labels go from 0 to ${classes - 1}`,
      );
    }
  }
  return labels instanceof Uint8Array || labels instanceof Int32Array ? labels : Int32Array.from(labels);
}

/**
 * Checks the arguments of a dataset's `gatherInto`.
 *
 * @throws DatasetError if `indices` is empty, an index is out of range, or `out` is not `[rows, ...sampleShape]`
 */
export function checkGather(dataset: Dataset, indices: Int32Array, out: Tensor, operation: string): void {
  if (!(indices instanceof Int32Array))
    throw new DatasetError(`${operation}: indices must be an Int32Array, got ${described(indices)}`);
  checkedTensor(operation, out);
  checkIndices(indices, dataset.length, operation);
  const wanted = [indices.length, ...dataset.sampleShape].join(", ");
  const got = out.shape.join(", ");
  if (got !== wanted)
    throw new DatasetError(`${operation}: out has shape [${got}], expected [${wanted}]: one row per index`);
}

/** Checks that there are indices, each an integer from 0 to `length` - 1. @throws DatasetError if not. */
export function checkIndices(indices: ArrayLike<number>, length: number, operation: string): void {
  checkList(indices, "indices", operation);
  if (indices.length === 0) throw new DatasetError(`${operation}: indices is empty; choose at least one sample`);
  for (let at = 0; at < indices.length; at++) {
    const index = indices[at];
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new DatasetError(
        `${operation}: indices[${at}] is ${described(index)}; ` +
          `with ${length} samples, indices are integers from 0 to ${length - 1}`,
      );
    }
  }
}

/** Checks that a value has a length and elements, like an array. @throws DatasetError if not. */
function checkList(list: ArrayLike<number>, what: string, operation: string): void {
  if (typeof list !== "object" || list === null || !Number.isSafeInteger(list.length) || list.length < 0)
    throw new DatasetError(`${operation}: ${what} must be an array of integers, got ${described(list)}`);
}

/** Checks that a value is a dataset. @throws DatasetError if it lacks what a dataset has. */
export function checkDataset(dataset: Dataset, operation: string): void {
  if (typeof dataset !== "object" || dataset === null)
    throw new DatasetError(`${operation}: expected a dataset, got ${described(dataset)}`);
  const { length, sampleShape, labels, gatherInto } = dataset;
  const isLabels = labels instanceof Uint8Array || labels instanceof Int32Array;
  if (!isLabels || !Array.isArray(sampleShape) || typeof gatherInto !== "function")
    throw new DatasetError(
      `${operation}: expected a dataset, with sampleShape, labels and gatherInto, got ${described(dataset)}`,
    );
  if (!(length >= 1) || labels.length !== length)
    throw new DatasetError(
      `${operation}: the dataset has ${described(length)} samples and ${labels.length} labels; ` +
        "it needs at least one sample, and one label per sample",
    );
}
