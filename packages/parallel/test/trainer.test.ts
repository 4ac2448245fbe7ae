/** Data-parallel training gives the same bits as one thread, for any number of workers. */
import { DataParallel, type DataParallelOptions, type Epoch, type Progress } from "@polygrad/parallel";
import fc from "fast-check";
import { crossEntropy, DataLoader, Dropout, kernels, pinned, Random, type Sequential, useKernels } from "polygrad";
import { afterEach, describe, expect, test } from "vitest";
import dice, { type DiceOptions } from "./recipes/dice.ts";
import recipe, { type LayerOptions, type SmallOptions, small } from "./recipes/small.ts";
import { evaluate as evaluateKernels } from "./recipes/telling.ts";
import { evaluateHere, SMALL, trainHere, weightsOf } from "./reference.ts";

type Settings = DataParallelOptions<SmallOptions>;
const PATIENT = 240_000;

const before = kernels();
afterEach(() => useKernels(before));

async function trainThere(settings: Settings) {
  const training = await DataParallel.start<SmallOptions, Sequential>(SMALL, settings);
  const epochs: Epoch[] = [];
  for await (const epoch of training) epochs.push(epoch);
  return { training, epochs, weights: weightsOf(training.model) };
}

const settings: Settings = { options: small, epochs: 2, batchSize: 8, workers: 2, shards: 4, seed: 3 };

/** Everything that the results may depend on: layers, options and settings. */
const layer: fc.Arbitrary<LayerOptions> = fc.record({
  kind: fc.constantFrom("polynomial", "linear", "spline"),
  outputs: fc.integer({ min: 1, max: 9 }),
  degree: fc.integer({ min: 1, max: 4 }),
  norm: fc.boolean(),
  dropout: fc.constant(0),
});
const options: fc.Arbitrary<SmallOptions> = fc.record({
  inputs: fc.integer({ min: 1, max: 5 }),
  classes: fc.integer({ min: 2, max: 4 }),
  layers: fc.array(layer, { maxLength: 3 }),
  train: fc.integer({ min: 1, max: 40 }),
  test: fc.constantFrom(0, 7),
  everyOther: fc.boolean(),
  optimiser: fc.constantFrom("sgd", "momentum", "nesterov", "adam", "adamw"),
  schedule: fc.constantFrom("constant", "decay", "cosine", "one cycle"),
});
const run: fc.Arbitrary<Settings> = fc.record({
  onWarning: fc.constant(() => undefined),
  options,
  epochs: fc.integer({ min: 1, max: 3 }),
  batchSize: fc.integer({ min: 1, max: 16 }),
  workers: fc.integer({ min: 1, max: 4 }),
  shards: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(1000),
  shuffle: fc.boolean(),
});

describe("the weights", () => {
  test(
    "are those of one thread that accumulates the gradients of the shards, with either kind of kernels",
    async () => {
      const property = fc.asyncProperty(run, fc.constantFrom("simd", "plain"), async (settings, kind) => {
        useKernels(kind);
        const there = await trainThere(settings);
        useKernels(kind === "simd" ? "plain" : "simd");
        const here = await trainHere(recipe, settings);
        expect(there.weights).toEqual(here.weights);
        expect(there.epochs.map(({ trainLoss }) => trainLoss)).toEqual(here.trainLosses);
      });
      await fc.assert(property, { numRuns: 5 });
    },
    PATIENT,
  );

  test.each<[string, Partial<Settings>]>([
    ["an uneven last batch with fewer samples than shards", { batchSize: 9, shards: 5 }],
    ["batches of one sample", { batchSize: 1, shards: 3, options: { ...small, train: 7 } }],
    ["more workers than shards", { workers: 4, shards: 2, onWarning: () => undefined }],
    ["more workers than slices of parameters", { workers: 3, options: { ...small, inputs: 1, layers: [] } }],
  ])(
    "do not change with %s",
    async (_, change) => {
      const changed = { ...settings, ...change };
      expect((await trainThere(changed)).weights).toEqual((await trainHere(recipe, changed)).weights);
    },
    PATIENT,
  );

  test(
    "are, with one shard, those of the ordinary loop",
    async () => {
      const { epochs, batchSize, seed = 0 } = settings;
      const { train } = recipe.data(small);
      const model = recipe.model(small, new Random(seed));
      const loader = new DataLoader(train, { batchSize, shuffle: true, seed });
      const optimiser = recipe.optimiser(model.parameters(), small, { epochs, stepsPerEpoch: loader.length });
      for (let epoch = 0; epoch < epochs; epoch++)
        for (const { inputs, labels } of loader) {
          optimiser.zeroGrad();
          crossEntropy(model.forward(inputs), labels).backward();
          optimiser.step();
        }
      expect((await trainThere({ ...settings, shards: 1 })).weights).toEqual(weightsOf(model));
    },
    PATIENT,
  );

  test(
    "depend on the number of shards and on the seed, and are the same in every run",
    async () => {
      const weightsWith = async (change: Partial<Settings>) =>
        (await trainThere({ ...settings, workers: 1, ...change })).weights;
      const usual = await weightsWith({});
      for (const workers of [2, 2, 3]) expect(await weightsWith({ workers })).toEqual(usual);
      expect(await weightsWith({ shards: 3 })).not.toEqual(usual);
      expect(await weightsWith({ seed: 4 })).not.toEqual(usual);
      expect(await weightsWith({ shuffle: false })).not.toEqual(usual);
    },
    PATIENT,
  );

  test(
    "do not depend on the number of workers for splines, whose knots the recipe has moved to data",
    async () => {
      const layers = [{ kind: "spline", outputs: 8, degree: 3, norm: false, dropout: 0 }] as const;
      const withSplines: Settings = { ...settings, options: { ...small, layers } };
      const here = await trainHere(recipe, withSplines);
      for (const workers of [1, 2])
        expect((await trainThere({ ...withSplines, workers })).weights).toEqual(here.weights);
    },
    PATIENT,
  );

  test(
    "do not depend on the number of workers if layers draw random numbers",
    async () => {
      const layers = [
        { kind: "linear", outputs: 8, degree: 1, norm: true, dropout: 0.4 },
        { kind: "polynomial", outputs: 6, degree: 2, norm: false, dropout: 0.2 },
      ] as const;
      const withDropout: Settings = { ...settings, epochs: 3, options: { ...small, layers } };
      const { weights, training } = await trainThere({ ...withDropout, workers: 1 });
      for (const workers of [2, 3, 4]) expect((await trainThere({ ...withDropout, workers })).weights).toEqual(weights);
      const without = layers.map((each) => ({ ...each, dropout: 0 }));
      expect((await trainThere({ ...withDropout, options: { ...small, layers: without } })).weights).not.toEqual(
        weights,
      );
      expect(training.model.layers.filter((each) => each instanceof Dropout)).toHaveLength(2);
    },
    PATIENT,
  );

  test(
    "use the numbers that a network drew when it was made; those drawn in a shard are new for each shard and layer",
    async () => {
      const recipeOfDice = new URL("./recipes/dice.ts", import.meta.url);
      const outcomes = [];
      for (const workers of [1, 2]) {
        const options = { ...small, draws: new Uint32Array(new SharedArrayBuffer(4 * 100)) };
        const withDice = { ...settings, options, workers };
        const training = await DataParallel.start<DiceOptions, Sequential>(recipeOfDice, withDice);
        for await (const _ of training);
        // 8 steps of 4 shards and 2 layers; the first shard is computed twice, from the same numbers.
        const [count, ...draws] = options.draws;
        expect(count).toBe(66);
        expect(new Set(draws.slice(0, count)).size).toBe(64);
        expect(weightsOf(training.model)).toEqual((await trainHere(dice, withDice)).weights);
        outcomes.push(draws.slice(0, count).sort());
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
    },
    PATIENT,
  );
});

describe("the test data", () => {
  const large: SmallOptions = { ...small, test: 12_300 };

  test(
    "is evaluated as on one thread in parts, for any number of workers",
    async () => {
      for (const workers of [1, 3]) {
        const { training, epochs } = await trainThere({ ...settings, options: large, workers });
        const test = training.data.test ?? training.data.train;
        expect(test.length).toBe(12_300);
        expect(epochs[1].test).toEqual(evaluateHere(recipe.evaluate, training.model, test));
        expect(epochs[0].test).not.toEqual(epochs[1].test);
      }
    },
    PATIENT,
  );

  test(
    "is evaluated with layers in evaluation mode, and training mode is restored afterwards",
    async () => {
      const layers = [{ kind: "linear", outputs: 30, degree: 1, norm: false, dropout: 0.5 }] as const;
      const withDropout: Settings = { ...settings, options: { ...small, layers } };
      const { training, epochs, weights } = await trainThere(withDropout);
      const test = training.data.test ?? training.data.train;
      expect(epochs[1].test).toEqual(evaluateHere(recipe.evaluate, training.model, test));
      const untested = await trainThere({ ...withDropout, options: { ...withDropout.options, test: 0 } });
      expect(untested.weights).toEqual(weights);
      expect(untested.epochs.map((epoch) => epoch.test)).toEqual([undefined, undefined]);
    },
    PATIENT,
  );

  test(
    "is evaluated with the calling thread's kind of kernels, and the figures of its parts are added up in order",
    async () => {
      const telling = new URL("./recipes/telling.ts", import.meta.url);
      for (const kind of ["simd", "plain"] as const) {
        useKernels(kind);
        const training = await DataParallel.start<SmallOptions, Sequential>(telling, {
          ...settings,
          options: large,
          workers: 3,
        });
        const figures = await training.evaluate();
        expect(figures.plain).toBe(kind === "plain" ? 1 : 0);
        expect(figures).toEqual(
          evaluateHere(evaluateKernels, training.model, training.data.test ?? training.data.train),
        );
        await training.close();
      }
    },
    PATIENT,
  );

  test(
    "can be evaluated between epochs, with the same figures; by default the mean loss",
    async () => {
      const plain = new URL("./recipes/loss-only.ts", import.meta.url);
      const training = await DataParallel.start<SmallOptions, Sequential>(plain, settings);
      const first = await training.evaluate();
      expect(Object.keys(first)).toEqual(["loss"]);
      const figures = [first.loss];
      for await (const { test } of training) {
        expect(await training.evaluate()).toEqual(test);
        figures.push(test?.loss ?? Number.NaN);
      }
      const { test = training.data.train } = training.data;
      const ofLoss = (model: Sequential) =>
        evaluateHere((m: Sequential, b) => ({ loss: recipe.loss(m, b).item() }), model, test).loss;
      expect(figures[0]).toBe(ofLoss(recipe.model(small, new Random(3))));
      expect(figures[2]).toBe(ofLoss(training.model));
      expect(new Set(figures).size).toBe(3);
    },
    PATIENT,
  );
});

describe("a run", () => {
  test(
    "yields its epochs in order, and reports its progress",
    async () => {
      const training = await DataParallel.start<SmallOptions, Sequential>(SMALL, settings);
      expect({ workers: training.workers, shards: training.shards }).toEqual({ workers: 2, shards: 4 });
      expect(training.threads).toHaveLength(2);
      expect(training.progress).toEqual({ steps: 0, stepsPerEpoch: 4, loss: 0 });
      const seen: [number, Progress][] = [];
      const trainLosses: number[] = [];
      for await (const { epoch, seconds, trainLoss } of training) {
        trainLosses.push(trainLoss);
        expect(seconds).toBeGreaterThan(0);
        seen.push([epoch, training.progress]);
      }
      const losses = [(await trainHere(recipe, settings, 4)).loss, (await trainHere(recipe, settings)).loss];
      expect(seen).toEqual([
        [1, { steps: 4, stepsPerEpoch: 4, loss: losses[0] }],
        [2, { steps: 8, stepsPerEpoch: 4, loss: losses[1] }],
      ]);
      expect(trainLosses).toEqual((await trainHere(recipe, settings)).trainLosses);
      expect(training.threads).toEqual([]);
    },
    PATIENT,
  );

  test(
    "defaults to four shards, and to as many workers as there are cores, but not more than shards",
    async () => {
      const { availableParallelism } = await import("node:os");
      const training = await DataParallel.start(SMALL, { options: small, epochs: 1, batchSize: 8 });
      expect({ workers: training.workers, shards: training.shards }).toEqual({
        workers: Math.min(availableParallelism(), 4),
        shards: 4,
      });
      expect(training.threads).toHaveLength(training.workers);
      await training.close();
    },
    PATIENT,
  );

  test(
    "ends when its loop ends, with the weights of the last finished step",
    async () => {
      const training = await DataParallel.start<SmallOptions, Sequential>(SMALL, settings);
      const threads = [...training.threads];
      for await (const { epoch } of training) if (epoch === 1) break;
      expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1]);
      expect(weightsOf(training.model)).toEqual((await trainHere(recipe, settings, 4)).weights);
      await training.close();
      await training.close();
      expect(weightsOf(training.model)).toEqual((await trainHere(recipe, settings, 4)).weights);
    },
    PATIENT,
  );

  test(
    "that is never begun leaves the initial weights, and can be closed",
    async () => {
      const training = await DataParallel.start<SmallOptions, Sequential>(SMALL, settings);
      const threads = [...training.threads];
      await Promise.all([training.close(), training.close()]);
      expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1]);
      expect(weightsOf(training.model)).toEqual(weightsOf(recipe.model(small, new Random(3))));
    },
    PATIENT,
  );

  test(
    "can run at the same time as another",
    async () => {
      const [a, b] = await Promise.all([trainThere(settings), trainThere({ ...settings, seed: 9, workers: 1 })]);
      expect(a.weights).toEqual((await trainHere(recipe, settings)).weights);
      expect(b.weights).toEqual((await trainHere(recipe, { ...settings, seed: 9 })).weights);
    },
    PATIENT,
  );

  test(
    "keeps its memory when another ends",
    async () => {
      const linear = { kind: "linear", outputs: 256, degree: 1, norm: false, dropout: 0 } as const;
      const large: Settings = { ...settings, options: { ...small, layers: [linear, linear], optimiser: "adam" } };
      const training = await DataParallel.start<SmallOptions, Sequential>(SMALL, large);
      const taken = [];
      for await (const { epoch } of training) {
        if (epoch > 1) continue;
        await trainThere({ ...settings, workers: 1 });
        // Overwrites all memory that is free now.
        for (let k = 0; k < 100; k++) taken.push(pinned([1 << 14]).data.fill(Number.NaN));
      }
      expect(taken).toHaveLength(100);
      expect(weightsOf(training.model)).toEqual((await trainHere(recipe, large)).weights);
    },
    PATIENT,
  );

  test(
    "that has ended cannot go on",
    async () => {
      const { training } = await trainThere(settings);
      const again = async () => {
        for await (const _ of training);
      };
      await expect(again()).rejects.toThrow("DataParallel: the run has ended; call DataParallel.start() for another");
      await expect(training.evaluate()).rejects.toThrow(
        "DataParallel: the run has ended; call DataParallel.start() for another",
      );
      expect(training.threads).toEqual([]);
    },
    PATIENT,
  );
});

test.each([
  [{ workers: 0 }, "DataParallel: workers must be a positive integer, got 0"],
  [{ shards: 2.5 }, "DataParallel: shards must be a positive integer, got 2.5"],
  [{ epochs: -1 }, "DataParallel: epochs must be a positive integer, got -1"],
  [{ batchSize: Number.NaN }, "DataParallel: batchSize must be a positive integer, got NaN"],
])("%j is refused before anything is started", async (change, message) => {
  await expect(DataParallel.start(SMALL, { ...settings, ...change })).rejects.toThrow(message);
});
