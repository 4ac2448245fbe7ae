/** A worker: a process that takes jobs from a queue, does them as the local engine does, and sends the results back. */
import { mkdir } from "node:fs/promises";
import { availableParallelism, hostname } from "node:os";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { recipeUrl } from "@polygrad/parallel/internal";
import {
  type Checks,
  callable,
  checkOptions,
  either,
  instance,
  integerFrom,
  numberFrom,
  text,
} from "@polygrad/tensor/internal";
import type { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { fingerprint } from "../fingerprint.ts";
import { local } from "../local.ts";
import { Lock } from "../lock.ts";
import { addressOf } from "./address.ts";
import { codesWaiting } from "./codes.ts";
import { connect, isAway } from "./connection.ts";
import { Desk } from "./desk.ts";
import { type Libraries, loadLibraries } from "./libraries.ts";
import { type Payload, PREFIX, type Returned } from "./payload.ts";
import { checkQueue, DEFAULT_QUEUE, queueOfCode } from "./queue-name.ts";
import { announce, HEARTBEAT, withdraw } from "./workers.ts";

/** The options of `work`. */
export interface WorkOptions {
  /** The Redis server, as for `bullmq`. */
  readonly connection: string;
  /** The name of the queue. Defaults to "sweep". */
  readonly queue?: string;
  /** The directory for checkpoints, on this machine. Each worker needs one of its own. */
  readonly out: string;
  /** The module whose sources the code of a run depends on, as for `sweep`. Defaults to the recipe. */
  readonly sources?: URL | string;
  /** The number of runs that it does at a time, each in a process of its own. Defaults to the number of cores. */
  readonly processes?: number;
  /** The name by which results and reports call it. Defaults to the machine's name and the process id. */
  readonly name?: string;
  /**
   * How long the worker may be silent before its runs are given to another, in seconds. Defaults to 30. It writes to Redis
   * twice in that time for each run.
   */
  readonly lease?: number;
  /** Aborted to end the worker: its runs save a checkpoint and go back to the queue. */
  readonly signal?: AbortSignal;
  /** Called with what people may want to know, a line at a time. Defaults to printing it on standard error. */
  readonly onNotice?: (text: string) => void;
}

const known: Checks<WorkOptions> = {
  connection: (operation, _, value) => addressOf(operation, value),
  queue: checkQueue,
  out: text,
  sources: either("a URL or a path", text, instance(URL, "a URL")),
  processes: integerFrom(1, 1024),
  name: text,
  lease: numberFrom(1),
  signal: instance(AbortSignal, "an AbortSignal: new AbortController().signal"),
  onNotice: callable,
};

/** A run that has been given up this often because its worker died has failed: it may be what kills them. */
const DEATHS = 5;
/** Why a worker leaves runs to others, and what to do if it should not. */
const DIFFERENT =
  "their recipe, or a file that this imports, or Polygrad differs; " +
  "if it should do them, give it the sweep's files and start it again";
/** How long the end may take after the runs have saved their checkpoints, in milliseconds: Redis may be away. */
const PATIENCE = 5000;

/**
 * Works until `signal` is aborted: takes jobs of sweeps with this recipe, whose code is the same as here, and does them.
 * It waits for jobs, and while Redis is away. It needs the packages bullmq and ioredis.
 *
 * @param recipe the recipe's module, as for `sweep`
 * @throws ArgumentError or ValueError if an option is missing, unknown or not of its kind, or the recipe is not a file;
 * Error if the packages are not installed, or the server refuses the connection
 */
export async function work(recipe: URL | string, options: WorkOptions): Promise<void> {
  checkOptions("work", options, known);
  const address = addressOf("work", options?.connection);
  text("work", "out", options.out);
  const {
    queue = DEFAULT_QUEUE,
    sources = recipe,
    processes = availableParallelism(),
    name = `${hostname()}/${process.pid}`,
    lease = 30,
    signal,
    onNotice = (line: string) => console.error(line),
  } = options;
  const out = resolve(options.out);
  const url = recipeUrl(recipe);
  const code = await fingerprint(recipeUrl(sources));
  const libraries = await loadLibraries("work");
  await mkdir(out, { recursive: true });
  const lock = await Lock.take(out);
  try {
    const redis = await connect("work", libraries, address, { onNotice, signal });
    const runs = await local({ processes, retries: 0 }).open({
      recipe: url,
      code,
      onNotice,
      signal: signal ?? new AbortController().signal,
    });
    const own = queueOfCode(queue, code);
    const desk = new Desk(libraries, { redis, queue: own, name, out, runs, onNotice });
    const worker = startWorker(libraries, desk, { redis, queue: own, name, processes, lease, onNotice });
    const told = new Set([code]);
    const look = async () => {
      await announce(redis, queue, name, { code, processes });
      for (const other of await codesWaiting(redis, queue, told)) {
        onNotice(`work: ${name} leaves the runs of a sweep to other workers: ${DIFFERENT}`);
        told.add(other);
      }
    };
    let beat = look().catch(() => undefined);
    const heart = setInterval(() => {
      beat = beat.then(look).catch(() => undefined); // the next one tells
    }, HEARTBEAT);
    await beat;
    onNotice(`work: ${name} takes up to ${processes} at a time of the runs in queue "${queue}" at ${address.shown}`);
    await aborted(signal);
    clearInterval(heart);
    const given = worker.close();
    await runs.close();
    // A line that is being written now must not come after.
    const withdrawn = beat.then(() => withdraw(redis, queue, name));
    const ended = Promise.allSettled([given, withdrawn]);
    await Promise.race([ended, delay(PATIENCE, undefined, { ref: false })]);
    redis.disconnect();
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    lock.release();
  }
}

interface Start {
  readonly redis: Redis;
  readonly queue: string;
  readonly name: string;
  readonly processes: number;
  readonly lease: number;
  readonly onNotice: (text: string) => void;
}

function startWorker({ bullmq }: Libraries, desk: Desk, start: Start): Worker<Payload, Returned> {
  const { redis, queue, name, processes, lease, onNotice } = start;
  const worker: Worker<Payload, Returned> = new bullmq.Worker(queue, (job, token) => desk.take(worker, job, token), {
    connection: redis,
    prefix: PREFIX,
    name,
    concurrency: processes,
    lockDuration: 1000 * lease,
    stalledInterval: 500 * lease,
    maxStalledCount: DEATHS,
    runRetryDelay: 500,
  });
  worker.on("error", (error) => {
    // The connection tells when the server is away. A job whose lock is lost is done by another worker: no harm.
    if (!isAway(error) && !/lock/i.test(error.message)) onNotice(`work: ${error.message}`);
  });
  return worker;
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
