/** The jobs of one sweep in a queue of BullMQ, and the outcomes that come back. */
import type { Queue, Job as QueuedJob, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { type Attempt, NoWorkerError, type Session, type Study } from "../engine.ts";
import type { Job, Outcome } from "../job.ts";
import { KEPT, noteCode } from "./codes.ts";
import { isAway } from "./connection.ts";
import { figuresFrom, idOf, isProgress, NAME, type Payload, type Returned, weightsKey, workerDied } from "./payload.ts";
import { Pending } from "./pending.ts";
import { Presence } from "./presence.ts";
import { HEARTBEAT } from "./workers.ts";

/** The queue of a session, and how it is used. */
export interface Line {
  readonly redis: Redis;
  /** The name of the queue that all recipes share. */
  readonly shared: string;
  /** The part of it for this code. */
  readonly queue: Queue<Payload, Returned>;
  readonly events: QueueEvents<Returned>;
  /** The ids of the jobs that had failed for good before this sweep began, as far as it has not tried them again. */
  readonly failed: Set<string>;
  /** The fewest jobs that are in the queue at a time, as long as there are any to do. */
  readonly ahead: number;
  readonly retries: number;
}

/** How often the session asks for jobs whose events it may have missed, in milliseconds. */
const CHECK = 10_000;
/** The time before the first repetition of a job, in milliseconds; it doubles with each. */
const BACKOFF = 1000;
/** How long closing may take, in milliseconds: Redis may be away. */
const PATIENCE = 2000;

export class BullmqSession implements Session {
  readonly #study: Study;
  readonly #line: Line;
  readonly #pending = new Map<string, Pending>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #presence: Presence;
  /** What is being asked of Redis: the session ends after it, so that nothing that is done stays in the queue. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(study: Study, line: Line) {
    this.#study = study;
    this.#line = line;
    const { events, redis, shared } = line;
    this.#presence = new Presence(study, redis, shared);
    events.on("progress", ({ jobId, data }) => this.#pending.get(jobId)?.progressed(data));
    events.on("completed", ({ jobId, returnvalue }) => this.#guard(this.#completed(jobId, returnvalue)));
    events.on("failed", ({ jobId }) => this.#guard(this.#check(jobId)));
    // The job was there before: from another submitter of the same sweep, or from one that was killed.
    events.on("duplicated", ({ jobId }) => this.#guard(this.#check(jobId)));
    events.on("stalled", ({ jobId }) => {
      if (this.#pending.has(jobId)) study.onNotice("bullmq: a worker has fallen silent; its run is given to another");
    });
    redis.on("ready", () => this.#guard(this.#checkAll()));
    this.#timers = [
      setInterval(() => this.#guard(this.#look()), HEARTBEAT),
      setInterval(() => this.#guard(this.#checkAll()), CHECK),
    ];
    this.#guard(this.#look());
  }

  get capacity(): number {
    return Math.max(this.#line.ahead, 2 * this.#presence.processes);
  }

  async workers(): Promise<readonly string[]> {
    await this.#look();
    return this.#presence.names;
  }

  run(job: Job, attempt: Attempt): Promise<Outcome> {
    if (this.#closed !== undefined) return Promise.reject(new Error(CLOSED));
    const payload: Payload = { job, exclude: attempt.exclude ?? [] };
    const id = idOf(payload);
    const before = this.#pending.get(id);
    if (before !== undefined) return before.outcome;
    const pending = new Pending(payload, attempt);
    this.#pending.set(id, pending);
    this.#guard(this.#submit(payload));
    return pending.outcome;
  }

  /** Puts a job into the queue. One with its id that is there already stays as it is, and "duplicated" is told. */
  async #submit(payload: Payload): Promise<void> {
    const { queue, failed } = this.#line;
    const jobId = idOf(payload);
    // What has failed in an earlier sweep is tried again.
    if (failed.delete(jobId)) await queue.remove(jobId);
    await queue.add(NAME, payload, {
      jobId,
      attempts: this.#line.retries + 1,
      backoff: { type: "exponential", delay: BACKOFF },
      removeOnComplete: { age: KEPT },
      removeOnFail: { age: KEPT },
    });
  }

  async #completed(id: string, { worker, attempts, result }: Returned): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const { queue, redis } = this.#line;
    const key = weightsKey(queue.name, id);
    const weights = pending.payload.job.weights ? await redis.getBuffer(key) : undefined;
    if (this.#pending.get(id) !== pending) return; // it was settled meanwhile
    if (weights === null) return await this.#resubmit(id, pending); // another submitter has taken them
    const figures = figuresFrom(result);
    pending.attempt.onMetrics?.(figures.metrics);
    this.#settle(id, { status: "done", worker, attempts, result: { ...figures, weights } });
    await Promise.all([queue.remove(id), redis.del(key)]);
  }

  async #resubmit(id: string, { payload }: Pending): Promise<void> {
    await this.#line.queue.remove(id);
    await this.#submit(payload);
  }

  /** Looks up what has become of a job. */
  async #check(id: string): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const job = await this.#find(id);
    if (this.#pending.get(id) !== pending) return; // it was settled meanwhile
    if (job === undefined) return await this.#submit(pending.payload); // Redis has lost it
    if (job.finishedOn === undefined) return;
    if (job.returnvalue !== null) return await this.#completed(id, job.returnvalue);
    const progress = isProgress(job.progress) ? job.progress : undefined;
    const failure = progress?.failure ?? workerDied(job.failedReason);
    this.#settle(id, { status: "failed", worker: progress?.worker ?? "", attempts: progress?.attempts ?? 0, failure });
  }

  async #checkAll(): Promise<void> {
    for (const id of [...this.#pending.keys()]) await this.#check(id);
  }

  async #find(id: string): Promise<QueuedJob<Payload, Returned | null> | undefined> {
    return await this.#line.queue.getJob(id);
  }

  #settle(id: string, outcome: Outcome): void {
    this.#pending.get(id)?.resolve(outcome);
    this.#pending.delete(id);
  }

  /** Looks which workers there are, and gives up the jobs that none of them may do. */
  async #look(): Promise<void> {
    await noteCode(this.#line.redis, this.#line.shared, this.#study.code);
    await this.#presence.look(this.#pending.size > 0);
    for (const [id, pending] of this.#pending) {
      if (!pending.isStuck(this.#presence.names)) continue;
      this.#pending.delete(id);
      this.#guard(this.#line.queue.remove(id));
      pending.reject(new NoWorkerError(`bullmq: there is no worker besides ${pending.payload.exclude.join(", ")}`));
    }
  }

  /** Errors of Redis are told, unless the connection has told of them, or the session is closed. */
  #guard(work: Promise<unknown>): void {
    const ended = work
      .catch((error: Error) => {
        if (this.#closed === undefined && !isAway(error)) this.#study.onNotice(`bullmq: ${error.message}`);
      })
      .finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const { redis, queue, events } = this.#line;
    const given = [...this.#pending];
    this.#pending.clear();
    for (const [, { reject, outcome }] of given) {
      outcome.catch(() => undefined); // whoever waits for it is told, and nobody has to
      reject(new Error(CLOSED));
    }
    // Nobody waits for these any more. One that a worker has begun is finished, and its result kept.
    const removed = Promise.allSettled([...given.map(([id]) => queue.remove(id)), ...this.#underWay]);
    await Promise.race([removed, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    await Promise.race([
      Promise.allSettled([events.close(), queue.close()]),
      new Promise((resolve) => setTimeout(resolve, PATIENCE)),
    ]);
    redis.disconnect();
  }
}

const CLOSED = "bullmq: the engine was closed";
