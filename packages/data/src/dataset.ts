/** What a dataset is: samples of one shape, each with a target, any of which can be copied into a batch; and checks. */
import type { Tensor } from "@polygrad/tensor";
import { checkedTensor, described } from "@polygrad/tensor/internal";
import { DatasetError } from "./errors.ts";
import { checkList, type Labels, type Targets } from "./targets.ts";

/** What every dataset has. */
export interface Samples {
  /** The number of samples, at least 1. */
  readonly length: number;
  /** The shape of one sample, for example `[28, 28]` for MNIST. */
  readonly sampleShape: readonly number[];
  /**
   * Copies sample `indices[r]` into row `r` of `out`.
   *
   * @param indices `[rows]`, each from 0 to `length` - 1; an index may occur more than once
   * @param out `[rows, ...sampleShape]`, contiguous float32; every element is overwritten
   * @throws DatasetError if `indices` is empty, an index is out of range, or `out` has a different shape
   */
  gatherInto(indices: Int32Array, out: Tensor): void;
}

/** What a dataset of classes has besides. */
export interface Classified {
  /** `[length]`, the class of each sample, an integer from 0 to `classes` - 1. */
  readonly labels: Labels;
  /** The number of classes. */
  readonly classes: number;
}

/** What a dataset of continuous targets has besides. */
export interface Continuous {
  /** `[length, ...targetShape]`, float32, the target of each sample. NaN is allowed: a loss that reads it is NaN too. */
  readonly targets: Tensor;
  readonly labels?: undefined;
  readonly classes?: undefined;
}

/** What is known of a dataset that may have either: labels, or else targets. */
export interface Undecided {
  readonly targets?: Targets;
  readonly labels?: Labels | undefined;
  readonly classes?: number | undefined;
}

/**
 * What a `DataLoader` draws batches from. Implement it to use your own data: a `Dataset` has classes, a
 * `Dataset<Tensor>` has continuous targets.
 */
export type Dataset<T extends Targets = Labels> = Samples & { readonly targets?: T } & ([T] extends [Labels]
    ? Classified
    : [T] extends [Tensor]
      ? Continuous
      : Undecided);

/**
 * Checks the arguments of a dataset's `gatherInto`.
 *
 * @throws DatasetError if `indices` is empty, an index is out of range, or `out` is not `[rows, ...sampleShape]`
 */
export function checkGather(dataset: Samples, indices: Int32Array, out: Tensor, operation: string): void {
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
