/** The crew in Node: the threads of a Piscina pool. */
import { extname } from "node:path";
import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { Crew, type Size } from "../crew.ts";
import type { Answer, Order } from "../protocol.ts";
import type { ThreadData } from "./thread.ts";
import { threadArguments } from "./typescript.ts";

/** Threads that do not keep the process alive while they are idle. */
export class Pool extends Crew {
  readonly #pool: Piscina<Order, Answer>;
  readonly #threads: readonly Worker[];

  /** Starts the threads. `recipe` is the URL of the recipe's module. */
  constructor(recipe: string, size: Size) {
    super(size);
    const data: ThreadData = { ...this.data, recipe };
    // The thread's file has the same extension as this one: .ts in the sources, .js when built.
    const filename = new URL(`./thread${extname(import.meta.url)}`, import.meta.url).href;
    const execArgv = threadArguments([filename, recipe]);
    this.#pool = new Piscina<Order, Answer>({
      filename,
      ...(execArgv ? { execArgv } : {}),
      minThreads: size.workers,
      maxThreads: size.workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: "disabled",
      workerData: data,
    });
    this.#pool.on("error", () => undefined); // `#watch` handles errors
    this.#threads = [...this.#pool.threads];
    for (const thread of this.#threads) this.#watch(thread);
  }

  override get threads(): readonly Worker[] {
    return this.#pool.threads;
  }

  protected override async one(order: Order): Promise<Answer> {
    try {
      return await this.#pool.run(order);
    } catch (error) {
      const worker = this.control.takenBy[order.ticket];
      // If no worker took the order, a thread ended before it could, and `#watch` has recorded why.
      throw worker === 0 && this.failure !== undefined ? this.failure : this.failureOf(worker, error);
    }
  }

  /** Records the failure of a thread that has no task, for the next task to throw. The pool would just replace it. */
  #watch(thread: Worker): void {
    const id = thread.threadId;
    const fail = (error: unknown) => {
      this.failure ??= this.failureOf(this.control.threads.indexOf(id) + 1, error);
    };
    thread.once("error", fail);
    thread.once("exit", (code) => fail(new Error(`worker exited with code: ${code}`)));
  }

  protected override async end(): Promise<boolean> {
    const ended = this.#threads.filter(({ threadId }) => threadId !== -1).map(exitOf);
    await this.#pool.destroy();
    await Promise.all(ended);
    // The pool starts a replacement for a thread that failed earlier and exits only now.
    await this.#pool.destroy();
    return true;
  }
}

function exitOf(thread: Worker): Promise<unknown> {
  return new Promise((resolve) => thread.once("exit", resolve));
}
