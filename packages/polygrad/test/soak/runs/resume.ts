/** Trains with checkpoints and prints a hash of all that the run has reached: resume.ts DIRECTORY WORKERS. */
import { createHash } from "node:crypto";
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { type LongOptions, long } from "../../../../parallel/test/recipes/long.ts";

const [directory, workers] = process.argv.slice(2);
const training = await DataParallel.start<LongOptions, Sequential>(
  new URL("../../../../parallel/test/recipes/long.ts", import.meta.url),
  {
    ...{ options: { ...long, train: 600, hidden: 20 }, epochs: 20, batchSize: 16, seed: 9, workers: Number(workers) },
    ...{ average: { decay: 0.95 }, clipNorm: 1, checkpoint: { directory, every: { steps: 5 } }, resume: true },
  },
);
console.log("training");
for await (const _ of training);
const hash = createHash("sha256").update(JSON.stringify(training.history.map(({ seconds: _, ...rest }) => rest)));
for (const [name, value] of Object.entries(training.model.stateDict())) hash.update(name + JSON.stringify(value));
console.log(hash.digest("hex"));
