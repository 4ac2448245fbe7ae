/** Polygrad as a contender: runs the recipe of `recipe.ts` through the public API, one epoch for each request. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { DataParallel } from "@polygrad/parallel";
import { normal, pin, Random, type Sequential, type Tensor } from "polygrad";
import { time } from "../measure.ts";
import { IMAGES, SHARDS, type Shape } from "./cases.ts";
import { type Finish, parseJob, parseRequest, type RaceJob, type Reply, type TrainingJob } from "./protocol.ts";
import type { Options } from "./recipe.ts";

function start(job: TrainingJob | RaceJob): Promise<DataParallel<Sequential>> {
  const { model, learningRate, data, epochs, batchSize, seed, threads } = job;
  const options = { model, learningRate, train: data, test: job.task === "race" ? job.test : undefined };
  // `packed.ts` compiles this file and the recipe side by side.
  const recipe = new URL("./recipe.js", import.meta.url);
  const settings = { options, epochs, batchSize, seed, workers: threads, shards: SHARDS };
  return DataParallel.start<Options, Sequential>(recipe, settings);
}

/** Trains one epoch each time a value is requested, and is idle in between. */
async function* training(job: TrainingJob): AsyncGenerator<Reply> {
  for await (const { seconds, trainLoss } of await start(job))
    yield { seconds, samples: IMAGES, loss: trainLoss, ...peak() };
}

/** Trains until the target is reached. */
async function race(job: RaceJob): Promise<Finish> {
  const run = await start(job);
  ready(job.threads);
  const losses: number[] = [];
  const accuracies: number[] = [];
  for await (const { trainLoss, test } of run) {
    losses.push(trainLoss);
    accuracies.push(test?.accuracy ?? 0);
    if (accuracies.some((accuracy) => accuracy >= job.target)) break;
  }
  return { losses, accuracies, ...peak() };
}

/** Measures the median time of a product of pinned operands. */
function products(): (shape: Shape) => Reply {
  const random = new Random(0);
  const operands = new Map<string, readonly [Tensor, Tensor]>();
  return ([m, k, n]) => {
    const name = `${m} ${k} ${n}`;
    const [a, b] = operands.get(name) ?? [pin(normal([m, k], random)), pin(normal([k, n], random))];
    operands.set(name, [a, b]);
    return { seconds: time(() => void a.matmul(b), { seconds: 0.1, least: 5 }).median };
  };
}

/** Linux counts it for this program; `resourceUsage().maxRSS` can be that of the process that started it. */
function peak(): { peakBytes?: number } {
  if (process.platform !== "linux") return {};
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return kilobytes === undefined ? {} : { peakBytes: 1024 * Number(kilobytes) };
}

function ready(threads: number): void {
  console.log(JSON.stringify({ ready: { threads } }));
}

const job = parseJob(process.argv[2]);
if (job.task === "race") console.log(JSON.stringify(await race(job)));
else {
  const epochs = job.task === "train" ? training(job) : undefined;
  const product = products();
  ready(job.threads);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = parseRequest(line);
    const reply = "shape" in request ? product(request.shape) : (await epochs?.next())?.value;
    console.log(JSON.stringify(reply));
  }
}
