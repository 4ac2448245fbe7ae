/** Mutated data files: each is refused with an error that names it, or read as a plain reader reads it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import {
  DatasetError,
  gunzip,
  IdxError,
  IMAGE_FILES,
  type ImageDataset,
  imageDataset,
  parseIdx,
  pinned,
} from "polygrad";
import { mnist } from "polygrad/node";
import { expect, test } from "vitest";
import { draws, summarise } from "./amount.ts";
import { bytesOf, type DrawnFile, drawnFile } from "./files/drawn.ts";
import { type Content, readGzip, readIdx } from "./files/reader.ts";

/** The largest decompressed file that the tests allow, in bytes. */
const LIMIT = 2 ** 20;
/** What one file may take: it is at most a few kilobytes long. */
const MOST_SECONDS = 5;
const MOST_MEMORY = 64 * 2 ** 20;

const counts = { files: 0, mutations: 0, refused: 0, "refused though readable": 0, read: 0 };
let [slowest, bombs] = [0, 0];

/** Runs `read`; returns undefined if it refuses with an error of this package that names one of the files. */
async function attempt<T>(files: readonly DrawnFile[], names: readonly string[], read: () => Promise<T>) {
  counts.files += files.length;
  counts.mutations += files.reduce((sum, { inside, outside }) => sum + inside.length + outside.length, 0);
  const start = performance.now();
  try {
    const result = await read();
    counts.read += files.length;
    return result;
  } catch (error) {
    if (!(error instanceof IdxError || error instanceof DatasetError)) throw error;
    if (!names.some((name) => error.message.includes(name))) throw new Error(`names no file: ${error.message}`);
    counts.refused += files.length;
    return undefined;
  } finally {
    slowest = Math.max(slowest, (performance.now() - start) / 1000);
  }
}

/** What the plain readers make of a file. */
function plainly(file: Uint8Array): Content | undefined {
  const raw = readGzip(file);
  return raw && readIdx(raw);
}

async function decompressed(file: Uint8Array, name: string): Promise<Uint8Array> {
  return gunzip(file, LIMIT, name);
}

test("IDX files of any type and shape", async () => {
  await fc.assert(
    fc.asyncProperty(drawnFile(), async (drawn) => {
      const file = bytesOf(drawn);
      const expected = plainly(file);
      const found = await attempt([drawn], ["drawn.idx"], async () =>
        parseIdx(await decompressed(file, "drawn.idx"), "drawn.idx"),
      );
      if (found === undefined && expected !== undefined) counts["refused though readable"]++;
      if (found !== undefined) {
        expect(found.shape).toEqual(expected?.shape);
        expect([...found.data]).toEqual(expected?.items);
      }
      if (drawn.inside.length + drawn.outside.length === 0 && drawn.members < 2) expect(found).toBeDefined();
    }),
    draws(150_000),
  );
});

const images = drawnFile(fc.constant(0), fc.tuple(fc.constant(3), fc.nat(5), fc.nat(5)));
const labels = drawnFile(fc.constantFrom(0, 0, 1, 2, 3, 4), fc.tuple(fc.constant(3)));

/** The pixels and labels of a dataset that was made from two files, or undefined if they are not images and labels. */
function expectedImages(pixels: Content | undefined, classes: Content | undefined): [number[], number[]] | undefined {
  if (pixels?.type !== 8 || pixels.shape.length !== 3 || pixels.items.length === 0) return undefined;
  if (classes?.shape.length !== 1 || classes.shape[0] !== pixels.shape[0]) return undefined;
  if (!classes.items.every((label) => Number.isInteger(label) && label >= 0 && label < 10)) return undefined;
  return [pixels.items.map((byte) => Math.fround(byte / 255)), [...classes.items]];
}

function contentOf(dataset: ImageDataset): [number[], number[]] {
  const out = pinned([dataset.length, ...dataset.sampleShape]);
  dataset.gatherInto(
    Int32Array.from({ length: dataset.length }, (_, i) => i),
    out,
  );
  return [Array.from(out.data), Array.from(dataset.labels)];
}

test("a file of images and one of labels", async () => {
  await fc.assert(
    fc.asyncProperty(images, labels, async (drawnImages, drawnLabels) => {
      const [a, b] = [bytesOf(drawnImages, 256), bytesOf(drawnLabels, 10)];
      const expected = expectedImages(plainly(a), plainly(b));
      const names: [string, string] = ["the-images", "the-labels"];
      const found = await attempt([drawnImages, drawnLabels], names, async () =>
        imageDataset(await decompressed(a, names[0]), await decompressed(b, names[1]), { names }),
      );
      if (found === undefined && expected !== undefined) counts["refused though readable"]++;
      if (found !== undefined) expect(contentOf(found)).toEqual(expected);
    }),
    draws(60_000),
  );
});

test("one of four files in a directory", async () => {
  const directory = await mkdtemp(join(tmpdir(), "polygrad-soak-"));
  const whole = { seed: 1, type: 0, inside: [], outside: [], members: 0 };
  const sound = IMAGE_FILES.map((name) => {
    const shape = name.includes("images") ? [3, 2, 2] : [3];
    return bytesOf({ ...whole, shape }, 10);
  });
  try {
    for (const [k, name] of IMAGE_FILES.entries()) await writeFile(join(directory, name), sound[k]);
    await fc.assert(
      fc.asyncProperty(fc.nat(3), images, labels, fc.boolean(), async (which, drawnImages, drawnLabels, isNamedSo) => {
        const drawn = which % 2 === 0 ? drawnImages : drawnLabels;
        const file = bytesOf(drawn, which % 2 === 0 ? 256 : 10);
        const path = join(directory, `${IMAGE_FILES[which]}${isNamedSo ? ".gz" : ""}`);
        await rm(join(directory, IMAGE_FILES[which]));
        await writeFile(path, file);
        const contents = sound.map((bytes, k) => plainly(k === which ? file : bytes));
        const train = expectedImages(contents[0], contents[1]);
        const test = expectedImages(contents[2], contents[3]);
        const found = await attempt([drawn], [path, directory], () => mnist({ directory }));
        if (found === undefined && train && test) counts["refused though readable"]++;
        if (found !== undefined) expect([contentOf(found.train), contentOf(found.test)]).toEqual([train, test]);
        await rm(path);
        await writeFile(join(directory, IMAGE_FILES[which]), sound[which]);
      }),
      draws(10_000),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});

test("files that decompress to far more than is allowed", async () => {
  const header = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 16);
  for (const size of [2 ** 21, 2 ** 25, 2 ** 27]) {
    const bomb = new Uint8Array(gzipSync(Buffer.concat([header, Buffer.alloc(size)])));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 1);
    const found = await attempt([], ["bomb.gz"], () => decompressed(bomb, "bomb.gz"));
    clearInterval(watch);
    expect(found).toBeUndefined();
    expect(most).toBeLessThan(MOST_MEMORY);
    bombs++;
  }
});

test("in bounded time and memory", () => {
  const memory = process.resourceUsage().maxRSS / 1024;
  summarise("files", {
    ...counts,
    bombs,
    "slowest in seconds": slowest.toFixed(2),
    "largest rss in MiB": memory.toFixed(0),
  });
  expect(slowest).toBeLessThan(MOST_SECONDS);
  expect(memory).toBeLessThan(1024);
});
