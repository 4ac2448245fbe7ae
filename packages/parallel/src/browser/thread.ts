/** One Web Worker, as its page sees it: it starts, does one task at a time, and ends. */
import { atMost } from "../crew.ts";
import type { WebWorker } from "../options.ts";
import type { WorkerData } from "../protocol.ts";
import { buffersOf, type Contents, type FromWorker, isFromWorker, type ToWorker } from "./messages.ts";

/** How long a worker's file may take to load and to call `serve`, in milliseconds. */
const LOADING = 60_000;
/** How long a worker may take to end by itself, and how long a browser to end it, in milliseconds. */
const [ENDING, ENDED] = [500, 5000];

type OrderMessage = Extract<ToWorker, { kind: "order" }>;
type Reply = Extract<FromWorker, { kind: "answer" | "failure" }>;

/** What a thread tells its crew. */
export interface Listener {
  /** It has failed without having a task. */
  failed(error: unknown): void;
  /** It has finished steps, and these are its contents. */
  advanced(contents: Contents): void;
}

export class WebThread {
  readonly worker: WebWorker;
  readonly #listener: Listener;
  readonly #shared: boolean;
  readonly #started: Promise<void>;
  /** Those who wait for a message, and messages that nobody has waited for yet. */
  readonly #waiting: { resolve(message: FromWorker): void; reject(error: unknown): void }[] = [];
  readonly #arrived: FromWorker[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** Whether the worker has been told of the memory. */
  #knowsMemory = false;
  #state: "running" | "ending" | "ended" = "running";
  /** When the worker has released its lock, because it has ended. */
  #gone: Promise<true> | undefined;

  constructor(worker: WebWorker, number: number, data: WorkerData, shared: boolean, listener: Listener) {
    this.worker = worker;
    this.#listener = listener;
    this.#shared = shared;
    worker.addEventListener("message", (event) => this.#receive(Reflect.get(event, "data")));
    worker.addEventListener("error", (event) => this.#fail(new Error(messageOf(event))));
    this.#started = this.#start(number, data);
    this.#started.catch((error: unknown) => this.#fail(error));
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  async #start(number: number, data: WorkerData): Promise<void> {
    // Messages that arrive before the worker listens could be lost, so it speaks first.
    if ((await atMost(LOADING, this.#next())) === undefined)
      throw new Error(`the worker's file has not called serve(recipe) within ${LOADING / 1000} s`);
    const lock = "locks" in navigator ? `polygrad ${crypto.getRandomValues(new Uint32Array(4)).join("-")}` : undefined;
    this.#knowsMemory = true;
    this.#post({ kind: "start", number, data, lock });
    const ready = await this.#next();
    if (lock === undefined || ready.kind !== "ready" || !ready.locked) return;
    this.#gone = navigator.locks.request(lock, () => true as const);
    this.#gone.then(
      () => this.#fail(new Error("the worker has ended")),
      () => undefined,
    );
  }

  /** Does a task. @throws Error if the worker ends */
  async do(message: OrderMessage): Promise<Reply> {
    await this.#started;
    this.#post(message, [...buffersOf(message.contents), ...(message.memory ? [message.memory] : [])]);
    const reply = await this.#next();
    if (reply.kind === "answer" || reply.kind === "failure") return reply;
    throw new Error(`the worker's file has called serve again while it had a task`);
  }

  /** Ends the worker. Returns whether it is certain that it no longer uses the memory of the page. */
  async end(): Promise<boolean> {
    this.#state = "ending";
    // `terminate` alone would not do: a worker that computes goes on for some time after it.
    const isAsked = this.#shared && this.#knowsMemory;
    if (isAsked) this.#post({ kind: "end" });
    const ended = new Promise<true>((resolve) => {
      this.worker.addEventListener("message", (event) => {
        const message: unknown = Reflect.get(event, "data");
        if (isFromWorker(message) && message.kind === "ended") resolve(true);
      });
    });
    const isDone = !isAsked || (await atMost(ENDING, ended)) === true;
    this.worker.terminate();
    this.#state = "ended";
    this.#fail(new Error("the worker has been terminated"));
    return isDone || (this.#gone !== undefined && (await atMost(ENDED, this.#gone)) === true);
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  #receive(message: unknown): void {
    if (!isFromWorker(message) || message.kind === "ended") return;
    if (message.kind === "steps") {
      if (this.#state === "running") this.#listener.advanced(message.contents);
      return;
    }
    const first = this.#waiting.shift();
    if (first === undefined) this.#arrived.push(message);
    else first.resolve(message);
  }

  /** The next message that is a reply. */
  #next(): Promise<FromWorker> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return Promise.resolve(arrived);
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    const waiting = this.#waiting.splice(0);
    for (const { reject } of waiting) reject(error);
    if (waiting.length === 0 && this.#state === "running") this.#listener.failed(error);
  }
}

/** What an error event says. It says nothing if the worker's file could not be loaded. */
function messageOf(event: object): string {
  const message: unknown = Reflect.get(event, "message");
  if (typeof message === "string" && message !== "") return message;
  return (
    "the worker's file could not be loaded; check its URL and, if the page is isolated from other origins, that it is " +
    "served with the header Cross-Origin-Embedder-Policy too"
  );
}
