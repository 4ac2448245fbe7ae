/** A program that trains ten times, with some runs failing, and prints how much memory is in use after each run. */
import { createHash } from "node:crypto";
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { heap } from "../../../tensor/src/memory/heap.ts";
import { type FaultyOptions, withFault } from "../recipes/faulty.ts";
import { small } from "../recipes/small.ts";
import { weightsOf } from "../reference.ts";

const recipe = new URL("../recipes/faulty.ts", import.meta.url);

/** Trains once, and returns the hash of the weights, or the error as text. */
async function run(call: number): Promise<string> {
  const options = withFault({ at: "loss", how: "throw", call }, { ...small, train: 4000, test: 0 });
  const settings = { options, epochs: 1, batchSize: 2000, workers: 2, seed: 1, capture: false };
  const training = await DataParallel.start<FaultyOptions, Sequential>(recipe, settings);
  try {
    for await (const _ of training);
  } catch (error) {
    return String(error);
  }
  return createHash("sha256")
    .update(JSON.stringify(weightsOf(training.model)))
    .digest("hex");
}

for (let k = 0; k < 10; k++) {
  const result = await run(k % 3 === 1 ? 6 : 0);
  // Pinned memory is freed once its last view has been collected and the finalizer has run.
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(JSON.stringify({ result, used: heap().used, size: heap().memory.buffer.byteLength }));
}
