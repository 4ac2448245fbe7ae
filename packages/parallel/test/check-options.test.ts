/** The number of workers: its default, its bounds, and the warning about workers that would do nothing. */
import { availableParallelism } from "node:os";
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkSettings } from "../src/check-options.ts";
import { node } from "../src/node/host.ts";
import recipe, { type SmallOptions, small } from "./recipes/small.ts";
import { SMALL, trainHere, weightsOf } from "./reference.ts";

const PATIENT = 240_000;
const settings: DataParallelOptions<SmallOptions> = { options: small, epochs: 1, batchSize: 8, seed: 3 };

vi.mock("node:os", async (original) => {
  const os = await original<typeof import("node:os")>();
  return { ...os, availableParallelism: vi.fn(os.availableParallelism) };
});

afterEach(() => vi.restoreAllMocks());

/** The number of workers that a machine with so many cores starts, and its warnings. */
function started(cores: number, asked: { readonly workers?: number; readonly shards?: number }) {
  vi.mocked(availableParallelism).mockReturnValue(cores);
  const warnings: string[] = [];
  const { workers } = checkSettings(
    { ...settings, ...asked, onWarning: (message) => warnings.push(message) },
    node.place(),
  );
  return { workers, warnings };
}

describe("the number of workers", () => {
  test.each([
    [2, {}, 2],
    [64, {}, 4],
    [64, { shards: 100 }, 64],
    [1, { shards: 1 }, 1],
    [2, { workers: 8, shards: 8 }, 8],
    [2, { workers: 3, shards: 4 }, 3],
  ])("on %i cores with %j is %i", (cores, asked, workers) => {
    expect(started(cores, asked)).toEqual({ workers, warnings: [] });
  });

  test.each([
    [
      2,
      { workers: 200, shards: 200 },
      8,
      "DataParallel: workers is 200, but there are 2 cores, and more than 4 workers per core only take memory; " +
        "8 workers will be used",
    ],
    [
      64,
      { workers: 5 },
      4,
      "DataParallel: workers is 5, but a batch has 4 shards, and each shard is computed by one worker; " +
        "4 workers will be used",
    ],
    [
      1,
      { workers: Number.MAX_SAFE_INTEGER, shards: 1 },
      1,
      "DataParallel: workers is 9007199254740991, but a batch has 1 shard, and each shard is computed by one worker; " +
        "1 worker will be used",
    ],
  ])("on %i cores with %j is reduced to %i, with a warning", (cores, asked, workers, warning) => {
    expect(started(cores, asked)).toEqual({ workers, warnings: [warning] });
  });

  test(
    "is the real one: so many threads run, and the weights are the same",
    async () => {
      vi.mocked(availableParallelism).mockReturnValue(1);
      const emitWarning = vi.spyOn(process, "emitWarning").mockReturnValue();
      const many = { ...settings, workers: 50, shards: 60 };
      const training = await DataParallel.start<SmallOptions, Sequential>(SMALL, many);
      expect(training.workers).toBe(4);
      expect(training.threads).toHaveLength(4);
      for await (const _ of training);
      expect(weightsOf(training.model)).toEqual((await trainHere(recipe, many)).weights);
      expect(emitWarning.mock.calls).toEqual([
        [
          expect.stringMatching(/^DataParallel: workers is 50, .*; 4 workers will be used$/),
          { code: "POLYGRAD_WORKERS" },
        ],
      ]);
    },
    PATIENT,
  );
});

describe("an option that is wrong is named", () => {
  const directory = "runs";
  test.each<[object, RegExp]>([
    [{ clipNorm: 0 }, /clipNorm must be above 0, got 0/],
    [{ average: {} }, /average\.decay must be a number, got undefined/],
    [{ average: { decay: 1 } }, /decay must be from 0 up to, but not including, 1, got 1/],
    [{ earlyStopping: { metric: "loss" } }, /earlyStopping\.patience must be a number, got undefined/],
    [{ earlyStopping: { patience: 0 } }, /patience must be a positive integer, got 0/],
    [{ earlyStopping: { patience: 1, mode: "least" } }, /mode must be "?min"? or "?max"?/],
    [{ checkpoint: "runs" }, /checkpoint: options must be a plain object with any of directory, every, keep/],
    [{ checkpoint: {} }, /checkpoint\.directory must be text, got undefined/],
    [
      { checkpoint: { directory, every: 5 } },
      /every: options must be a plain object with any of epochs, steps, seconds/,
    ],
    [{ checkpoint: { directory, every: {} } }, /every must have one of epochs, steps and seconds, got none/],
    [{ checkpoint: { directory, every: { steps: 1, epochs: 1 } } }, /seconds, got steps and epochs/],
    [{ checkpoint: { directory, every: { seconds: 0 } } }, /seconds must be above 0, got 0/],
    [{ checkpoint: { directory, keep: 0 } }, /keep must be a positive integer, got 0/],
    [
      { checkpoint: { directory, interval: 3 } },
      /there is no option "interval"; the options are directory, every, keep/,
    ],
    [{ resume: 3 }, /resume must be true, false or the path of a checkpoint, got 3/],
    [{ resume: true }, /resume is true, but checkpoint\.directory is missing/],
  ])("%j", (change, message) => {
    expect(() => checkSettings({ ...settings, ...change }, node.place())).toThrow(message);
  });
});
