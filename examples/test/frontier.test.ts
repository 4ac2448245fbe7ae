/** `pnpm example frontier`: the sizes of its networks, its augmentation, its tables, and a small run of it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { ImageDataset, Random } from "polygrad";
import { expect, test, vi } from "vitest";
import { shifted } from "../frontier/augment.ts";
import { type Architecture, makeNetwork, sizeOf, widthOf } from "../frontier/networks.ts";
import { comparisonTable, pointsOf, pointsTable } from "../frontier/rows.ts";
import { bestFor } from "../mnist/best.ts";
import { type RecordedRun, readResults } from "../study/index.ts";
import { example, outDirectory, tinyImages } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const architectures: fc.Arbitrary<Architecture> = fc.record({
  family: fc.constantFrom("polynomial", "mlp", "spline"),
  budget: fc.integer({ min: 8000, max: 40_000 }),
  layers: fc.constantFrom(1, 2),
  degree: fc.integer({ min: 1, max: 4 }),
  firstDegree: fc.constantFrom(1, 3),
  basis: fc.constant("chebyshev"),
  squash: fc.constant("tanh"),
  norm: fc.boolean(),
  dropout: fc.constant(0),
});

test("a network has as many parameters as is said, and is the widest that its budget allows", () => {
  fc.assert(
    fc.property(architectures, (architecture) => {
      const width = widthOf(architecture);
      const network = makeNetwork(architecture, new Random(1));
      const size = network.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
      expect(size).toBe(sizeOf(architecture, width));
      expect(size).toBeLessThanOrEqual(architecture.budget);
      expect(sizeOf(architecture, width + 1)).toBeGreaterThan(architecture.budget);
    }),
    { numRuns: 40 },
  );
  expect(() => widthOf({ ...bestFor("mnist", ""), budget: 500 })).toThrow("500 parameters are too few for polynomial");
});

test("copies are shifted by up to two pixels, and what enters is black", () => {
  const image = Uint8Array.from({ length: 35 }, (_, k) => 100 + k);
  const augmented = shifted(new ImageDataset(image, [5, 7], [3], 10), 40);
  expect([augmented.length, augmented.classes, new Set(augmented.labels)]).toEqual([41, 10, new Set([3])]);
  const copies = Array.from({ length: 41 }, (_, k) => augmented.pixels.bytes.slice(35 * k, 35 * (k + 1)));
  expect(copies[0]).toEqual(image);
  const pixel = (row: number, column: number) =>
    row >= 0 && row < 5 && column >= 0 && column < 7 ? 100 + 7 * row + column : 0;
  const shifts = [-2, -1, 0, 1, 2].flatMap((down) => [-2, -1, 0, 1, 2].map((right) => [down, right]));
  const wanted = shifts.map(([down, right]) =>
    Array.from({ length: 35 }, (_, k) => pixel(Math.floor(k / 7) - down, (k % 7) - right)).join(),
  );
  for (const copy of copies) expect(wanted).toContain(copy.join());
  // With forty copies, nearly all of the twenty-five shifts occur.
  expect(new Set(copies.map((copy) => copy.join())).size).toBeGreaterThan(15);
});

test("points are means over seeds; families are compared seed by seed", () => {
  const run = (family: string, seed: number, testAccuracy: number): RecordedRun => ({
    ...{ part: "final", key: "", seed, epochs: 12, weightsSha256: "" },
    options: {
      dataset: "mnist",
      family,
      budget: 8000,
      layers: 1,
      degree: 3,
      learningRate: 0.01,
      weightDecay: 0.1,
      dropout: 0,
    },
    figures: { testAccuracy, testLoss: 0.1, parameters: 7990 },
  });
  const points = pointsOf(
    [run("polynomial", 0, 0.96), run("polynomial", 1, 0.97), run("mlp", 0, 0.95), run("mlp", 1, 0.94)],
    "final",
  );
  expect(pointsTable(points)[1].slice(0, 5)).toEqual(["polynomial", "MNIST", "7,990", "2", "96.50 ± 0.71"]);
  // Differences of 1 and 3 points; of the four ways to give them signs, two are as far from 0.
  expect(comparisonTable(points)[1]).toEqual(["ReLU MLP", "MNIST", "8,000", "+2.00 ± 1.41", "0.500"]);
});

test("the recipe `best` is what the stored results have chosen", async () => {
  const { runs } = await readResults(new URL("../../docs/results/frontier.json", import.meta.url));
  for (const dataset of ["mnist", "fashion"] as const) {
    const best = { ...bestFor(dataset, ""), data: expect.any(String) };
    const own = runs.filter(
      ({ part, options }) =>
        part === "final" &&
        options.family === "polynomial" &&
        options.dataset === dataset &&
        options.budget === best.budget,
    );
    expect(own.map(({ options }) => options)).toEqual(own.map((_, seed) => ({ ...best, seed })));
    expect(own.length).toBe(5);
  }
});

test("a small run searches, trains, changes one thing at a time, and writes its page", async () => {
  const [data, out] = [await tinyImages(), await outDirectory()];
  const { code, stdout } = await example(["frontier", "--quick", "--seeds", "1", "--mnist", data, "--out", out]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^B-spline KAN +MNIST +[\d,]+ +1 +\d+\.\d\d ± 0\.00/m);
  expect(stdout).toMatch(/^no LayerNorm +\d+\.\d\d ± 0\.00 +[+-]\d+\.\d\d$/m);
  const page = await readFile(join(out, "report.html"), "utf8");
  expect(page.match(/<figure>/g)?.length).toBeGreaterThanOrEqual(3);
});
