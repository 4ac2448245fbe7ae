/** The threads of a run: exactly one per worker, each doing one task at a time. */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { kernels } from "@polygrad/tensor";
import { type LentMemory, lendMemory, reclaimMemory } from "@polygrad/tensor/internal";
import { Piscina } from "piscina";
import { Barrier } from "./barrier.ts";
import { Control } from "./control.ts";
import type { Answer, Order, Task, WorkerData } from "./protocol.ts";
import { threadArguments } from "./typescript.ts";

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

/** How long workers may take to notice that the run is over, in milliseconds; after that they are terminated. */
const GRACE = 1000;

const ENDED = "DataParallel: the run has ended; call DataParallel.start() for another";

/**
 * The memory that each worker needed in earlier runs, in bytes. It is lent to the next workers, so that runs reuse it.
 */
let bytesPerWorker = 0;
/** The number of crews that have threads, and the memory lent to crews that have ended. */
let crews = 0;
let returned: LentMemory[] = [];

/** The threads of one run. They live until `close`, but do not keep the process alive while they are idle. */
export class Crew {
  readonly control: Control;
  readonly workers: number;
  readonly shards: number;
  readonly #pool: Piscina<Order, Answer>;
  readonly #barrier: Barrier;
  readonly #lent: readonly LentMemory[];
  readonly #threads: readonly Worker[];
  #failure: WorkerError | undefined;
  #closed: Promise<void> | undefined;

  /** Starts the threads. `recipe` is the URL of the recipe's module. */
  constructor(recipe: string, workers: number, shards: number) {
    this.workers = workers;
    this.shards = shards;
    this.control = new Control(workers, shards);
    this.#lent = Array.from({ length: workers }, () => lendMemory(bytesPerWorker));
    crews++;
    const spin = workers <= availableParallelism();
    this.#barrier = new Barrier(this.control.barrier, workers, spin);
    const control = this.control.buffer;
    const data: WorkerData = { recipe, workers, shards, control, lent: this.#lent, kernels: kernels(), spin };
    // The worker's file has the same extension as this one: .ts in the sources, .js when built.
    const filename = new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href;
    const execArgv = threadArguments([filename, recipe]);
    this.#pool = new Piscina<Order, Answer>({
      filename,
      ...(execArgv ? { execArgv } : {}),
      minThreads: workers,
      maxThreads: workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: "disabled",
      workerData: data,
    });
    this.#pool.on("error", () => undefined); // `#watch` handles errors
    this.#threads = [...this.#pool.threads];
    for (const thread of this.#threads) this.#watch(thread);
  }

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
      if (this.#failure !== undefined) throw this.#failure;
      this.control.next[0] = 0;
      this.control.takenBy.fill(0);
      tasks = Array.from({ length: this.workers }, (_, ticket) => this.#one({ ...task, ticket }));
      return await unlessAborted(Promise.all(tasks), signal);
    } catch (error) {
      const wasClosed = this.#closed !== undefined;
      this.#barrier.break();
      // Threads that have only started need not be waited for.
      if (task.kind !== "prepare")
        await Promise.race([Promise.allSettled(tasks), delay(GRACE, undefined, { ref: false })]);
      await this.close();
      throw wasClosed ? new Error(ENDED) : error;
    }
  }

  async #one(order: Order): Promise<Answer> {
    try {
      return await this.#pool.run(order);
    } catch (error) {
      const worker = this.control.takenBy[order.ticket];
      // If no worker took the order, a thread ended before it could, and `#watch` has recorded why.
      throw worker === 0 && this.#failure !== undefined ? this.#failure : this.#failureOf(worker, error);
    }
  }

  /** Records the failure of a thread that has no task, for the next task to throw. The pool would just replace it. */
  #watch(thread: Worker): void {
    const id = thread.threadId;
    const fail = (error: unknown) => {
      this.#failure ??= this.#failureOf(this.control.threads.indexOf(id) + 1, error);
    };
    thread.once("error", fail);
    thread.once("exit", (code) => fail(new Error(`worker exited with code: ${code}`)));
  }

  #failureOf(worker: number, cause: unknown): WorkerError {
    return new WorkerError([worker, this.workers], this.control.steps[0] + 1, cause);
  }

  /** @throws Error once closed */
  checkOpen(): void {
    if (this.#closed !== undefined) throw new Error(ENDED);
  }

  /** The threads that are running. */
  get threads(): Piscina["threads"] {
    return this.#pool.threads;
  }

  /** Terminates the threads, even if they are busy, and reclaims their memory. It may be called more than once. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const ended = this.#threads.filter(({ threadId }) => threadId !== -1).map(exitOf);
    await this.#pool.destroy();
    await Promise.all(ended);
    // The pool starts a replacement for a thread that failed earlier and exits only now.
    await this.#pool.destroy();
    crews--;
    returned.push(...this.#lent);
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

function exitOf(thread: Worker): Promise<unknown> {
  return new Promise((resolve) => thread.once("exit", resolve));
}
