/** What the experiments share: statistics against SciPy, tables, options, and results that can be read again. */
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  helpOf,
  markdownTable,
  parseStudy,
  readResults,
  resultsOf,
  type StudyRun,
  sampleOf,
  signFlipTest,
  textTable,
  withinTwoErrors,
  writeResults,
} from "../study/index.ts";

// SciPy 1.17: permutation_test((d, zeros), mean of x - y, permutation_type="samples", n_resamples=inf), mean, std(ddof=1), sem.
const figures: readonly (readonly [number[], number, number, number, number])[] = [
  [[0.31, -0.12, 0.44, 0.27, 0.05], 0.1875, 0.19, 0.22304708023195463, 0.09974968671630002],
  [[1, 2, 3], 0.25, 2, 1, 0.5773502691896258],
  // The sum is 0, but not to rounding.
  [[0.1, 0.2, 0.3, -0.6], 1, 0, 0.408248290463863, 0.2041241452319315],
  [[0.5, 0.25, 0.125, 0.75, 1.5, -0.1, 0.3, 0.9], 0.015625, 0.528125, 0.5098034460176084, 0.18024273687566045],
];

test.each(figures)("statistics of %j are SciPy's", (values, pvalue, mean, deviation, error) => {
  expect(signFlipTest(values)).toBe(pvalue);
  const sample = sampleOf(values);
  expect(sample.count).toBe(values.length);
  expect(sample.mean).toBeCloseTo(mean, 14);
  expect(sample.deviation).toBeCloseTo(deviation, 14);
  expect(sample.error).toBeCloseTo(error, 14);
});

test("two standard errors include their end, and the test refuses what it cannot count", () => {
  const sample = sampleOf([1, 3]);
  expect([3.99, 4, 4.01, 0, -0.01].map((value) => withinTwoErrors(sample, value))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(withinTwoErrors(sampleOf([1, Number.NaN]), 1)).toBe(false);
  expect(() => signFlipTest([])).toThrow("needs 1 to 12 finite differences, got []");
  expect(() => signFlipTest([1, Number.NaN])).toThrow("got [1, NaN]");
  expect(() => signFlipTest(new Array(13).fill(1))).toThrow("1 to 12");
});

test("tables have the same cells as text and as Markdown", () => {
  const rows = [
    ["model", "loss"],
    ["linear", "0.19 ± 0.01"],
  ];
  expect(textTable(rows)).toBe("model          loss\nlinear  0.19 ± 0.01");
  expect(markdownTable(rows)).toBe("| model  |        loss |\n| ------ | ----------: |\n| linear | 0.19 ± 0.01 |");
});

const definition = {
  name: "shapes",
  about: "Which shape?",
  seeds: 5,
  quickSeeds: 2,
  extra: { "images DIR": "the images", tune: "tune it" },
};

test("options have defaults, and wrong ones are refused", () => {
  expect(parseStudy(definition, ["--processes", "3"])).toEqual({
    ...{ quick: false, out: "results/shapes", seeds: 5, processes: 3, write: false, extra: {} },
  });
  expect(parseStudy(definition, ["--quick", "--images", "there", "--out", "here", "--tune"])).toMatchObject({
    ...{ quick: true, out: "here", seeds: 2, extra: { images: "there", tune: "true" } },
  });
  expect(parseStudy(definition, ["--help"])).toBeUndefined();
  expect(helpOf(definition)).toMatch(/\n {2}--seeds N +how many seeds; they count from 0 \(5; 2 with --quick\)\n/);
  expect(() => parseStudy(definition, ["--seeds", "0"])).toThrow("--seeds must be an integer from 1 to 1000");
  expect(() => parseStudy(definition, ["--speed", "1"])).toThrow("Unknown option '--speed'");
});

function runOf(seed: number, loss: number, workers: number): StudyRun<{ readonly seed: number }> {
  const settings = { epochs: 2, batchSize: 8, seed, workers };
  const own = { part: "runs", key: `key ${seed}`, options: { seed }, settings, until: 2 };
  return { ...own, figures: { testLoss: loss }, weightsSha256: "0", metrics: [], directory: "" };
}

test("results.json holds the configuration with its hash, and figures that are not finite as null", async () => {
  const out = await mkdtemp(join(tmpdir(), "polygrad-study-"));
  const options = { quick: false, out, seeds: 2, processes: 1, write: false, extra: {} };
  const study = { name: "shapes", options };
  const results = resultsOf(study, [runOf(0, 0.5, 1), runOf(1, Number.NaN, 1)]);
  expect(results.configuration).toEqual({
    experiment: "shapes",
    quick: false,
    parts: {
      runs: [0, 1].map((seed) => ({ options: { seed }, settings: { epochs: 2, batchSize: 8, seed }, until: 2 })),
    },
  });
  // printf '{"experiment":"shapes","parts":...}' | sha256sum, the keys sorted at every level
  expect(results.configurationSha256).toBe("5da3bcf2c7efe3f025c658089377d094cd19f16e00d08ed42a3b4337e1c21e3f");
  expect(results.runs.map(({ seed, figures: { testLoss } }) => [seed, testLoss])).toEqual([
    [0, 0.5],
    [1, null],
  ]);
  expect(resultsOf(study, [runOf(0, 9, 2), runOf(1, 9, 2)]).configurationSha256).toBe(results.configurationSha256);
  expect(resultsOf(study, [runOf(0, 0.5, 1)]).configurationSha256).not.toBe(results.configurationSha256);
  await writeResults(study, results, "<!doctype html>");
  expect(await readResults(join(out, "results.json"))).toEqual(results);
  expect(await readFile(join(out, "report.html"), "utf8")).toBe("<!doctype html>");
});
