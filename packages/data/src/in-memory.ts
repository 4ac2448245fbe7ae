/** Datasets in memory: images of bytes, and the rows of a tensor. */
import { ByteRows, gatherRows, type Tensor } from "@polygrad/tensor";
import { checkedTensor, described, integers } from "@polygrad/tensor/internal";
import { checkGather, checkLabels, type Dataset, type Labels } from "./dataset.ts";
import { DatasetError } from "./errors.ts";

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
   * @throws DatasetError if a label is invalid, or there is not one label per row; ArgumentError if the inputs are not
   * a tensor
   */
  constructor(inputs: Tensor, labels: ArrayLike<number>, classes: number) {
    this.labels = checkLabels(labels, classes, "TensorDataset");
    const [rows, ...sampleShape] = checkedTensor("TensorDataset", inputs).shape;
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
