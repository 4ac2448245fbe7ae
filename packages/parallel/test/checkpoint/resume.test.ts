/** Runs that are interrupted, and continue from a checkpoint: they end with the same bits as undisturbed ones. */
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import fc from "fast-check";
import { kernels, type Sequential, useKernels } from "polygrad";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LongOptions, long } from "../recipes/long.ts";
import { weightsOf } from "../reference.ts";

type Settings = DataParallelOptions<LongOptions>;
const LONG = new URL("../recipes/long.ts", import.meta.url);
const PATIENT = 240_000;

const before = kernels();
let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-resume-"));
});
afterEach(async () => {
  useKernels(before);
  await rm(directory, { recursive: true });
});

/** Everything that is the same after an interrupted run. */
async function reached(training: DataParallel<Sequential>) {
  for await (const _ of training);
  const history = training.history.map(({ seconds: _, ...results }) => results);
  const buffers = Object.entries(training.model.stateDict()).map(([name, value]) => [name, value.toArray()]);
  return { history, buffers, weights: weightsOf(training.model) };
}

const start = (settings: Settings) => DataParallel.start<LongOptions, Sequential>(LONG, settings);

/** Trains until `steps` steps are done, saves, and ends. */
async function interrupted(settings: Settings, steps: number): Promise<void> {
  const controller = new AbortController();
  const training = await start({ ...settings, signal: controller.signal });
  const watch = setInterval(() => {
    if (training.progress.steps >= steps) controller.abort(new Error("interrupted"));
  }, 0);
  try {
    for await (const _ of training);
  } catch (error) {
    expect(error).toEqual(new Error("interrupted"));
  } finally {
    clearInterval(watch);
  }
}

const run: fc.Arbitrary<Settings> = fc.record({
  options: fc.record({
    // No batch has a shard of one row, which BatchNorm1d refuses.
    train: fc.constantFrom(32, 56, 72, 94),
    hidden: fc.integer({ min: 2, max: 30 }),
    optimiser: fc.constantFrom("sgd", "adam", "adamw"),
    dropout: fc.constantFrom(0, 0.3),
    batchNorm: fc.boolean(),
    frozen: fc.boolean(),
  }),
  epochs: fc.integer({ min: 2, max: 5 }),
  batchSize: fc.constantFrom(8, 12, 16),
  shards: fc.constantFrom(1, 2, 3),
  seed: fc.nat(1000),
  shuffle: fc.boolean(),
  onWarning: fc.constant(() => undefined),
});
const extras = fc.record({
  clipNorm: fc.constantFrom(undefined, 0.1),
  average: fc.constantFrom(undefined, { decay: 0.9 }),
  earlyStopping: fc.constantFrom(undefined, { patience: 2, metric: "accuracy", mode: "max" as const }),
});
const every = fc.constantFrom({ epochs: 1 }, { epochs: 2 }, { steps: 1 }, { steps: 3 }, { seconds: 0.002 });

/** Options without those that are undefined. */
function given(options: object): Partial<Settings> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

describe("a run that continues ends with the same bits", () => {
  test(
    "wherever it was interrupted, with another number of workers and other kernels",
    async () => {
      const moments = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 3 })), {
        minLength: 1,
        maxLength: 2,
      });
      const property = fc.asyncProperty(run, extras, every, moments, async (settings, optional, every, moments) => {
        await rm(directory, { recursive: true, force: true });
        const plain: Settings = { ...settings, ...given(optional) };
        const whole = await reached(await start({ ...plain, workers: 2 }));
        const saving: Settings = { ...plain, checkpoint: { directory, every }, resume: true };
        for (const [k, [steps, workers]] of moments.entries()) {
          useKernels(k % 2 === 0 ? "simd" : "plain");
          await interrupted({ ...saving, workers }, steps);
        }
        expect(await reached(await start({ ...saving, workers: 3 }))).toEqual(whole);
        // Once it is finished, continuing it gives what there is.
        expect(await reached(await start(saving))).toEqual(whole);
      });
      await fc.assert(property, { numRuns: 3 });
    },
    PATIENT,
  );
});

describe("a run is refused", () => {
  const settings: Settings = { options: long, epochs: 2, batchSize: 16, workers: 1 };
  const checkpoint = { directory: "" };
  beforeAll(async () => {
    checkpoint.directory = await mkdtemp(join(tmpdir(), "polygrad-refused-"));
    await reached(await start({ ...settings, checkpoint }));
  }, PATIENT);
  afterAll(() => rm(checkpoint.directory, { recursive: true }));

  test.each<[string, Partial<Settings>, RegExp]>([
    [
      "a directory of another run, unless it resumes",
      {},
      /holds the checkpoints of an earlier run; set resume to true/,
    ],
    [
      "other options",
      { resume: true, options: { ...long, hidden: 10 } },
      /options\.hidden is 9 in the checkpoint, but 10 here/,
    ],
    ["another seed", { resume: true, seed: 5 }, /seed is 0 in the checkpoint, but 5 here/],
    ["other settings", { resume: true, clipNorm: 1 }, /clipNorm is not given in the checkpoint, but 1 here/],
    ["other data", { resume: true, options: { ...long, train: 61 } }, /options\.train is 60 .*; data is/],
    ["options that are not plain", { options: { ...long, dropout: -0 } }, /options\.dropout is -0/],
  ])(
    "with %s, and nothing is overwritten",
    async (_, change, message) => {
      const before = await readdir(checkpoint.directory);
      await expect(start({ ...settings, checkpoint, ...change })).rejects.toThrow(message);
      expect(await readdir(checkpoint.directory)).toEqual(before);
    },
    PATIENT,
  );

  test(
    "with a checkpoint from elsewhere and a directory of another run",
    async () => {
      const own = join(checkpoint.directory, (await readdir(checkpoint.directory)).toSorted().at(-1) ?? "");
      const elsewhere = join(directory, "checkpoint-000000001.safetensors");
      await copyFile(own, elsewhere);
      await expect(start({ ...settings, checkpoint, resume: elsewhere })).rejects.toThrow(/of an earlier run/);
      const training = await start({ ...settings, checkpoint, resume: own });
      expect(training.history).toHaveLength(2);
      await training.close();
    },
    PATIENT,
  );

  test(
    "to save without a directory, and after its end",
    async () => {
      const training = await start(settings);
      await expect(training.save()).rejects.toThrow(/pass the option checkpoint/);
      await training.close();
      const saving = await start({ ...settings, checkpoint, resume: true });
      await saving.close();
      await expect(saving.save()).rejects.toThrow(/the run has ended/);
    },
    PATIENT,
  );
});

test(
  "save writes a checkpoint at any moment, from which another run continues",
  async () => {
    const settings: Settings = { options: { ...long, train: 64 }, epochs: 4, batchSize: 8, workers: 2 };
    const whole = await reached(await start(settings));
    const training = await start({ ...settings, checkpoint: { directory, every: { epochs: 100 } } });
    const paths = [await training.save()];
    for await (const { epoch } of training) {
      if (epoch === 1) paths.push(await training.save());
      if (epoch === 1) setTimeout(() => training.save().then((path) => paths.push(path)), 5);
      if (epoch === 3) break;
    }
    expect(paths[0]).toMatch(/checkpoint-000000000\.safetensors$/);
    expect(paths[1]).toMatch(/checkpoint-000000008\.safetensors$/);
    expect(paths.length).toBe(3);
    expect(await reached(await start({ ...settings, resume: paths[2] }))).toEqual(whole);
  },
  PATIENT,
);

test(
  "a checkpoint that cannot be written ends the run with an error that names it",
  async () => {
    const training = await start({ options: long, epochs: 50, batchSize: 16, checkpoint: { directory } });
    const train = async () => {
      for await (const { epoch } of training) {
        if (epoch !== 2) continue;
        // A checkpoint may be written at this moment: then the directory is not empty when it is to be removed.
        await rm(directory, { recursive: true, maxRetries: 10 });
        await writeFile(directory, "no directory any more");
      }
    };
    await expect(train()).rejects.toThrow(
      /^DataParallel: cannot write .*checkpoint-\d{9}\.safetensors: .*free some space/,
    );
    expect(training.history.length).toBeLessThan(6);
    expect(training.threads).toHaveLength(0);
  },
  PATIENT,
);

test(
  "the file of version 1 is read: a run continues from it to the same bits",
  async () => {
    const settings: Settings = { options: { ...long, train: 32 }, epochs: 3, batchSize: 8, shards: 2, seed: 6 };
    const all: Settings = { ...settings, average: { decay: 0.9 }, earlyStopping: { patience: 9 } };
    const version1 = fileURLToPath(new URL("./version-1.safetensors", import.meta.url));
    const training = await start({ ...all, resume: version1 });
    expect(training.progress.steps).toBe(6);
    expect(training.history).toHaveLength(1);
    expect(await reached(training)).toEqual(await reached(await start(all)));
  },
  PATIENT,
);
