/** Datasets: labelled samples of one shape, and the copying of any of them into a batch. */
import { ByteRows, gatherRows, type Tensor } from "@polygrad/tensor";
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

/** Images of one byte per pixel. The bytes stay in pinned memory; gathering converts them to float32 in [0, 1]. */
export class ImageDataset implements Dataset {
  readonly length: number;
  readonly sampleShape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
  /** The bytes, `[length, product of sampleShape]`, in memory that other threads can read too. */
  readonly pixels: ByteRows;

  /**
   * @param pixels `[labels.length, ...sampleShape]` in row-major order; a `Uint8Array` is copied, a `ByteRows` is kept
   * @param sampleShape for example `[height, width]`
   * @param labels `[n]`, the class of each image, an integer from 0 to `classes` - 1
   * @param classes the number of classes
   * @throws DatasetError if a label or a size is invalid, or the number of pixels does not match
   */
  constructor(
    pixels: Uint8Array | ByteRows,
    sampleShape: readonly number[],
    labels: ArrayLike<number>,
    classes: number,
  ) {
    this.labels = checkLabels(labels, classes, "ImageDataset");
    const wrong = sampleShape.find((size) => !Number.isSafeInteger(size) || size < 1);
    if (wrong !== undefined)
      throw new DatasetError(
        `ImageDataset: size ${wrong} in sampleShape [${sampleShape.join(", ")}]; sizes are positive integers`,
      );
    const rowLength = sampleShape.reduce((product, size) => product * size, 1);
    const given = pixels instanceof ByteRows ? `${pixels.rows} rows of ${pixels.rowLength}` : `${pixels.length}`;
    const needed =
      pixels instanceof ByteRows ? `${labels.length} rows of ${rowLength}` : `${labels.length * rowLength}`;
    if (given !== needed) {
      throw new DatasetError(
        `ImageDataset: ${labels.length} samples of shape [${sampleShape.join(", ")}] need ` +
          `${needed} pixels, got ${given}; check that images and labels belong together`,
      );
    }
    this.length = labels.length;
    this.sampleShape = [...sampleShape];
    this.classes = classes;
    this.pixels = pixels instanceof ByteRows ? pixels : new ByteRows(this.length, rowLength, 255);
    if (!(pixels instanceof ByteRows)) this.pixels.bytes.set(pixels);
  }

  gatherInto(indices: Int32Array, out: Tensor): void {
    checkGather(this, indices, out, "ImageDataset.gatherInto");
    this.pixels.gatherInto(indices, out);
  }
}

/** Samples that are the rows of a tensor. */
export class TensorDataset implements Dataset {
  readonly length: number;
  readonly sampleShape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
  /** `[length, ...sampleShape]`. */
  readonly inputs: Tensor;

  /**
   * @param inputs `[n, ...sampleShape]`, float32; kept if contiguous, otherwise copied
   * @param labels `[n]`, the class of each row, an integer from 0 to `classes` - 1
   * @param classes the number of classes
   * @throws DatasetError if a label is invalid, or there is not one label per row
   */
  constructor(inputs: Tensor, labels: ArrayLike<number>, classes: number) {
    this.labels = checkLabels(labels, classes, "TensorDataset");
    const [rows, ...sampleShape] = inputs.shape;
    if (rows !== labels.length) {
      throw new DatasetError(
        `TensorDataset: inputs of shape [${inputs.shape.join(", ")}] have ${rows ?? "no"} rows, ` +
          `but labels has length ${labels.length}; give one label per row`,
      );
    }
    this.length = rows;
    this.sampleShape = sampleShape;
    this.classes = classes;
    // Copied once here, so that no batch has to.
    this.inputs = inputs.contiguous();
  }

  gatherInto(indices: Int32Array, out: Tensor): void {
    checkGather(this, indices, out, "TensorDataset.gatherInto");
    gatherRows(this.inputs, indices, out);
  }
}

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
  if (!Number.isInteger(classes) || classes < 1 || classes > 2 ** 31) {
    throw new DatasetError(`${operation}: classes is ${classes}; give the number of classes, an integer of at least 1`);
  }
  if (labels.length === 0) throw new DatasetError(`${operation}: labels is empty; a dataset needs at least one sample`);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (!Number.isInteger(label))
      throw new DatasetError(
        `${operation}: label ${label} at index ${at} is not an integer; number the classes from 0`,
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
  checkIndices(indices, dataset.length, operation);
  const wanted = [indices.length, ...dataset.sampleShape].join(", ");
  const got = out.shape.join(", ");
  if (got !== wanted)
    throw new DatasetError(`${operation}: out has shape [${got}], expected [${wanted}]: one row per index`);
}

/** Checks that there are indices, each an integer from 0 to `length` - 1. @throws DatasetError if not. */
export function checkIndices(indices: ArrayLike<number>, length: number, operation: string): void {
  if (indices.length === 0) throw new DatasetError(`${operation}: indices is empty; choose at least one sample`);
  for (let at = 0; at < indices.length; at++) {
    const index = indices[at];
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new DatasetError(
        `${operation}: indices[${at}] is ${index}; ` +
          `with ${length} samples, indices are integers from 0 to ${length - 1}`,
      );
    }
  }
}
