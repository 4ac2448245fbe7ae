/** The images of MNIST, as packed by site/digits.ts: loaded when they are first needed, and then kept. */
import { gunzip, ImageDataset } from "polygrad";
import { decode, PIXELS, SIDE } from "./codec.ts";
import test from "./images/test.bin?url";
import first from "./images/train-first.bin?url";
import { BINS } from "./questions.ts";
import { DIGITS, type DigitsSettings } from "./settings.ts";

export interface Images {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

const loaded = new Map<string, Promise<ImageDataset>>();

/** @throws Error if a file cannot be loaded, or is not on this site, which says so */
export function trainingImages(count: DigitsSettings["images"]): Promise<ImageDataset> {
  return kept(`train ${count}`, async () => load(count === 10_000 ? [first] : [first, await restOfImages()]));
}

async function restOfImages(): Promise<string> {
  // This is hasAllImages, in the form in which a bundler sees that it is false, and leaves out the file.
  if (import.meta.env.VITE_IMAGES !== "10000") return (await import("./images/train-rest.bin?url")).default;
  throw new Error("This site has only 10,000 images. Choose these, or open the link on a site with all 60,000.");
}

/** The first 1,000 test images. */
export function testImages(): Promise<ImageDataset> {
  return kept("test", () => load([test]));
}

function kept(name: string, make: () => Promise<ImageDataset>): Promise<ImageDataset> {
  const before = loaded.get(name);
  if (before !== undefined) return before;
  const made = make();
  loaded.set(name, made);
  // What has failed is tried again next time.
  made.catch(() => loaded.delete(name));
  return made;
}

async function load(urls: readonly string[]): Promise<ImageDataset> {
  const parts = await Promise.all(urls.map(async (url) => decode(await gunzip(await fetched(url)))));
  const pixels = new Uint8Array(parts.reduce((sum, part) => sum + part.pixels.length, 0));
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at);
    at += part.pixels.length;
  }
  const labels = parts.flatMap((part) => [...part.labels]);
  return new ImageDataset(pixels, [SIDE, SIDE], labels, DIGITS);
}

async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok) return new Uint8Array(await response.arrayBuffer());
  throw new Error("The images could not be loaded; check the connection, and press Reset.");
}

/** [PIXELS, BINS]: how often each pixel has a value in each range, in the first 2,000 images. */
export function pixelValues({ pixels: { bytes } }: ImageDataset): Uint16Array {
  const values = new Uint16Array(PIXELS * BINS);
  for (const [k, byte] of bytes.subarray(0, 2000 * PIXELS).entries())
    values[(k % PIXELS) * BINS + Math.floor((byte * BINS) / 256)]++;
  return values;
}
