/** Polygrad as a contender: runs the recipe of `recipe.ts` through the public API, one epoch for each request. */
import { createInterface } from "node:readline";
import { DataParallel } from "@polygrad/parallel";
import { normal, pin, Random, type Sequential, type Tensor } from "polygrad";
import { time } from "../measure.ts";
import type { Shape } from "./cases.ts";
import { type Job, parseJob, parseRequest, type Reply, type TrainingJob } from "./protocol.ts";
import type { Options } from "./recipe.ts";

/** Trains one epoch each time a value is requested, and is idle in between. */
async function* training(job: TrainingJob): AsyncGenerator<Reply> {
  const { model, learningRate, epochs, batchSize, seed, threads } = job;
  const settings = { options: { model, learningRate }, epochs, batchSize, seed, workers: threads };
  const recipe = new URL("./recipe.ts", import.meta.url);
  const run = await DataParallel.start<Options, Sequential>(recipe, settings);
  for await (const { seconds, trainLoss } of run) yield { seconds, loss: trainLoss };
}

/** Measures the median time of a product of pinned operands. */
function products(): (shape: Shape) => Reply {
  const random = new Random(0);
  const operands = new Map<string, readonly [Tensor, Tensor]>();
  return ([m, k, n]) => {
    const name = `${m} ${k} ${n}`;
    const [a, b] = operands.get(name) ?? [pin(normal([m, k], random)), pin(normal([k, n], random))];
    operands.set(name, [a, b]);
    return { seconds: time(() => void a.matmul(b), { seconds: 0.2, least: 5 }).median };
  };
}

async function serve(job: Job): Promise<void> {
  const epochs = job.task === "train" ? training(job) : undefined;
  const product = products();
  console.log(JSON.stringify({ ready: { threads: job.threads } }));
  for await (const line of createInterface({ input: process.stdin })) {
    const request = parseRequest(line);
    const reply = "shape" in request ? product(request.shape) : (await epochs?.next())?.value;
    console.log(JSON.stringify(reply));
  }
}

await serve(parseJob(process.argv[2]));
