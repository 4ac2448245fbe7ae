/** Workers replay captured steps, which changes no bit; recipes that read values run as usual, and it can be told. */
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { expect, test } from "vitest";
import { type SmallOptions, small } from "./recipes/small.ts";
import { SMALL, weightsOf } from "./reference.ts";

const layers = [
  { kind: "linear", outputs: 8, degree: 1, norm: true, dropout: 0.4 },
  { kind: "polynomial", outputs: 6, degree: 2, norm: false, dropout: 0 },
] as const;
/** Every epoch has five batches of 9 rows, and one of 4. */
const options: SmallOptions = { ...small, layers, train: 49, optimiser: "adam", schedule: "one cycle" };
const settings: DataParallelOptions<SmallOptions> = {
  options,
  epochs: 4,
  batchSize: 9,
  shards: 3,
  seed: 3,
  workers: 1,
};

async function trained(url: URL, change: Partial<DataParallelOptions<SmallOptions>> = {}) {
  const training = await DataParallel.start<SmallOptions, Sequential>(url, { ...settings, ...change });
  const losses: number[] = [];
  for await (const { trainLoss } of training) losses.push(trainLoss);
  return { results: [losses, weightsOf(training.model)], explanation: training.explain() };
}

test("replays give the bits of steps that run, for one worker and for two", async () => {
  const usual = await trained(SMALL, { capture: false });
  expect(usual.explanation).toBe("runs as usual, because the option capture is false");
  const captured = await trained(SMALL);
  expect(captured).toEqual({ results: usual.results, explanation: "captured" });
  expect((await trained(SMALL, { workers: 2 })).results).toEqual(usual.results);
  const reading = await trained(new URL("./recipes/reading.ts", import.meta.url));
  expect(reading.results).toEqual(usual.results);
  expect(reading.explanation).toBe("runs as usual, because item reads or writes elements in JavaScript");
}, 240_000);

test("a recipe that does something else after a while is found out when the next epoch begins", async () => {
  await expect(trained(new URL("./recipes/counting.ts", import.meta.url))).rejects.toThrow(
    /^worker 1 of 1 failed in step \d+: capture: the step no longer does what was taped: entry \d+ was .* and is now /,
  );
}, 240_000);
