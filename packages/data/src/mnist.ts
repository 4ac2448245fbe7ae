/** MNIST and FashionMNIST: the names and checksums of their files, and a dataset made from the bytes of two files. */
import { ArgumentError, type ByteRows } from "@polygrad/tensor";
import { type Check, checkOptions, described, number, text } from "@polygrad/tensor/internal";
import { DatasetError } from "./errors.ts";
import { parseIdx } from "./idx.ts";
import { ImageDataset } from "./in-memory.ts";

/** The names of the four files of each collection, without the ending `.gz` of the published files. */
export const IMAGE_FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

/** One of the names in {@link IMAGE_FILES}. */
export type ImageFile = (typeof IMAGE_FILES)[number];

/** A collection of labelled images: where to download it, and how to verify the files. */
export interface ImageCollection {
  readonly name: string;
  /** The start of each file's URL: `FILE.gz` is appended. */
  readonly mirror: string;
  /** The MD5 of each `FILE.gz` as published. */
  readonly md5: Readonly<Record<ImageFile, string>>;
  /** The name of each class, in the order of the labels. */
  readonly classNames: readonly string[];
}

/** 60,000 + 10,000 handwritten digits, 28 x 28 (LeCun, Cortes, Burges, 1998). */
export const MNIST: ImageCollection = {
  name: "MNIST",
  mirror: "https://ossci-datasets.s3.amazonaws.com/mnist/",
  md5: {
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
  },
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
};

/** 60,000 + 10,000 pieces of clothing in MNIST's format (Xiao, Rasul, Vollgraf, arXiv:1708.07747). */
export const FASHION_MNIST: ImageCollection = {
  name: "FashionMNIST",
  // The server offers plain HTTP only; the checksums protect against damaged files.
  mirror: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
  md5: {
    "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
  },
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
};

/** The number of classes of either collection. */
export const CLASSES = 10;

const pairOfNames: Check = (operation, what, value) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw new ArgumentError(`${operation}: ${what} must be the names of two files, got ${described(value)}`);
  for (const name of value) text(operation, "a name", name);
};

/**
 * Makes a dataset from an IDX file of images and the IDX file of their labels, both decompressed.
 *
 * @param images the bytes of an IDX file of type `Uint8Array` and shape `[n, height, width]`
 * @param labels the bytes of an IDX file of shape `[n]`, integers from 0 to `classes` - 1
 * @param options.classes the number of classes, defaults to 10
 * @param options.names the names of the two files in error messages
 * @returns a dataset of n samples of shape `[height, width]`
 * @throws IdxError if either is not an IDX file, DatasetError if the two are not images and their labels
 */
export function imageDataset(
  images: Uint8Array,
  labels: Uint8Array,
  options: { classes?: number; names?: readonly [images: string, labels: string] } = {},
): ImageDataset {
  checkOptions("imageDataset", options, { classes: number, names: pairOfNames });
  const { classes = CLASSES, names = ["images", "labels"] } = options;
  const { shape, data: pixels } = parseIdx(images, names[0]);
  if (shape.length !== 3 || !(pixels instanceof Uint8Array)) {
    throw new DatasetError(
      `imageDataset: ${names[0]} holds ${pixels[Symbol.toStringTag]} [${shape.join(", ")}]; ` +
        "expected Uint8Array [count, height, width]",
    );
  }
  return labelled(pixels, shape, labels, classes, names);
}

/**
 * `imageDataset` for pixels that have been read already.
 *
 * @param shape `[count, height, width]`
 */
export function labelled(
  pixels: Uint8Array | ByteRows,
  shape: readonly number[],
  labels: Uint8Array,
  classes: number,
  names: readonly [images: string, labels: string],
): ImageDataset {
  const { shape: labelsShape, data: classOf } = parseIdx(labels, names[1]);
  const [count, height, width] = shape;
  if (labelsShape.length !== 1) {
    throw new DatasetError(`imageDataset: ${names[1]} has shape [${labelsShape.join(", ")}]; expected [count]`);
  }
  if (count !== labelsShape[0]) {
    throw new DatasetError(
      `imageDataset: there are ${count} images in ${names[0]}, ` +
        `but ${labelsShape[0]} labels in ${names[1]}; take both files from the same collection`,
    );
  }
  try {
    return new ImageDataset(pixels, [height, width], classOf, classes);
  } catch (cause) {
    if (!(cause instanceof DatasetError)) throw cause;
    throw new DatasetError(`imageDataset: ${names.join(", ")}: ${cause.message}`, { cause });
  }
}
