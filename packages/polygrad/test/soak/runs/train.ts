/** A program that trains on several threads and prints the hash of the weights: train.ts WORKERS. */
import { createHash } from "node:crypto";
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";

const recipe = new URL("./recipe.ts", import.meta.url);
const settings = { options: { rows: 4000 }, epochs: 8, batchSize: 64, workers: Number(process.argv[2]), seed: 3 };
const training = await DataParallel.start<{ rows: number }, Sequential>(recipe, settings);
for await (const _ of training);
const hash = createHash("sha256");
for (const { value } of training.model.parameters()) hash.update(new Uint8Array(value.clone().data.buffer));
console.log(hash.digest("hex"));
