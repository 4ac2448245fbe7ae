/** A training that pauses at chosen steps goes on as if it had not, and does nothing in between. */
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { expect, test } from "vitest";
import recipe, { type SmallOptions, small } from "./recipes/small.ts";
import { SMALL, trainHere, weightsOf } from "./reference.ts";

// 40 samples in batches of 8 are 5 steps per epoch.
const options = { ...small, train: 40, test: 7 };
const settings: DataParallelOptions<SmallOptions> = {
  options,
  epochs: 3,
  batchSize: 8,
  workers: 2,
  shards: 4,
  seed: 3,
};
const start = () => DataParallel.start<SmallOptions, Sequential>(SMALL, settings);

test("pauses within epochs, at their ends and beyond change no bit", async () => {
  const paused = await start();
  const steps: number[] = [];
  for (const step of [0, 1, 2, 5, 6, 13]) steps.push((await paused.trainTo(step)).steps);
  expect(steps).toEqual([0, 1, 2, 5, 6, 13]);
  expect(paused.history.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect((await paused.trainTo(100)).steps).toBe(15);
  for await (const _ of paused) throw new Error("no epoch is left");
  const here = await trainHere(recipe, settings);
  expect(weightsOf(paused.model)).toEqual(here.weights);
  expect(paused.history.map(({ trainLoss }) => trainLoss)).toEqual(here.trainLosses);
});

test("a loop over the epochs goes on from where it was paused", async () => {
  const [training, whole] = [await start(), await start()];
  await training.trainTo(7);
  const epochs: number[] = [];
  for await (const { epoch } of training) epochs.push(epoch);
  expect(epochs).toEqual([2, 3]);
  for await (const _ of whole);
  expect(weightsOf(training.model)).toEqual(weightsOf(whole.model));
  expect(training.history.map(({ test }) => test)).toEqual(whole.history.map(({ test }) => test));
});

test("the weights at a pause are those of that many steps, and stay as they are", async () => {
  const [paused, short] = [
    await start(),
    await DataParallel.start<SmallOptions, Sequential>(SMALL, { ...settings, epochs: 1 }),
  ];
  await paused.trainTo(5);
  const weights = weightsOf(paused.model);
  for await (const _ of short);
  expect(weights).toEqual(weightsOf(short.model));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(weightsOf(paused.model)).toEqual(weights);
  await paused.close();
  await expect(paused.trainTo(6)).rejects.toThrow("the run has ended");
});

test("a step that is none is refused", async () => {
  const training = await start();
  await expect(training.trainTo(1.5)).rejects.toThrow(
    "DataParallel.trainTo: step is 1.5; give an integer of at least 0",
  );
  await training.close();
});
