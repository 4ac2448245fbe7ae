/** Where a worker decides on each job that it is handed: to do it, to give it back, or to report that it fails. */
import { randomInt } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Job as QueuedJob, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Session } from "../engine.ts";
import type { Failure, Job, Metrics, Outcome, Result } from "../job.ts";
import type { Libraries } from "./libraries.ts";
import { isProgress, type Payload, type Progress, type Returned, toText, weightsKey } from "./payload.ts";

/** The worker that the desk belongs to. */
export interface Place {
  readonly redis: Redis;
  /** The queue of its code. */
  readonly queue: string;
  readonly name: string;
  /** The directory of its checkpoints. */
  readonly out: string;
  /** What does the runs. */
  readonly runs: Session;
  readonly onNotice: (text: string) => void;
}

/** How long a job that this worker may not do stays away from all, in milliseconds, at least: see `drawn`. */
const ASIDE = { known: 100, refused: 500 } as const;
/** The longest time that a worker stays away from the queue after it has refused a job, in milliseconds, at least. */
const LONGEST_REST = 2500;
/** How long a worker leaves a job that it has refused without looking at its data again, in milliseconds. */
const MEMORY = 60_000;
/** The shortest time between two reports of a run's epochs, in milliseconds. */
const REPORTS = 2000;
/** How long weights are kept for a submitter that does not come for them, in seconds. */
const WEIGHTS_KEPT = 7 * 24 * 3600;

export class Desk {
  readonly #libraries: Libraries;
  readonly #place: Place;
  /** The keys of the runs that it has refused, and when; each is told once. */
  readonly #refused = new Map<string, number>();
  /** How many jobs in a row it has refused. */
  #refusals = 0;

  constructor(libraries: Libraries, place: Place) {
    this.#libraries = libraries;
    this.#place = place;
  }

  /** What BullMQ calls for each job: the value returned is the job's, and an error says what to do instead. */
  async take(worker: Worker<Payload, Returned>, queued: QueuedJob<Payload>, token = ""): Promise<Returned> {
    const { job, exclude } = queued.data;
    const refused = this.#refused.get(job.key) ?? Number.NEGATIVE_INFINITY;
    if (exclude.includes(this.#place.name) || Date.now() < refused + MEMORY)
      return await this.#leave(worker, queued, token, ASIDE.known);
    const outcome = await this.#run(worker, queued, token);
    if (outcome.status === "done") {
      this.#refusals = 0;
      return await this.#returned(queued, outcome.result);
    }
    const { failure } = outcome;
    if (failure.name === "DataMismatchError") return await this.#refuse(worker, queued, token, failure.message);
    throw await this.#failed(queued, failure);
  }

  async #run(worker: Worker<Payload, Returned>, queued: QueuedJob<Payload>, token: string): Promise<Outcome> {
    const { job, exclude } = queued.data;
    // A run that verifies another begins anew: the checkpoints may be those of the worker that it verifies.
    const directory = join(this.#place.out, exclude.length > 0 ? `verify-${job.trial}` : job.trial);
    if (exclude.length > 0) await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    await this.#report(queued, { attempts: begunSoFar(queued) + 1 });
    try {
      const outcome = await this.#place.runs.run(job, { directory, onMetrics: this.#reporter(queued) });
      // Nothing continues from a run that has come to its end.
      if (outcome.status === "done" && (job.key === job.trial || exclude.length > 0))
        await rm(directory, { recursive: true, force: true });
      return outcome;
    } catch (error) {
      // The worker ends, and the run has saved a checkpoint: it goes back to the head of the queue.
      if (worker.closing === undefined) throw error;
      await queued.moveToWait(token);
      throw new this.#libraries.bullmq.WaitingError();
    }
  }

  async #returned(queued: QueuedJob<Payload>, { weights, ...figures }: Result): Promise<Returned> {
    const { redis, queue, name } = this.#place;
    if (weights !== undefined)
      await redis.set(weightsKey(queue, queued.id ?? ""), Buffer.from(weights), "EX", WEIGHTS_KEPT);
    return { worker: name, attempts: begunSoFar(queued), result: toText(figures) };
  }

  /** Records why a run has failed. The error says whether BullMQ repeats it, and is what its list of failures shows. */
  async #failed(queued: QueuedJob<Payload>, failure: Failure): Promise<Error> {
    await this.#report(queued, { failure });
    const message = `${failure.name}: ${failure.message}`;
    const error = failure.temporary ? new Error(message) : new this.#libraries.bullmq.UnrecoverableError(message);
    error.stack = failure.stack ?? message;
    return error;
  }

  async #report(queued: QueuedJob<Payload>, more: Partial<Progress>): Promise<void> {
    await queued.updateProgress({ worker: this.#place.name, attempts: begunSoFar(queued), ...more });
  }

  /** Reports the epochs of a run as they are finished, but not more often than people can read. */
  #reporter(queued: QueuedJob<Payload>): (metrics: readonly Metrics[]) => void {
    const waiting: Metrics[] = [];
    let next = 0;
    return (metrics) => {
      waiting.push(...metrics);
      if (Date.now() < next) return;
      next = Date.now() + REPORTS;
      // If it is lost, the epochs come with the result.
      this.#report(queued, { metrics: toText(waiting.splice(0)) }).catch(() => undefined);
    };
  }

  /** Reports that the job needs other data, and leaves it. */
  async #refuse(worker: Worker, queued: QueuedJob<Payload>, token: string, why: string): Promise<never> {
    const { name, onNotice } = this.#place;
    const { job } = queued.data;
    if (!this.#refused.has(job.key))
      onNotice(`work: ${name} refuses run ${shortName(job)}: ${why}; it is left for other workers`);
    this.#refused.set(job.key, Date.now());
    const rest = Math.min(2 * ASIDE.refused * 2 ** this.#refusals++, LONGEST_REST);
    return await this.#leave(worker, queued, token, ASIDE.refused, rest);
  }

  /** Leaves a job for others: it is there again before this worker is, so any other that is idle takes it. */
  async #leave(
    worker: Worker,
    queued: QueuedJob<Payload>,
    token: string,
    aside: number,
    rest: number = 2 * aside,
  ): Promise<never> {
    await worker.pause(true);
    setTimeout(() => {
      if (worker.closing === undefined) worker.resume();
    }, drawn(rest)).unref();
    await queued.moveToDelayed(Date.now() + drawn(aside), token);
    throw new this.#libraries.bullmq.DelayedError();
  }
}

/**
 * A time from `least` to twice as long. With fixed times, two workers that must leave their jobs to each other could come
 * back together, and each take the same job, for ever.
 */
function drawn(least: number): number {
  return least + randomInt(least);
}

/** How many times a run was begun, as its workers have told: BullMQ also counts those who refused it. */
function begunSoFar({ progress }: QueuedJob): number {
  return isProgress(progress) ? progress.attempts : 0;
}

/** A run as people see it: the beginning of its key, and its options. */
function shortName({ key, options }: Job): string {
  return `${key.slice(0, 8)} ${JSON.stringify(options)}`;
}
