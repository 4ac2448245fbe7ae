/** The program of a Web Worker: it does the tasks of the page that has started it. */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { ArgumentError, useKernels, ValueError } from "@polygrad/tensor";
import { useCopiedMemory, useLentMemory } from "@polygrad/tensor/internal";
import { Control } from "../control.ts";
import type { WorkerData } from "../protocol.ts";
import { type AnyRecipe, type Data, isRecipe } from "../recipe.ts";
import { CrewWorker, type UntypedRecipe } from "../worker.ts";
import { buffersOf, type Contents, type FromWorker, type ToWorker } from "./messages.ts";
import { Mirror } from "./mirror.ts";

/** How often the page is told what has changed, in milliseconds, where it cannot see it. */
const TELL = 100;

/**
 * Makes a Web Worker a worker of `DataParallel`: the whole program of its file is `serve(recipe)`.
 * @throws ArgumentError if the argument is not a recipe
 */
export function serve(recipe: AnyRecipe): void {
  const given: unknown = recipe;
  if (!isRecipe<unknown, Module, Data<Targets>, Targets>(given))
    throw new ArgumentError(
      "serve: this is not a recipe; pass an object with the functions data, model, loss and optimiser",
    );
  let server: Server | undefined;
  addEventListener("message", ({ data: message }: MessageEvent<ToWorker>) => {
    if (message.kind === "start") {
      server = new Server(given, message.number, message.data);
      hold(message.lock).then((locked) => post({ kind: "ready", locked }));
    } else if (message.kind === "order") server?.do(message);
    else {
      post({ kind: "ended" });
      close();
    }
  });
  post({ kind: "serving" });
}

class Server {
  readonly #data: WorkerData;
  readonly #worker: CrewWorker;
  #mirror: Mirror | undefined;
  #told = 0;

  constructor(recipe: UntypedRecipe, number: number, data: WorkerData) {
    this.#data = data;
    const ready = async () => {
      useKernels(data.kernels);
      if (data.lent.length > 0) useMemory(() => useLentMemory(data.lent[number]));
      return recipe;
    };
    this.#worker = new CrewWorker(data, number, ready(), () => this.#tell());
  }

  async do({ order, contents, memory }: Extract<ToWorker, { kind: "order" }>): Promise<void> {
    try {
      if (memory !== undefined) useMemory(() => useCopiedMemory(memory));
      if (contents !== undefined) {
        const { workers, shards, control } = this.#data;
        if (order.kind === "prepare") this.#mirror = new Mirror(new Control(workers, shards, control), order.setup);
        this.#mirror?.show(contents);
      }
      const answer = await this.#worker.run(order);
      const changed = this.#mirror?.contents();
      post({ kind: "answer", answer, contents: changed }, buffersOf(changed));
    } catch (error) {
      this.#mirror?.undoUnfinished();
      postFailure(error, this.#mirror?.contents());
    }
  }

  /** Tells the page now and then how far training has come. */
  #tell(): void {
    const now = performance.now();
    if (this.#mirror === undefined || now - this.#told < TELL) return;
    this.#told = now;
    const contents = this.#mirror.contents();
    post({ kind: "steps", contents }, buffersOf(contents));
  }
}

/** @throws ValueError if this thread has begun to use a memory of its own */
function useMemory(use: () => void): void {
  try {
    use();
  } catch (cause) {
    throw new ValueError(
      "the recipe's module has pinned tensors or computed with them while it was imported, before the worker knew its " +
        "memory; do that in the recipe's functions",
      { cause },
    );
  }
}

/** Holds a lock until the worker ends; returns whether it does. */
function hold(lock: string | undefined): Promise<boolean> {
  if (lock === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const forever = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(lock, forever).catch(() => resolve(false));
  });
}

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}

function postFailure(error: unknown, contents: Contents | undefined): void {
  try {
    post({ kind: "failure", error, contents });
  } catch {
    // What has been thrown cannot be sent.
    post({ kind: "failure", error: new Error(String(error)), contents });
  }
}
