/** The crew: exactly as many threads as there are workers, each doing exactly one task at a time. */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { kernels, type LentMemory, lendMemory, reclaimMemory } from "@polygrad/tensor";
import { Piscina } from "piscina";
import { Barrier } from "./barrier.ts";
import { Control } from "./control.ts";
import type { Order, PartFigures, Task, WorkerData } from "./protocol.ts";
import { threadArguments } from "./typescript.ts";

/** What ends a run when a worker throws, exits or is killed; `cause` is what it threw, or how it ended. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  /** Which worker, counted from 1; 0 if it ended before it had a number. */
  readonly worker: number;
  /** The step it failed in, counted from 1 over all epochs. */
  readonly step: number;

  constructor([worker, workers]: readonly [number, number], step: number, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`worker ${worker || "?"} of ${workers} failed in step ${step}: ${message}`, { cause });
    this.worker = worker;
    this.step = step;
  }
}

/** How long, in milliseconds, workers may take to notice that the run is over; then they are ended. */
const GRACE = 1000;

/** What each worker needed of the memory last time, in bytes: lent to the next ones, so that run after run uses the same. */
let bytesPerWorker = 0;
/** Crews that have threads, and the memory of those that have none any more. */
let crews = 0;
let returned: LentMemory[] = [];

/** The threads of one run. They are there until `close`, and do not keep the process alive when they have nothing to do. */
export class Crew {
  readonly control: Control;
  readonly workers: number;
  readonly #pool: Piscina<Order, PartFigures[]>;
  readonly #barrier: Barrier;
  readonly #lent: readonly LentMemory[];
  #failure: unknown;
  #closed: Promise<void> | undefined;

  constructor(recipe: string, workers: number, shards: number) {
    this.workers = workers;
    this.control = new Control(workers, shards);
    this.#lent = Array.from({ length: workers }, () => lendMemory(bytesPerWorker));
    crews++;
    const spin = workers <= availableParallelism();
    this.#barrier = new Barrier(this.control.barrier, workers, spin);
    const control = this.control.buffer;
    const data: WorkerData = { recipe, workers, shards, control, lent: this.#lent, kernels: kernels(), spin };
    // The worker's file ends as this one does: .ts in the sources, .js when built.
    const filename = new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href;
    this.#pool = new Piscina<Order, PartFigures[]>({
      filename,
      execArgv: threadArguments([filename, recipe]),
      minThreads: workers,
      maxThreads: workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: "disabled",
      workerData: data,
    });
    // A thread that fails while it has no task; the next task tells.
    this.#pool.on("error", (error: unknown) => {
      this.#failure ??= error;
    });
  }

  /**
   * Has every worker do a task, and returns their answers. When this throws, the threads are gone.
   * @throws WorkerError if a worker throws, exits or is killed; the signal's reason if it is aborted
   */
  async all(task: Task, signal?: AbortSignal): Promise<PartFigures[]> {
    this.control.next[0] = 0;
    this.control.takenBy.fill(0);
    const stop = new AbortController();
    const tasks = Array.from({ length: this.workers }, (_, ticket) => this.#one({ ...task, ticket }));
    try {
      const answers = await Promise.race([Promise.all(tasks), rejection(signal, stop.signal)]);
      return answers.flat();
    } catch (error) {
      this.#barrier.break();
      await Promise.race([Promise.allSettled(tasks), delay(GRACE, undefined, { ref: false })]);
      await this.close();
      throw error;
    } finally {
      stop.abort();
    }
  }

  async #one(order: Order): Promise<PartFigures[]> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      return await this.#pool.run(order);
    } catch (error) {
      const worker = this.control.takenBy[order.ticket];
      throw new WorkerError([worker, this.workers], this.control.steps[0] + 1, error);
    }
  }

  /** The threads, for who wants to watch them. */
  get threads(): Piscina["threads"] {
    return this.#pool.threads;
  }

  /** Ends the threads, whatever they are doing. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#pool.destroy();
    crews--;
    returned.push(...this.#lent);
    if (crews > 0) return;
    const grown = reclaimMemory(returned);
    returned = [];
    bytesPerWorker += Math.ceil(grown / this.workers);
  }
}

/** Rejects with the reason of `signal` when that is aborted; forgotten once `done` is. */
function rejection(signal: AbortSignal | undefined, done: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: done });
  });
}
