/** A network with two inputs trains on threads, to the same bits as on one thread. */
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import { expect, test } from "vitest";
import recipe, { type Pair } from "./recipes/pair.ts";
import { type SmallOptions, small } from "./recipes/small.ts";
import { trainHere, weightsOf } from "./reference.ts";

const settings: DataParallelOptions<SmallOptions> = {
  options: { ...small, inputs: 4 },
  epochs: 3,
  batchSize: 8,
  shards: 4,
  seed: 3,
};

test("for any number of workers", async () => {
  const here = await trainHere(recipe, settings);
  for (const workers of [1, 2, 3]) {
    const training = await DataParallel.start<SmallOptions, Pair>(new URL("./recipes/pair.ts", import.meta.url), {
      ...settings,
      workers,
    });
    const losses: number[] = [];
    for await (const { trainLoss } of training) losses.push(trainLoss);
    expect(losses).toEqual(here.trainLosses);
    expect(weightsOf(training.model)).toEqual(here.weights);
  }
});
