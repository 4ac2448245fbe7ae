/** `pnpm example fit`: its functions and data against formulas in double precision, its networks, and what it writes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataLoader, type Dataset, Random, randomSplit, subset, type Tensor, uniform } from "polygrad";
import { describe, expect, test, vi } from "vitest";
import { curveOf, OUTSIDE, pointsOf, tables, tuningPointsOf, valuesOf } from "../fit/data.ts";
import { functions, type Target } from "../fit/functions.ts";
import { hiddenFor, type Method, methods } from "../fit/networks.ts";
import { errorTable, summaryTable, timeTable } from "../fit/rows.ts";
import { namesOf, type RecordedRun, readResults, sampleOf } from "../study/index.ts";
import { example, outDirectory } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const { PI, abs, cos, exp, sign, sin, sqrt } = Math;

/** Each function with its variables in their own intervals. */
const formulas: Readonly<Record<keyof typeof functions, (v: readonly number[]) => number>> = {
  sine: ([x]) => sin(2 * PI * x),
  kink: ([x]) => abs(x),
  waves: ([x]) => sin(20 * PI * x),
  step: ([x]) => sign(x),
  kan: ([x, y]) => exp(sin(PI * x) + y ** 2),
  "I.6.2": ([theta, sigma]) => exp(-((theta / sigma) ** 2) / 2) / sqrt(2 * PI * sigma ** 2),
  "I.12.11": ([q, e, b, v, theta]) => q * (e + b * v * sin(theta)),
  "I.13.12": ([g, m1, m2, r1, r2]) => g * m1 * m2 * (1 / r2 - 1 / r1),
  "I.27.6": ([d1, d2, n]) => 1 / (1 / d1 + n / d2),
  "I.50.26": ([x, omega, t, alpha]) => x * (cos(omega * t) + alpha * cos(omega * t) ** 2),
};

/** The rows of a tensor `[n, columns]`. */
function rowsOf(x: Tensor): number[][] {
  const [rows, columns] = x.shape;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) =>
      x
        .slice(0, row, row + 1)
        .select(1, column)
        .item(),
    ),
  );
}

/** The samples of a dataset. */
function samplesOf(dataset: Dataset<Tensor>): { readonly inputs: number[][]; readonly targets: number[] } {
  const [{ inputs, targets }] = new DataLoader(dataset, { batchSize: dataset.length });
  return { inputs: rowsOf(inputs), targets: rowsOf(targets).flat() };
}

describe("functions", () => {
  test.each(namesOf(functions))("%s is its formula", (name) => {
    const target: Target = functions[name];
    const points = uniform([100, target.intervals.length], new Random(3), -1, 1);
    const wanted = rowsOf(points).map((point) => {
      const variables = point.map((x, k) => {
        const [low, high] = target.intervals[k];
        return low + ((x + 1) / 2) * (high - low);
      });
      return formulas[name](variables);
    });
    const values = rowsOf(valuesOf(target, points)).flat();
    const largest = Math.max(...wanted.map(abs));
    for (const [k, value] of wanted.entries()) expect(abs(values[k] - value)).toBeLessThan(2e-5 * largest);
  });
});

describe("data", () => {
  test("points of a function lie inside the interval of training, and outside of it", async () => {
    const { train, test: tested, validation } = await pointsOf("kan", 1);
    const [inner, outer] = [samplesOf(tested).inputs, samplesOf(checked(validation)).inputs];
    expect([train.length, inner.length, outer.length]).toEqual([4096, 1000, 1000]);
    for (const point of inner) expect(Math.max(...point.map(abs))).toBeLessThanOrEqual(1);
    for (const point of outer) expect(Math.max(...point.map(abs))).toBeGreaterThan(1);
    for (const point of outer) expect(Math.max(...point.map(abs))).toBeLessThanOrEqual(OUTSIDE);
    const { mean, deviation } = sampleOf(samplesOf(train).targets);
    expect(mean).toBeCloseTo(0, 5);
    expect(deviation).toBeCloseTo(1, 3);
  });

  test("a curve has the scale of the points", async () => {
    const { targets } = curveOf("sine", 1);
    const { train } = await pointsOf("sine", 1);
    // The sine's standard deviation is the root of one half.
    expect(Math.max(...targets.data)).toBeCloseTo(Math.max(...samplesOf(train).targets), 3);
    expect(Math.max(...targets.data)).toBeCloseTo(Math.SQRT2, 1);
  });

  test.each([
    ["cars", 314, 78, 9],
    ["penguins", 266, 67, 11],
  ] as const)("%s: a fifth of the rows is held out", async (name, train, held, columns) => {
    const points = await pointsOf(name, 1);
    expect([points.train.length, points.test.length]).toEqual([train, held]);
    expect(points.train.sampleShape).toEqual([columns]);
    expect(points.validation).toBeUndefined();
  });

  test.each(["cars", "penguins"] as const)("%s: rates are chosen by rows that no seed is tested on", async (name) => {
    const { dataset } = await tables[name].rows();
    const tested = new Set([0, 1, 2].flatMap((seed) => [...randomSplit(dataset, [0.8, 0.2], seed)[1].indices]));
    const others = Array.from({ length: dataset.length }, (_, row) => row).filter((row) => !tested.has(row));
    const { train, test: held } = await tuningPointsOf(name, 1000);
    const targets = [train, held].flatMap((part) => samplesOf(part).targets);
    // The same targets in another scale.
    const standard = (values: readonly number[]) => {
      const { mean, deviation } = sampleOf(values);
      return values.map((value) => (value - mean) / deviation).sort((a, b) => a - b);
    };
    const wanted = standard(samplesOf(subset(dataset, others)).targets);
    expect(targets).toHaveLength(others.length);
    for (const [k, value] of standard(targets).entries()) expect(value).toBeCloseTo(wanted[k], 4);
    expect(held.length / others.length).toBeCloseTo(0.2, 1);
  });

  test("of functions, rates are chosen by a part of other training points", async () => {
    const { train, test: held, validation } = await tuningPointsOf("kan", 1000);
    const all = samplesOf((await pointsOf("kan", 1000)).train).targets.toSorted((a, b) => a - b);
    const both = [train, held].flatMap((part) => samplesOf(part).targets).toSorted((a, b) => a - b);
    expect([train.length, held.length, validation]).toEqual([3277, 819, undefined]);
    expect(both).toEqual(all);
  });
});

describe("networks", () => {
  test.each(namesOf(methods))("%s has as many parameters as fit", (name) => {
    const method: Method = methods[name];
    for (const [inputs, budget] of [
      [1, 300],
      [5, 600],
    ]) {
      const hidden = hiddenFor(method, inputs, budget);
      const sizes = [hidden, hidden + 1].map((units) =>
        method
          .network(inputs, units, new Random(1), false)
          .parameters()
          .reduce((sum, { size }) => sum + size, 0),
      );
      expect(sizes[0]).toBe(method.parameters(inputs, hidden));
      expect(sizes[0]).toBeLessThanOrEqual(budget);
      expect(sizes[1]).toBeGreaterThan(budget);
    }
  });
});

test("tables: errors are roots, and methods are compared by the logarithms of their errors", () => {
  const run = (task: string, method: string, testMse: number, secondsToReach: number | null): RecordedRun => ({
    ...{ part: "fits", key: "", seed: 0, epochs: 1, weightsSha256: "", options: { task, method } },
    figures: { testMse, secondsToReach, seconds: 2, parameters: 100 },
  });
  const results = {
    runs: [
      ...[run("sine", "relu", 0.04, 1), run("kink", "relu", 0.01, 1)],
      ...[run("sine", "spline", 0.0004, 0.5), run("kink", "spline", 0.0001, null)],
    ],
  };
  const only = (row: readonly string[]) => [row[0], row[1], row[6]];
  expect(errorTable(results, "testMse").slice(1).map(only)).toEqual([
    ["sin(2πx)", "200 ± 0", "20.0 ± 0.0"],
    ["|x|", "100 ± 0", "10.0 ± 0.0"],
  ]);
  expect(timeTable(results).slice(1).map(only)).toEqual([
    ["sin(2πx)", "1.00", "0.50"],
    ["|x|", "1.00", "-"],
  ]);
});

test("the summary divides by the errors of ReLU", () => {
  const methodNames = namesOf(methods);
  const runs = (["sine", "kink", "step"] as const).flatMap((task, t) =>
    methodNames.map((method, m): RecordedRun => {
      // Method m has 1, 1/2, 1/3, ... of the error of ReLU on every task.
      const testMse = ((t + 1) / (m + 1)) ** 2;
      const own = { part: "fits", key: "", seed: 0, epochs: 1, weightsSha256: "", options: { task, method } };
      return { ...own, figures: { testMse, seconds: m + 1, parameters: 100 + t } };
    }),
  );
  expect(
    summaryTable({ runs })
      .slice(1)
      .map((row) => [row[1], ...row.slice(3)]),
  ).toEqual([
    ["100 to 102", "1.00", "1", "-", "-"],
    ...[0.5, 0.33, 0.25, 0.2, 0.17].map((ratio, k) => [
      ...["100 to 102", (k + 2).toFixed(2), ratio.toFixed(2), "3 of 3", "0.250"],
    ]),
  ]);
});

test("it prints tables, and writes results.json and report.html", async () => {
  const out = await outDirectory();
  const { code, stdout, stderr } = await example(["fit", "--quick", "--tasks", "sine,penguins", "--out", out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("12 of 12 runs done\n") });
  expect(stdout).toMatch(/^penguins: body mass( +\d+(\.\d+)? ± 0(\.0+)?){6}$/m);
  const results = await readResults(join(out, "results.json"));
  expect(results.runs).toHaveLength(12);
  expect(stdout).toContain(`configuration ${results.configurationSha256}\n`);
  const report = await readFile(join(out, "report.html"), "utf8");
  expect(report).toContain(results.configurationSha256);
  expect(report.match(/<figure>/g)).toHaveLength(3);
  const wrong = await example(["fit", "--tasks", "sine,cosine"]);
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^fit: --tasks must be some of sine,.*, got "cosine"\n$/),
  });
});

function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("there is none");
  return value;
}
