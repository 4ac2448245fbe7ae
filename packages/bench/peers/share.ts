/** Writes the files that all contenders read: images, initial parameters and the order of the samples. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataLoader, DatasetError, type ImageDataset, Random } from "polygrad";
import { fashionMnist, mnist } from "polygrad/node";
import { type DatasetName, MODELS, type ModelName } from "./cases.ts";
import type { Files } from "./protocol.ts";
import { model } from "./recipe.ts";

export interface Shared {
  /** @throws Error that says why the images are missing */
  readonly filesOf: (dataset: DatasetName, model: ModelName) => Files;
  /** The test images of MNIST. */
  readonly test: string;
}

const NO_FASHION =
  "the four files of FashionMNIST are not on this machine; install Debian's dataset-fashion-mnist, or run " +
  "`pnpm example mnist --dataset fashion --epochs 1` once, which downloads them";

/** Pixels and labels, one byte each. */
type Images = readonly [Uint8Array, Uint8Array];

export async function share(
  directory: string,
  { seed, epochs, datasets }: { seed: number; epochs: number; datasets: readonly DatasetName[] },
): Promise<Shared> {
  await mkdir(directory, { recursive: true });
  const write = async (name: string, content: readonly Uint8Array[]): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  };
  const { train, test } = await mnist();
  const loader = new DataLoader(train, { batchSize: 1, shuffle: true, seed });
  const order = await write(
    "orders.i32",
    Array.from({ length: epochs }, (_, epoch) => bytesOf(loader.order(epoch))),
  );
  const parameters = new Map<ModelName, string>();
  for (const name of MODELS) parameters.set(name, await write(`${name}.f32`, initial(name, seed)));
  const data = new Map<DatasetName, string>();
  for (const name of datasets) {
    const images = name === "fashion" ? await fashion() : name === "dense" ? dense(train, seed) : imagesOf(train);
    if (images !== undefined) data.set(name, await write(`${name}.u8`, images));
  }
  return {
    filesOf: (dataset, name) => {
      const [file, initials] = [data.get(dataset), parameters.get(name)];
      if (file === undefined) throw new Error(NO_FASHION);
      if (initials === undefined) throw new Error(`there is no network ${name}`);
      return { data: file, orders: order, parameters: initials };
    },
    test: await write("test.u8", imagesOf(test)),
  };
}

function initial(name: ModelName, seed: number): Uint8Array[] {
  const parameters = model({ model: name }, new Random(seed)).parameters();
  return parameters.map(({ value }) => bytesOf(Float32Array.from(value.clone().data)));
}

function imagesOf({ pixels, labels }: ImageDataset): Images {
  return [pixels.bytes, Uint8Array.from(labels)];
}

/** Undefined if the files are not on this machine: a benchmark does not download. */
async function fashion(): Promise<Images | undefined> {
  try {
    return imagesOf((await fashionMnist({ download: false })).train);
  } catch (error) {
    if (error instanceof DatasetError) return undefined;
    throw error;
  }
}

/** Random pixels from 1 to 255, under the labels of `train`. */
function dense({ pixels, labels }: ImageDataset, seed: number): Images {
  const random = new Random(seed);
  return [pixels.bytes.map(() => 1 + random.below(255)), Uint8Array.from(labels)];
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
