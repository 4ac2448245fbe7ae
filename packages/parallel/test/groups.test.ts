/** Groups of parameters, frozen parameters, buffers and averages in data-parallel training, against one thread. */
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import { BatchNorm1d, DataLoader, Random, type Sequential, tensor } from "polygrad";
import { describe, expect, test } from "vitest";
import recipe, { evaluate, type LongOptions, long } from "./recipes/long.ts";
import { evaluateHere, inShards, weightsOf } from "./reference.ts";

type Settings = DataParallelOptions<LongOptions>;
const LONG = new URL("./recipes/long.ts", import.meta.url);

async function trainThere(settings: Settings) {
  const training = await DataParallel.start<LongOptions, Sequential>(LONG, settings);
  for await (const _ of training);
  return training;
}

/** Trains on this thread, without dropout; calls `onStep` after every step. */
function trainHere(
  { options, epochs, batchSize, seed = 0, shards = 4 }: Settings,
  onStep: (model: Sequential) => void,
) {
  const { train } = recipe.data(options);
  const model = recipe.model(options, new Random(seed));
  const loader = new DataLoader(train, { batchSize, shuffle: true, seed });
  const named = [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad);
  const groups = Object.fromEntries(
    ["weights", "biases"].map((group) => [
      group,
      named.flatMap(([name, parameter]) => (recipe.groups(name) === group ? [parameter] : [])),
    ]),
  );
  const optimiser = recipe.optimiser([], options, { epochs, stepsPerEpoch: loader.length }, groups);
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const batch of loader) {
      optimiser.zeroGrad();
      for (const shard of inShards(batch, shards))
        recipe.loss(model, shard).backward(tensor(shard.labels.length / batch.labels.length));
      optimiser.step();
      onStep(model);
    }
  return model;
}

const settings: Settings = {
  options: { ...long, dropout: 0, batchNorm: false },
  ...{ epochs: 3, batchSize: 16, seed: 7 },
};

describe("groups and frozen parameters", () => {
  test.each([
    ["sgd", 1],
    ["adam", 2],
    ["adamw", 3],
  ] as const)("%s gives the bits of one thread, for %i workers", async (optimiser, workers) => {
    const changed = { ...settings, options: { ...settings.options, optimiser } };
    const here = trainHere(changed, () => {});
    expect(weightsOf((await trainThere({ ...changed, workers })).model)).toEqual(weightsOf(here));
  });

  test("a frozen parameter keeps its value, and stays in the state dict", async () => {
    const before = recipe.model(settings.options, new Random(7)).stateDict();
    const after = (await trainThere({ ...settings, workers: 2 })).model.stateDict();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after["layers.1.bias"].toArray()).toEqual(before["layers.1.bias"].toArray());
    expect(after["layers.1.weight"].toArray()).not.toEqual(before["layers.1.weight"].toArray());
  });
});

test("averages are those of the parameters after every step, and figures are computed with them", async () => {
  const decay = 0.8;
  const averages: number[][] = [];
  const here = trainHere(settings, (model) => {
    for (const [k, values] of weightsOf(model).entries())
      averages[k] = values.map((value, i) => {
        const before = averages[k]?.[i];
        return before === undefined ? value : decay * before + (1 - decay) * value;
      });
  });
  const there = await trainThere({ ...settings, average: { decay }, workers: 3 });
  for (const [k, { value }] of there.model.parameters().entries())
    for (const [i, weight] of [...value.clone().data].entries()) expect(weight).toBeCloseTo(averages[k][i], 5);
  const { test: data } = recipe.data(settings.options);
  expect(there.history.at(-1)?.test).toEqual(evaluateHere(evaluate, there.model, data));
  expect(weightsOf(there.model)).not.toEqual(weightsOf(here));
});

describe("BatchNorm1d", () => {
  const normed: Settings = { ...settings, options: { ...long, dropout: 0 } };

  test("gives the same bits for any number of workers, in parameters and running statistics", async () => {
    const states = [1, 2, 3].map(async (workers) => {
      const { model } = await trainThere({ ...normed, workers });
      return Object.entries(model.stateDict()).map(([name, value]) => [name, value.toArray()]);
    });
    const [one, ...others] = await Promise.all(states);
    for (const other of others) expect(other).toEqual(one);
    expect(one.map(([name]) => name)).toContain("layers.1.runningMean");
  });

  test("with one shard gives the bits of one thread, also of its running statistics", async () => {
    const single = { ...normed, shards: 1 };
    const here = trainHere(single, () => {});
    const there = (await trainThere(single)).model;
    expect(weightsOf(there)).toEqual(weightsOf(here));
    const statistics = (model: Sequential) =>
      model.layers.flatMap((layer) =>
        layer instanceof BatchNorm1d
          ? [...layer.namedBuffers()].map(([name, { value }]) => [name, value.toArray()])
          : [],
      );
    expect(statistics(there)).toEqual(statistics(here));
    expect(statistics(here).length).toBeGreaterThan(0);
  });
});

describe("early stopping", () => {
  test("ends the run, and gives the model the weights of the best epoch", async () => {
    const earlyStopping = { patience: 2, metric: "accuracy", mode: "max" as const };
    const stopped = await trainThere({ ...settings, epochs: 40, earlyStopping, workers: 2 });
    const accuracies = stopped.history.map(({ validation }) => validation?.accuracy ?? Number.NaN);
    const best = accuracies.indexOf(Math.max(...accuracies));
    expect(accuracies.length).toBe(best + 1 + 2);
    const { validation } = recipe.data(settings.options);
    expect(evaluateHere(evaluate, stopped.model, validation)).toEqual(stopped.history[best].validation);
  });

  test("needs the figure that it watches", async () => {
    const earlyStopping = { patience: 2, metric: "accurracy" };
    await expect(trainThere({ ...settings, earlyStopping })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ValueError: DataParallel: earlyStopping watches "accurracy", but the recipe's evaluate returns loss, accuracy]`,
    );
  });
});
