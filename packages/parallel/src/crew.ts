/** The crew of a run: exactly one thread for each worker, all doing one task at a time; if one fails, all end. */
import { kernels } from "@polygrad/tensor";
import { type LentMemory, lendMemory, reclaimMemory } from "@polygrad/tensor/internal";
import { Barrier } from "./barrier.ts";
import { Control } from "./control.ts";
import type { Answer, Order, Task, WorkerData } from "./protocol.ts";

/** Thrown when a worker throws, exits or is killed. `cause` is what it threw, or says with which code it exited. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  /** The worker, counted from 1; 0 if it ended before it had a number. */
  readonly worker: number;
  /** The step in which it failed, counted from 1 over all epochs. */
  readonly step: number;

  constructor([worker, workers]: readonly [number, number], step: number, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`worker ${worker || "?"} of ${workers} failed in step ${step}: ${message}`, { cause });
    this.worker = worker;
    this.step = step;
  }
}

/** A thread: in Node a `Worker` of `node:worker_threads`, in a browser a Web Worker. */
export interface Thread {
  /** In Node, its number; -1 once it has ended. */
  readonly threadId?: number;
  terminate(): unknown;
}

/** How many workers there are, and what they have in common. */
export interface Size {
  readonly workers: number;
  readonly shards: number;
  /** The number of threads that can compute at once. */
  readonly cores: number;
  /** Whether the threads share memory. If not, there is one worker. */
  readonly shared: boolean;
}

/** How long workers may take to notice that the run is over, in milliseconds; after that they are terminated. */
const GRACE = 1000;

const ENDED = "DataParallel: the run has ended; call DataParallel.start() for another";

/**
 * The memory that each worker needed in earlier runs, in bytes. It is lent to the next workers, so that runs reuse it.
 */
let bytesPerWorker = 0;
/** The number of crews that use this thread's memory, and what was lent to crews that have ended. */
let crews = 0;
let returned: LentMemory[] = [];

/** The threads of one run, which live until `close`. What is left to Node and to browsers is how they start and end. */
export abstract class Crew {
  readonly control: Control;
  readonly workers: number;
  readonly shards: number;
  readonly shared: boolean;
  /** What each worker receives when it starts. */
  protected readonly data: WorkerData;
  /** The failure of a thread that had no task, for the next task to throw. */
  protected failure: WorkerError | undefined;
  protected readonly barrier: Barrier;
  #closed: Promise<void> | undefined;

  protected constructor({ workers, shards, cores, shared }: Size) {
    this.workers = workers;
    this.shards = shards;
    this.shared = shared;
    this.control = new Control(workers, shards);
    const lent = shared ? Array.from({ length: workers }, () => lendMemory(bytesPerWorker)) : [];
    if (shared) crews++;
    const spin = workers <= cores;
    this.barrier = new Barrier(this.control.barrier, workers, spin);
    this.data = { workers, shards, control: this.control.buffer, lent, kernels: kernels(), spin };
  }

  /** The threads that are running. */
  abstract get threads(): readonly Thread[];

  /** Lets a worker do its part of a task. @throws WorkerError if it throws, exits or is killed */
  protected abstract one(order: Order): Promise<Answer>;

  /**
   * Ends the threads, even if they are busy. When it returns, they no longer use the memory of this thread; false if
   * that is not certain.
   */
  protected abstract end(): Promise<boolean>;

  /**
   * Lets all workers do a task, and returns their results. If this throws, it has ended the threads.
   *
   * @throws WorkerError if a worker throws, exits or is killed; the signal's reason if it is aborted; Error once closed
   */
  async all(task: Task, signal?: AbortSignal): Promise<Answer[]> {
    this.checkOpen();
    let tasks: readonly Promise<Answer>[] = [];
    try {
      signal?.throwIfAborted();
      if (this.failure !== undefined) throw this.failure;
      this.control.next[0] = 0;
      this.control.takenBy.fill(0);
      tasks = Array.from({ length: this.workers }, (_, ticket) => this.one({ ...task, ticket }));
      return await unlessAborted(Promise.all(tasks), signal);
    } catch (error) {
      const wasClosed = this.#closed !== undefined;
      this.barrier.break();
      // A barrier that is not shared stops nobody, and threads that have only started need not be waited for.
      if (this.shared && task.kind !== "prepare") await atMost(GRACE, Promise.allSettled(tasks));
      await this.close();
      throw wasClosed ? new Error(ENDED) : error;
    }
  }

  /** The error of a worker, counted from 1. */
  protected failureOf(worker: number, cause: unknown): WorkerError {
    return new WorkerError([worker, this.workers], this.control.steps[0] + 1, cause);
  }

  /** @throws Error once closed */
  checkOpen(): void {
    if (this.#closed !== undefined) throw new Error(ENDED);
  }

  /** Ends the threads, even if they are busy, and reclaims their memory. It may be called more than once. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const ended = await this.end();
    // What a thread may still write to is never used again.
    if (!this.shared || !ended) return;
    crews--;
    returned.push(...this.data.lent);
    if (crews > 0) return;
    const grown = reclaimMemory(returned);
    returned = [];
    bytesPerWorker += Math.ceil(grown / this.workers);
  }
}

/** Settles as `work` does, or rejects with the signal's reason if the signal is aborted first. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}

/** Waits for some work, but not longer than this; returns what it returns, or undefined if it takes too long. */
export async function atMost<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
