/** The examples as a user runs them: what they print, what they write, and how they report errors. */
import { readdir, readFile, truncate } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { example, outDirectory, tinyImages, written } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const data = await tinyImages();
const small = ["mnist", "--data", data, "--batch", "32", "--lr", "0.02"];

const summaryOf = async (directory: string) => (await written(directory)).summary;
const metricsOf = async (directory: string) => (await written(directory)).metrics;

describe("pnpm example", () => {
  test("lists the examples, also if the name is unknown", async () => {
    const { stdout } = await example([]);
    expect([...stdout.matchAll(/^ {2}pnpm example (\w+) +\S/gm)].map(([, name]) => name)).toEqual([
      "article",
      "fit",
      "formula",
      "frontier",
      "mnist",
      "stability",
      "sweep",
      "tables",
      "tour",
    ]);
    const outcome = await example(["nonsense"]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('There is no example "nonsense"');
  });
});

describe("pnpm example mnist", () => {
  test("--help names every option", async () => {
    const { stdout, code } = await example(["mnist", "--help"]);
    for (const option of "dataset recipe model degree hidden epochs batch lr seed runs workers shards data out save resume tensorboard quiet help".split(
      " ",
    ))
      expect(stdout).toContain(`--${option}`);
    expect(code).toBe(0);
  });

  test("prints the model, a line per epoch, the result and four images; writes metrics and summary", async () => {
    const out = await outDirectory();
    const { stdout, stderr, code } = await example([...small, "--epochs", "3", "--out", out]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain("96 training images and 40 test images from ");
    expect(stdout).toMatch(/total +63,560/);
    expect(stdout.match(/^epoch [123]\/3 .*test accuracy/gm)).toHaveLength(3);
    expect(stdout).toMatch(/\nright +right/);

    const metrics = await metricsOf(out);
    expect(metrics.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const summary = await summaryOf(out);
    expect(summary).toMatchObject({
      dataset: "mnist",
      model: "polynomial",
      parameters: 63560,
      epochs: 3,
      batchSize: 32,
    });
    expect(summary).toMatchObject({ learningRate: 0.02, seed: 0, node: process.version });
    expect(summary).toMatchObject({ workers: Math.min(availableParallelism(), 4), shards: 4 });
    expect(summary.testAccuracy).toBe(metrics[2].testAccuracy);
    expect(summary.testAccuracy).toBeGreaterThan(0.9);
    expect(summary.trainLoss).toBe(metrics[2].trainLoss);
    expect(summary.secondsPerEpoch.min).toBeLessThanOrEqual(summary.secondsPerEpoch.median);
    expect(summary.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    const report = await readFile(join(out, "report.html"), "utf8");
    for (const found of [/After 3 epochs, \d+\.\d\d % of the 40 test images/, summary.weightsSha256, "degree 3</text>"])
      expect(report).toMatch(found);
  });

  test("gives the same weights for the same seed, with either kind of kernels, and others for another seed", async () => {
    const hash = async (seed: string, env?: Record<string, string>) => {
      const out = await outDirectory();
      await example([...small, "--epochs", "1", "--quiet", "--seed", seed, "--out", out], env ? { env } : {});
      return (await summaryOf(out)).weightsSha256;
    };
    const [simd, again, plain, other] = await Promise.all([
      hash("3"),
      hash("3"),
      hash("3", { POLYGRAD_KERNELS: "plain" }),
      hash("4"),
    ]);
    expect(again).toBe(simd);
    expect(plain).toBe(simd);
    expect(other).not.toBe(simd);
  });

  test("--tensorboard writes an event file, and leaves the weights as they are", async () => {
    const [out, board] = [await outDirectory(), await outDirectory()];
    const train = async (...more: string[]) => {
      await example([...small, "--epochs", "2", "--quiet", "--out", out, ...more]);
      return (await summaryOf(out)).weightsSha256;
    };
    expect(await train("--tensorboard", board)).toBe(await train());
    const [file, ...others] = await readdir(board);
    expect([others, file]).toEqual([[], expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./)]);
    const bytes = await readFile(join(board, file), "latin1");
    for (const name of ["loss/train", "accuracy/test", "layers.1.weight", "scalars", "histograms"])
      expect(bytes.split(name).length).toBeGreaterThan(2); // once for each epoch
  });

  test("gives the same weights with any number of workers, and others with another number of shards", async () => {
    const train = async (workers: number, shards: number) => {
      const out = await outDirectory();
      const given = ["--workers", String(workers), "--shards", String(shards), "--out", out];
      await example([...small, "--epochs", "2", "--quiet", ...given]);
      const summary = await summaryOf(out);
      expect(summary).toMatchObject({ workers, shards, epochs: 2 });
      return summary;
    };
    const [one, two, three, four] = [await train(1, 4), await train(2, 4), await train(3, 4), await train(4, 4)];
    for (const { weightsSha256, trainLoss, testLoss } of [two, three, four])
      expect({ weightsSha256, trainLoss, testLoss }).toEqual({
        weightsSha256: one.weightsSha256,
        trainLoss: one.trainLoss,
        testLoss: one.testLoss,
      });
    expect((await train(2, 5)).weightsSha256).not.toBe(one.weightsSha256);
  });

  test("--runs trains from several seeds and prints their mean and spread", async () => {
    const out = await outDirectory();
    const { stdout } = await example([
      ...small,
      "--model",
      "linear",
      "--epochs",
      "1",
      "--runs",
      "2",
      "--seed",
      "5",
      "--quiet",
      "--out",
      out,
    ]);
    expect(stdout).toMatch(/2 runs: test accuracy .* \+- /);
    const { runs, testAccuracy } = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
    expect(runs.map(({ seed }: { seed: number }) => seed)).toEqual([5, 6]);
    expect(runs[0].parameters).toBe(15950);
    expect(testAccuracy.mean).toBeCloseTo((runs[0].testAccuracy + runs[1].testAccuracy) / 2, 12);
    expect((await summaryOf(join(out, "seed-6"))).weightsSha256).toBe(runs[1].weightsSha256);
    const [all, one] = await Promise.all(
      [out, join(out, "seed-6")].map((directory) => readFile(join(directory, "report.html"), "utf8")),
    );
    expect(all).toContain("2 seeds</h1>");
    expect(one).toContain(runs[1].weightsSha256);
  });

  test("Ctrl-C ends it cleanly and keeps the results so far", async () => {
    const out = await outDirectory();
    let asked = false;
    let time = Number.NaN;
    const { stdout, stderr, code } = await example([...small, "--epochs", "100000", "--workers", "2", "--out", out], {
      whileRunning(printed, child) {
        if (asked || !/epoch +2\//.test(printed)) return;
        asked = child.kill("SIGINT");
        time = performance.now();
      },
    });
    expect(performance.now() - time).toBeLessThan(2000);
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    expect(stdout).toContain("Stopped. The results so far are above.");
    expect((await summaryOf(out)).epochs).toBe((await metricsOf(out)).length);
    expect((await readdir(out)).sort()).toEqual(["metrics.jsonl", "summary.json"]);
  });

  test.each([
    [["--bad"], /Unknown option '--bad'/],
    [["--degree", "0"], /--degree must be an integer from 1 to 10000, got "0"/],
    [["--epochs", "two"], /--epochs must be an integer from 1 to 1000000, got "two"/],
    [["--workers", "0"], /--workers must be an integer from 1 to 1000000, got "0"/],
    [["--shards", "1.5"], /--shards must be an integer from 1 to 10000, got "1.5"/],
    [["--lr", "0"], /--lr must be a number greater than 0 and at most 3.4e38, got "0"/],
    [["--dataset", "letters"], /--dataset must be mnist or fashion, got "letters"/],
    [["--data", "/nowhere/at/all"], /\/nowhere\/at\/all does not exist/],
  ])("refuses %j in one line", async (args, message) => {
    const { code, stdout, stderr } = await example(["mnist", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("refuses a truncated file, and names it", async () => {
    const broken = await tinyImages(8, 8);
    await truncate(join(broken, "train-images-idx3-ubyte"), 1000);
    const { code, stderr } = await example(["mnist", "--data", broken]);
    expect(code).toBe(2);
    expect(stderr).toContain("train-images-idx3-ubyte");
  });

  test("stops when the loss is not finite and says at which step; the results of an earlier run stay", async () => {
    const out = await outDirectory();
    await example([...small, "--epochs", "1", "--quiet", "--out", out]);
    const before = [await summaryOf(out), await metricsOf(out)];
    const { code, stderr } = await example([...small, "--epochs", "50", "--lr", "1e12", "--quiet", "--out", out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/the loss is (NaN|Infinity) at step [123]\b/);
    expect([await summaryOf(out), await metricsOf(out)]).toEqual(before);
  });
});

test("pnpm example tour runs from the derivative of a scalar to a trained network", async () => {
  const { stdout, code } = await example(["tour"]);
  expect(code).toBe(0);
  expect(stdout).toContain("slope 27 and curvature 18");
  expect(stdout).toMatch(/learned value of sin\(pi \/ 2\): (0\.99|1\.00)/);
});
