/** The queue of many machines: 10,000 runs that take no time pass through BullMQ and a Redis of their own. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bullmq, type Job, type Metrics, type Result, type Session } from "@polygrad/sweep";
import type { Worker } from "bullmq";
import { addressOf } from "../sweep/src/bullmq/address.ts";
import { connect } from "../sweep/src/bullmq/connection.ts";
import { Desk } from "../sweep/src/bullmq/desk.ts";
import { loadLibraries } from "../sweep/src/bullmq/libraries.ts";
import { type Payload, PREFIX, type Returned } from "../sweep/src/bullmq/payload.ts";
import { queueOfCode } from "../sweep/src/bullmq/queue-name.ts";
import { RedisServer } from "../sweep/test/external/redis.ts";
import { table } from "./measure.ts";

const JOBS = 10_000;
/** How many runs are done at a time. */
const SLOTS = 32;
const EPOCHS = 10;
const CODE = sha256("code");
const QUEUE = queueOfCode("sweep", CODE);

export async function benchQueue(): Promise<void> {
  const server = await RedisServer.started();
  const libraries = await loadLibraries("bench");
  const redis = await connect("bench", libraries, addressOf("bench", server.url), { onNotice: console.log });
  const out = mkdtempSync(join(tmpdir(), "polygrad-queue-"));
  try {
    await redis.config("SET", "auto-aof-rewrite-percentage", "0"); // its size tells what was written
    const [version] = /redis_version:\S+/.exec(await redis.info("server")) ?? [];
    console.log(`${JOBS.toLocaleString("en")} jobs through BullMQ, ${version}, with an append-only file\n`);
    const study = { recipe: "", code: CODE, signal: new AbortController().signal, onNotice: () => undefined };
    const session = await bullmq({ connection: server.url, ahead: JOBS }).open(study);
    const empty = await figures();
    const submitted = performance.now();
    const outcomes = Array.from({ length: JOBS }, (_, k) => session.run(jobOf(k), { directory: out }));
    while ((await redis.llen(`${PREFIX}:${QUEUE}:wait`)) < JOBS)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const full = await figures();
    const started = performance.now();
    const place = { redis, queue: QUEUE, name: "bench", out, runs: instant };
    const desk = new Desk(libraries, { ...place, onNotice: (text) => console.log(text) });
    const options = { connection: redis, prefix: PREFIX, concurrency: SLOTS };
    const worker: Worker<Payload, Returned> = new libraries.bullmq.Worker(
      QUEUE,
      (job, token) => desk.take(worker, job, token),
      options,
    );
    await Promise.all(outcomes);
    const ended = performance.now();
    const done = await figures();
    await worker.close();
    await session.close();

    const perJob = (from: number, to: number) => ((to - from) / JOBS).toFixed(0);
    table([
      ["", "submitting", "doing and returning"],
      ["jobs per second", rate(submitted, started), rate(started, ended)],
      ["processor time of Redis per job, us", perJob(empty.cpu, full.cpu), perJob(full.cpu, done.cpu)],
      ["bytes per job: into Redis", perJob(empty.input, full.input), perJob(full.input, done.input)],
      ["bytes per job: out of Redis", perJob(empty.output, full.output), perJob(full.output, done.output)],
      ["bytes per job: append-only file", perJob(empty.file, full.file), perJob(full.file, done.file)],
      ["bytes per job: memory of Redis", perJob(empty.memory, full.memory), perJob(empty.memory, done.memory)],
    ]);
  } finally {
    redis.disconnect();
    rmSync(out, { recursive: true, force: true });
    await server.remove();
  }

  /** What Redis tells of itself: processor time in microseconds, and bytes. */
  async function figures() {
    const text = await redis.info("everything");
    const read = (name: string): number => Number(new RegExp(`^${name}:(\\S+)`, "m").exec(text)?.[1]);
    return {
      cpu: 1e6 * (read("used_cpu_user") + read("used_cpu_sys")),
      input: read("total_net_input_bytes"),
      output: read("total_net_output_bytes"),
      file: read("aof_current_size"),
      memory: read("used_memory_dataset"),
    };
  }
}

function rate(from: number, to: number): string {
  return ((1000 * JOBS) / (to - from)).toFixed(0);
}

function jobOf(number: number): Job {
  const key = sha256(`run ${number}`);
  const options = { degree: number % 7, hidden: 20, learningRate: 0.1, seed: number };
  const settings = { epochs: EPOCHS, batchSize: 128, seed: number, workers: 1 };
  return { key, trial: key, code: CODE, data: sha256("data"), options, settings, until: EPOCHS, weights: false };
}

/** Does a run in no time, with figures as those of a real one. */
const instant: Session = {
  capacity: SLOTS,
  workers: async () => ["bench"],
  run: async ({ key }) => ({ status: "done", worker: "bench", attempts: 1, result: resultOf(key) }),
  close: async () => undefined,
};

function resultOf(key: string): Result {
  const metrics = Array.from(
    { length: EPOCHS },
    (_, k): Metrics => ({
      epoch: k + 1,
      trainLoss: 1 / (k + 3),
      testLoss: 1 / (k + 2.9),
      testAccuracy: 1 - 1 / (k + 7),
      seconds: 1 / 7,
    }),
  );
  const { trainLoss, testLoss, testAccuracy } = metrics[EPOCHS - 1];
  const figures = { trainLoss, testLoss, testAccuracy, parameters: 63_560, seconds: 10 / 7 };
  return { summary: { epochs: EPOCHS, weightsSha256: key, ...figures }, metrics, weights: undefined };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
