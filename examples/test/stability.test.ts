/** `pnpm example stability`: its networks, what it says of runs, its page, and the program as a process. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LayerNorm, normal, Polynomial, Random, Sequential, tensor } from "polygrad";
import { expect, test, vi } from "vitest";
import { digits } from "../stability/digits.ts";
import { configurationsAt, grids } from "../stability/grid.ts";
import { makeNetwork, type NetworkChoice } from "../stability/network.ts";
import { mapText, outcomeOf } from "../stability/outcome.ts";
import { filled, mapsOf } from "../stability/publish.ts";
import { cellsOf, type Findings, mapRunOf, recordText } from "../stability/record.ts";
import { excesses, tablesOf } from "../stability/tables.ts";
import { article, recommended } from "../stability/variants.ts";
import { markdownTable, readResults, Study } from "../study/index.ts";
import { example, outDirectory, tinyImages } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const choice: NetworkChoice = {
  ...{ degree: 4, hidden: 50, depth: 3, basis: "monomial", squash: "tanh", initialiser: "damped", bias: "edges" },
};

test("the recommended network is one of the layer's defaults", () => {
  const { basis, squash, initialiser, bias } = recommended.recipe;
  const { layers } = makeNetwork({ ...choice, basis, squash, initialiser, bias, hidden: 20 }, new Random(0));
  const random = new Random(0);
  const own = new Sequential(
    ...[new Polynomial(196, 20, { degree: 4, random }), new LayerNorm(20)],
    ...[new Polynomial(20, 20, { degree: 4, random }), new LayerNorm(20)],
    new Polynomial(20, 10, { degree: 4, random }),
  );
  const x = normal([5, 196], new Random(1));
  expect(new Sequential(...layers).forward(x).value.equals(own.forward(x).value)).toBe(true);
});

test("pooled pixels are means of four, and no image is in both sets", async () => {
  const directory = await tinyImages(110, 4);
  const { train, validation } = await digits(1000, directory);
  expect([train.length, validation.length, train.sampleShape]).toEqual([100, 10, [196]]);
  const bytes = (await readFile(join(directory, "train-images-idx3-ubyte"))).subarray(16);
  const out = tensor(new Float32Array(196)).reshape([1, 196]);
  validation.gatherInto(Int32Array.of(3), out);
  const at = 103 * 784 + 2 * 5 * 28 + 2 * 7;
  const sum = bytes[at] + bytes[at + 1] + bytes[at + 28] + bytes[at + 29];
  expect(out.data[5 * 14 + 7]).toBe(Math.fround(sum / 1020));
});

test("outcomes, and their map", () => {
  const run = (degree: number, hidden: number, depth: number, accuracy: number | null) => ({
    ...{ degree, hidden, depth, accuracy, trainLoss: 1 },
  });
  expect(outcomeOf({ trainLoss: null, accuracy: 0.9 })).toBe("diverged");
  const grid = { degrees: [2, 12], hidden: [20, 512], depths: [2, 3] };
  const runs = [run(2, 20, 2, 0.8), run(12, 20, 2, 0.799), run(2, 512, 2, 0.499), run(12, 512, 3, null)];
  expect(`\n${mapText(runs, grid)}\n`).toBe(`
depth 2      depth 3
512  .       512     x
 20  #  o     20
     2 12         2 12
`);
});

test("a run that diverges is a result", async () => {
  const options = { quick: true, out: await outDirectory(), seeds: 1, processes: 1, write: false, extra: {} };
  const study = new Study("stability", options, new AbortController().signal);
  // A rate of 1e30 makes weights so large that their powers are not finite.
  const recipe = { ...article.recipe, learningRate: 1e30 };
  const cell = { degree: 6, hidden: 20, depth: 2 };
  const argv = process.argv[1];
  process.argv[1] = new URL("../start.mjs", import.meta.url).pathname;
  try {
    const runs = await study.runs({
      part: "diverging",
      recipe: new URL("../stability/recipe.ts", import.meta.url),
      source: "stability/recipe.ts",
      space: [{ ...recipe, ...cell, images: 96, seed: 0, data: await tinyImages() }],
      settings: { epochs: 1, batchSize: 8, shards: 1 },
      mayDiverge: true,
    });
    expect(runs.map((run) => outcomeOf(mapRunOf(run, { ...article, recipe })))).toEqual(["diverged"]);
  } finally {
    process.argv[1] = argv;
  }
});

test("the default map has every recipe at the smallest size, and three at the largest", () => {
  const common = { images: 10_000, data: "" };
  const count = (hidden: number) => configurationsAt(hidden, grids.standard, common, [0]).size / 28;
  expect([20, 64, 192, 512].map(count)).toEqual([22, 12, 3, 3]);
  const first = [...configurationsAt(20, grids.standard, common, [0, 1]).values()][0];
  expect(first).toBe(article);
});

test("it prints maps and tables, writes results.json and report.html, and is done once", async () => {
  const [data, out] = [await tinyImages(600, 4), await outDirectory()];
  const args = ["stability", "--quick", "--mnist", data, "--out", out];
  const first = await example(args);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining("8 of 8 runs done\n") });
  expect(first.stdout).toMatch(
    new RegExp(`^${article.title}\ndepth 2 +depth 3\n20  [#o.]  [#o.]    20  [#o.]  [#o.]\n`),
  );
  expect(first.stdout).toMatch(/^recipe +degree 2 +degree 6$/m);
  const record = await readResults<Findings>(join(out, "results.json"));
  expect(first.stdout).toContain(`configuration ${record.configurationSha256}\n`);
  expect(record.runs).toHaveLength(8);
  expect(record.initial.map(({ variant, degree }) => [variant, degree])).toEqual(
    [article, recommended].flatMap(({ name }) => [2, 6].map((degree) => [name, degree])),
  );
  expect(record.paths.map(({ points }) => points.map(({ step }) => step))).toEqual([
    [0, 1, 5],
    [0, 1, 5],
  ]);
  expect(excesses(record)).toHaveLength(4);
  expect(cellsOf(record, "article")).toHaveLength(4);
  const report = await readFile(join(out, "report.html"), "utf8");
  expect(report.match(/<figure>/g)).toHaveLength(8);
  const second = await example(args);
  expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining("8 of 8 runs done, 8 reused\n") });
  expect(second.stdout).toBe(first.stdout);
});

test.each([
  [["--hidden", "20,21"], '--hidden must be some of 20,64,192,512, got "20,21"'],
  [["--depth", "2"], "Unknown option '--depth'"],
])("%j is refused in one line", async (args, message) => {
  const { code, stderr } = await example(["stability", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("docs/results/stability.md shows the stored results", async () => {
  const directory = new URL("../../docs/results/", import.meta.url);
  const page = await readFile(new URL("stability.md", directory), "utf8");
  const stored = await readFile(new URL("stability.json", directory), "utf8");
  const record = await readResults<Findings>(new URL("stability.json", directory));
  expect(recordText(record)).toBe(stored);
  expect(page.match(/^\|.*(\n\|.*)*/gm)).toEqual(tablesOf(record).map(({ table }) => markdownTable(table)));
  expect(page).toContain(`\`\`\`text\n${mapsOf(record)}\n\`\`\``);
  expect(page).toContain(`\`${record.configurationSha256}\``);
  expect(filled(page, record)).toBe(page);
  const figures = [...page.matchAll(/\]\((.+\.svg)\)/g)].map(([, file]) => file);
  expect(figures).toHaveLength(6);
  for (const file of figures) expect(existsSync(new URL(file, directory)), file).toBe(true);
});
