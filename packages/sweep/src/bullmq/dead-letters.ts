/** The dead letters of a queue: the runs that have failed for good, kept for people to look at. */
import { checkOptions } from "@polygrad/tensor/internal";
import type { Redis } from "ioredis";
import type { Failure, Job } from "../job.ts";
import { addressOf } from "./address.ts";
import { codesOf } from "./codes.ts";
import { connect } from "./connection.ts";
import { type Libraries, loadLibraries } from "./libraries.ts";
import { isProgress, type Payload, PREFIX, workerDied } from "./payload.ts";
import { checkQueue, DEFAULT_QUEUE, queueOfCode } from "./queue-name.ts";

/** A run that has failed for good. */
export interface DeadLetter {
  readonly job: Job;
  readonly failure: Failure;
  /** The worker of the last attempt; empty if none has told its name. */
  readonly worker: string;
  /** How many times the run was begun. */
  readonly attempts: number;
  /** When it failed for the last time. */
  readonly failed: Date;
}

/** The options of `deadLetters`. */
export interface DeadLetterOptions {
  /** The Redis server, as for `bullmq`. */
  readonly connection: string;
  /** The name of the queue. Defaults to "sweep". */
  readonly queue?: string;
}

/**
 * The runs of a queue that have failed for good, of all recipes, the latest first. They are kept for 30 days. A sweep that is started
 * again tries its own again, and takes them off the list.
 *
 * @throws ArgumentError or ValueError if an option is missing, unknown or not of its kind; Error as `work` does
 */
export async function deadLetters(options: DeadLetterOptions): Promise<DeadLetter[]> {
  checkOptions("deadLetters", options, {
    connection: (operation, _, value) => addressOf(operation, value),
    queue: checkQueue,
  });
  const address = addressOf("deadLetters", options?.connection);
  const libraries = await loadLibraries("deadLetters");
  const redis = await connect("deadLetters", libraries, address, { onNotice: (line) => console.error(line) });
  const { queue = DEFAULT_QUEUE } = options;
  try {
    const codes = await codesOf(redis, queue);
    const letters = await Promise.all(codes.map((code) => failuresIn(libraries, redis, queueOfCode(queue, code))));
    return letters.flat().sort((a, b) => b.failed.getTime() - a.failed.getTime());
  } finally {
    redis.disconnect();
  }
}

async function failuresIn({ bullmq }: Libraries, redis: Redis, name: string): Promise<DeadLetter[]> {
  const queue = new bullmq.Queue<Payload>(name, { connection: redis, prefix: PREFIX, skipMetasUpdate: true });
  queue.on("error", () => undefined); // it is thrown below
  try {
    const failed = await queue.getFailed();
    return failed.map(({ data, progress, failedReason, finishedOn }) => {
      const { worker = "", attempts = 0, failure = workerDied(failedReason) } = isProgress(progress) ? progress : {};
      return { job: data.job, failure, worker, attempts, failed: new Date(finishedOn ?? 0) };
    });
  } finally {
    await queue.close();
  }
}
