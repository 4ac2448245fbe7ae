/** Datasets: labelled samples of one shape, in memory, that copy any choice of rows into a batch. */
import { ByteRows, gatherRows, Random, type Tensor } from "@polygrad/tensor";
import { DatasetError } from "./errors.ts";

/** What a loader draws from. Implement it to bring your own data. */
export interface Dataset {
  /** How many samples there are, at least one. */
  readonly length: number;
  /** The shape of one sample: `[28, 28]` for MNIST. */
  readonly sampleShape: readonly number[];
  /** One class per sample, each from 0 to `classes` - 1. */
  readonly labels: Labels;
  readonly classes: number;
  /**
   * Copies sample `indices[r]` into row `r` of `out`.
   *
   * @param indices `[rows]`, each from 0 to `length` - 1, repeats allowed
   * @param out `[rows, ...sampleShape]`, contiguous float32; every element is written
   * @throws DatasetError if there are no indices, one is out of range, or `out` has another shape
   */
  gatherInto(indices: Int32Array, out: Tensor): void;
}

/** Classes are numbered, and numbered by integers: labels are not a tensor of floats. */
export type Labels = Uint8Array | Int32Array;

/** Images of one byte per pixel. They stay bytes in pinned memory; gathering makes them float32 in [0, 1]. */
export class ImageDataset implements Dataset {
  readonly length: number;
  readonly sampleShape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
  /** The bytes, `[length, product of sampleShape]`, where other threads can read them too. */
  readonly pixels: ByteRows;

  /**
   * @param pixels `[labels.length, ...sampleShape]` in row-major order; copied, unless they are a table already
   * @param sampleShape for example `[height, width]`
   * @param labels one integer per image
   * @param classes how many classes there are
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
          `${needed} pixels, got ${given}; do images and labels belong together?`,
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
   * @param labels `[n]` integers
   * @param classes how many classes there are
   */
  constructor(inputs: Tensor, labels: ArrayLike<number>, classes: number) {
    this.labels = checkLabels(labels, classes, "TensorDataset");
    const [rows, ...sampleShape] = inputs.shape;
    if (rows !== labels.length) {
      throw new DatasetError(
        `TensorDataset: inputs [${inputs.shape.join(", ")}] have ${rows ?? "no"} rows, ` +
          `but there are ${labels.length} labels; give one label per row`,
      );
    }
    this.length = rows;
    this.sampleShape = sampleShape;
    this.classes = classes;
    // Once here, not in every batch.
    this.inputs = inputs.contiguous();
  }

  gatherInto(indices: Int32Array, out: Tensor): void {
    checkGather(this, indices, out, "TensorDataset.gatherInto");
    gatherRows(this.inputs, indices, out);
  }
}

/** Chosen samples of a dataset, as a dataset of its own. It holds indices and labels; the samples stay where they are. */
export class Subset implements Dataset {
  readonly length: number;
  readonly sampleShape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
  readonly dataset: Dataset;
  /** `[length]`, where the samples stand in `dataset`. */
  readonly indices: Int32Array;

  /** @throws DatasetError if there are no indices, or one is out of range */
  constructor(dataset: Dataset, indices: ArrayLike<number>) {
    checkIndices(indices, dataset.length, "subset");
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
    this.length = indices.length;
    this.sampleShape = dataset.sampleShape;
    this.labels = this.indices.map((index) => dataset.labels[index]);
    this.classes = dataset.classes;
  }

  gatherInto(rows: Int32Array, out: Tensor): void {
    checkGather(this, rows, out, "subset.gatherInto");
    this.dataset.gatherInto(
      rows.map((row) => this.indices[row]),
      out,
    );
  }
}

/**
 * The samples `indices` of a dataset, as a dataset of its own: see `Subset`.
 *
 * @param indices integers from 0 to `dataset.length` - 1, in any order, repeats allowed
 * @throws DatasetError if there are none, or one is out of range
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Subset {
  return new Subset(dataset, indices);
}

/**
 * Deals a dataset out at random into parts that share no sample: `randomSplit(all, [0.9, 0.1])`.
 *
 * @param sizes fractions that sum to 1, or counts that sum to `dataset.length`
 * @param seed an integer from 0 to 2^53 - 1; the same seed deals the same parts
 * @throws DatasetError if the sizes do not add up or a part would be empty, RangeError if the seed is not one
 */
export function randomSplit(dataset: Dataset, sizes: readonly number[], seed: number = 0): Subset[] {
  const given = `randomSplit: sizes [${sizes.join(", ")}] of ${dataset.length} samples`;
  if (sizes.some((size) => !(size > 0))) throw new DatasetError(`${given}: each must be greater than 0`);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const fractions = Math.abs(total - 1) < 1e-6;
  if (!fractions && (total !== dataset.length || !sizes.every(Number.isInteger))) {
    throw new DatasetError(
      `${given} sum to ${total}; give fractions that sum to 1, or counts that sum to ${dataset.length}`,
    );
  }
  const order = new Random(seed).permutation(dataset.length);
  // Rounding the running sum, not each size, is what makes the parts add up.
  const sums = sizes.map((_, part) => sizes.slice(0, part + 1).reduce((sum, size) => sum + size, 0));
  const ends = sums.map((sum) => Math.round((sum / total) * dataset.length));
  return ends.map((end, part) => {
    const chosen = order.subarray(ends[part - 1] ?? 0, end);
    if (chosen.length === 0) throw new DatasetError(`${given}: part ${part} would be empty; give it more`);
    return subset(dataset, chosen);
  });
}

/**
 * Checks that every label is an integer from 0 to `classes` - 1.
 *
 * @param labels `[n]`, of any array type
 * @param operation what error messages begin with
 * @returns the labels themselves if they are a `Uint8Array` or `Int32Array`, otherwise a copy
 * @throws DatasetError that names the first wrong label and where it stands
 */
export function checkLabels(labels: ArrayLike<number>, classes: number, operation: string = "checkLabels"): Labels {
  if (!Number.isInteger(classes) || classes < 1 || classes > 2 ** 31) {
    throw new DatasetError(`${operation}: classes is ${classes}; give the number of classes, an integer of at least 1`);
  }
  if (labels.length === 0) throw new DatasetError(`${operation}: no labels; a dataset has at least one sample`);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (!Number.isInteger(label))
      throw new DatasetError(`${operation}: label ${label} at ${at} is not an integer; number the classes from 0`);
    if (label < 0 || label >= classes) {
      throw new DatasetError(
        `${operation}: label ${label} at ${at} is out of range; ` +
          `with ${classes} classes labels go from 0 to ${classes - 1}`,
      );
    }
  }
  return labels instanceof Uint8Array || labels instanceof Int32Array ? labels : Int32Array.from(labels);
}

function checkGather(dataset: Dataset, indices: Int32Array, out: Tensor, operation: string): void {
  checkIndices(indices, dataset.length, operation);
  const wanted = [indices.length, ...dataset.sampleShape].join(", ");
  const got = out.shape.join(", ");
  if (got !== wanted)
    throw new DatasetError(`${operation}: out is [${got}]; ${indices.length} indices need [${wanted}]`);
}

function checkIndices(indices: ArrayLike<number>, length: number, operation: string): void {
  if (indices.length === 0) throw new DatasetError(`${operation}: no indices; choose at least one sample`);
  for (let at = 0; at < indices.length; at++) {
    const index = indices[at];
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new DatasetError(
        `${operation}: index ${index} at ${at}; with ${length} samples indices are integers from 0 to ${length - 1}`,
      );
    }
  }
}
