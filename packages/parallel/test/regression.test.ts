/** Continuous targets: a regression with several outputs trains to the bits of one thread, for any number of workers. */
import { type Data, DataParallel, type Epoch } from "@polygrad/parallel";
import type { Sequential, Tensor } from "polygrad";
import { expect, test } from "vitest";
import recipe, { type RegressionOptions } from "./recipes/regression.ts";
import { evaluateHere, trainHere, weightsOf } from "./reference.ts";

const RECIPE = new URL("./recipes/regression.ts", import.meta.url);
const settings = { epochs: 5, batchSize: 8, shards: 4, seed: 5 };

async function trainThere(options: RegressionOptions, workers: number) {
  const training = await DataParallel.start<RegressionOptions, Sequential, Data<Tensor>>(RECIPE, {
    ...settings,
    ...{ options, workers },
  });
  const epochs: Epoch[] = [];
  for await (const epoch of training) epochs.push(epoch);
  return { training, epochs };
}

test.each<[string, readonly number[], RegressionOptions]>([
  ["tensors", [1, 3], { everyOther: false, isOwn: false }],
  ["a subset", [2], { everyOther: true, isOwn: false }],
  ["a user's own dataset", [2], { everyOther: false, isOwn: true }],
])(
  "the weights and figures of a regression on %s are those of one thread, with workers: %j",
  async (_, numbers, options) => {
    const here = await trainHere(recipe, { ...settings, options });
    expect(here.trainLosses[4]).toBeLessThan(0.9 * here.trainLosses[0]);
    for (const workers of numbers) {
      const { training, epochs } = await trainThere(options, workers);
      expect(weightsOf(training.model)).toEqual(here.weights);
      expect(epochs.map(({ trainLoss }) => trainLoss)).toEqual(here.trainLosses);
      const { test = training.data.train } = training.data;
      expect(epochs[4].test).toEqual(evaluateHere(recipe.evaluate, training.model, test));
      // One worker replays the steps of all shards, with the targets of each; another may not have taken each shard often.
      if (workers === 1) expect(training.explain()).toBe("captured");
    }
  },
  240_000,
);
