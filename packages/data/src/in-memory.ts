/** Datasets in memory: images of bytes, and the rows of a tensor. */
import { ByteRows, gatherRows, Tensor } from "@polygrad/tensor";
import { checkedTensor, described, integers, show } from "@polygrad/tensor/internal";
import { checkGather, type Dataset, type Samples } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { type ClassesOf, checkContinuous, checkLabels, type Labels, type LabelsOf, type Targets } from "./targets.ts";

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
   * @throws DatasetError if a label or a size is invalid, or the number of pixels does not match; ArgumentError if
   * `sampleShape` is not an array of numbers; MemoryError if there are more than 2^30 pixels
   */
  constructor(
    pixels: Uint8Array | ByteRows,
    sampleShape: readonly number[],
    labels: ArrayLike<number>,
    classes: number,
  ) {
    this.labels = checkLabels(labels, classes, "ImageDataset");
    if (!(pixels instanceof Uint8Array) && !(pixels instanceof ByteRows))
      throw new DatasetError(`ImageDataset: pixels must be a Uint8Array or ByteRows, got ${described(pixels)}`);
    integers("ImageDataset", "sampleShape", sampleShape);
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

/** Samples that are the rows of a tensor, each with a class or with a row of continuous targets. */
export class TensorDataset<T extends Targets = Labels> implements Samples {
  readonly length: number;
  readonly sampleShape: readonly number[];
  /** The labels `[length]`, or the continuous targets `[length, ...targetShape]`. */
  readonly targets: T;
  /** `[length]`, the class of each sample; undefined for continuous targets. */
  readonly labels: LabelsOf<T>;
  /** The number of classes; undefined for continuous targets. */
  readonly classes: ClassesOf<T>;
  /** `[length, ...sampleShape]`. */
  readonly inputs: Tensor;

  /**
   * @param inputs `[n, ...sampleShape]`, float32; kept if contiguous, otherwise copied
   * @param targets `[n, ...targetShape]`, float32; kept if contiguous, otherwise copied. NaN and infinities are allowed
   * @throws DatasetError if there is not one row of targets per row of inputs, or the targets are not float32;
   * ArgumentError if the inputs are not a tensor
   */
  constructor(inputs: Tensor, targets: Extract<T, Tensor>);
  /**
   * @param inputs `[n, ...sampleShape]`, float32; kept if contiguous, otherwise copied
   * @param labels `[n]`, the class of each row, an integer from 0 to `classes` - 1
   * @param classes the number of classes
   * @throws DatasetError if a label is invalid, or there is not one label per row; ArgumentError if the inputs are not
   * a tensor
   */
  constructor(inputs: Tensor, labels: ArrayLike<number> | NoInfer<T>, classes: ClassesOf<T>);
  constructor(inputs: Tensor, given: Tensor | ArrayLike<number>, classes?: number) {
    const known = checkedTargets<T>(inputs, given, classes);
    const [rows, ...sampleShape] = inputs.shape;
    this.length = rows;
    this.sampleShape = sampleShape;
    this.targets = known.targets;
    this.labels = known.labels;
    this.classes = known.classes;
    // Copied once here, so that no batch has to.
    this.inputs = inputs.contiguous();
  }

  gatherInto(indices: Int32Array, out: Tensor): void {
    checkGather(this, indices, out, "TensorDataset.gatherInto");
    gatherRows(this.inputs, indices, out);
  }
}

/** Targets as the fields of a dataset. */
interface Known<T extends Targets> {
  readonly targets: T;
  readonly labels: LabelsOf<T>;
  readonly classes: ClassesOf<T>;
}

/** A tensor without a number of classes is continuous targets; everything else is labels. */
function checkedTargets<T extends Targets>(
  inputs: Tensor,
  given: Tensor | ArrayLike<number>,
  classes: number | undefined,
): Known<T>;
function checkedTargets(
  inputs: Tensor,
  given: Tensor | ArrayLike<number>,
  classes: number | undefined,
): Known<Tensor> | Known<Labels> {
  if (given instanceof Tensor) {
    if (classes !== undefined)
      throw new DatasetError(
        `TensorDataset: a tensor holds continuous targets, which have no classes, but classes is ${described(classes)}; ` +
          "leave it out, or pass the labels as an array of integers",
      );
    checkContinuous(given, rowsOf(inputs), "TensorDataset");
    return { targets: given.contiguous(), labels: undefined, classes: undefined };
  }
  if (classes === undefined)
    throw new DatasetError(
      "TensorDataset: classes is missing; pass the number of classes after the labels, " +
        "or pass continuous targets as a float32 tensor",
    );
  const labels = checkLabels(given, classes, "TensorDataset");
  const rows = rowsOf(inputs);
  if (rows !== labels.length) {
    throw new DatasetError(
      `TensorDataset: inputs of shape ${show(inputs.shape)} have ${rows || "no"} rows, ` +
        `but labels has length ${labels.length}; give one label per row`,
    );
  }
  return { targets: labels, labels, classes };
}

/** The number of rows of the inputs; 0 for a scalar. */
function rowsOf(inputs: Tensor): number {
  return checkedTensor("TensorDataset", inputs).shape[0] ?? 0;
}
