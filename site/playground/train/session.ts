/**
 * The page's side of a training: it asks the worker for a few steps at each frame, and shows what comes back.
 *
 * The worker never runs on its own, so a training that is paused costs nothing, and every state that is shown has a
 * number of steps that can be reached again.
 */
import { type Signal, signal } from "@preact/signals";
import type { StageName } from "../app/address.ts";
import type { Format } from "./formats.ts";
import type { ExportedFile, Numbered, Reply, Request } from "./messages.ts";

/** For how long the worker trains before it answers: less than a frame. */
const BUDGET = 11;

/** Of each request that is not answered yet, what to do with its answer. */
type Waiting<Snapshot, Answer> = Map<number, (reply: Reply<Snapshot, Answer>) => void>;

export class Session<Snapshot, Answer = unknown> {
  readonly step: Signal<number> = signal(0);
  readonly snapshot: Signal<Snapshot | undefined> = signal(undefined);
  readonly playing: Signal<boolean> = signal(false);
  /** The SHA-256 of the weights at this step; undefined while it is not known. */
  readonly hash: Signal<string | undefined> = signal(undefined);
  /** Why the weights have no hash: the page shows it in the place of the hash. */
  readonly noHash: Signal<string | undefined> = signal(undefined);
  /** What went wrong, if anything did. */
  readonly failure: Signal<string | undefined> = signal(undefined);
  /** Steps per second; Infinity is as many as there is time for. */
  readonly speed: Signal<number> = signal(60);
  /** The step at which to stop; Infinity if there is none. */
  readonly goal: Signal<number> = signal(Number.POSITIVE_INFINITY);

  readonly #stage: StageName;
  readonly #worker: Worker;
  readonly #waiting: Waiting<Snapshot, Answer> = new Map();
  #requests = 0;
  /** Counts the trainings, so that an answer about an earlier one is not shown. */
  #training = 0;
  /** Whether a request to run is on its way. */
  #running = false;
  #arrived: { readonly step: number; readonly snapshot: Snapshot } | undefined;
  #frame = 0;
  #before = 0;
  /** Steps that are due, a fraction included. */
  #owed = 0;

  constructor(stage: StageName) {
    this.#stage = stage;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Numbered<Reply<Snapshot, Answer>>>) => {
      const resolve = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      resolve?.(data);
    });
    this.#worker.addEventListener("error", ({ message }) => {
      this.failure.value = message || "The worker could not be loaded.";
    });
    this.#frame = requestAnimationFrame(this.#onFrame);
  }

  /** Begins a training, and trains `steps` steps at once. */
  async start(query: string, steps = 0): Promise<void> {
    const training = ++this.#training;
    this.#running = true;
    this.failure.value = undefined;
    this.hash.value = undefined;
    this.#owed = 0;
    const reply = await this.#request({ kind: "start", stage: this.#stage, query });
    if (training !== this.#training) return;
    this.#running = false;
    if (reply.kind !== "snapshot") return this.#fail(reply);
    this.#arrived = reply;
    if (steps > 0) this.goTo(steps);
    else if (!this.playing.value) this.#askForHash();
  }

  play(): void {
    this.goal.value = Number.POSITIVE_INFINITY;
    this.#owed = 0;
    this.hash.value = undefined;
    this.playing.value = true;
  }

  pause(): void {
    this.playing.value = false;
    this.goal.value = Number.POSITIVE_INFINITY;
    this.#askForHash();
  }

  /** Trains up to a step, as fast as possible, and pauses there. */
  goTo(step: number): void {
    this.hash.value = undefined;
    this.goal.value = step;
    this.playing.value = true;
  }

  /** @throws Error if the network does not fit the format; it says why */
  async export(network: string, format: Format): Promise<ExportedFile> {
    const reply = await this.#request({ kind: "export", network, format });
    if (reply.kind === "file") return reply.file;
    throw new Error(reply.kind === "failed" ? reply.message : "The worker has no file.");
  }

  /** @throws Error if the worker has no answer, which says why */
  async ask(question: unknown): Promise<Answer> {
    const reply = await this.#request({ kind: "ask", question });
    if (reply.kind === "answer") return reply.answer;
    throw new Error(reply.kind === "failed" ? reply.message : "The worker has no answer.");
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#worker.terminate();
  }

  #request(request: Request): Promise<Reply<Snapshot, Answer>> {
    const id = this.#requests++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ ...request, id });
    });
  }

  #fail(reply: Reply<Snapshot, Answer>): void {
    this.playing.value = false;
    this.failure.value = reply.kind === "failed" ? reply.message : `The worker answered with a ${reply.kind}.`;
  }

  async #askForHash(): Promise<void> {
    const training = this.#training;
    const reply = await this.#request({ kind: "hash" });
    if (reply.kind === "failed") this.noHash.value = reply.message;
    if (reply.kind === "hash" && training === this.#training && !this.playing.value) this.hash.value = reply.hash;
  }

  /** Asks for the next steps first, so that the worker trains while the page draws the last ones. */
  #onFrame = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#onFrame);
    const arrived = this.#arrived;
    this.#arrived = undefined;
    const step = arrived?.step ?? this.step.peek();
    if (this.playing.peek()) {
      if (step >= this.goal.peek()) this.pause();
      else if (!this.#running) this.#run(step, Math.min(Math.max(now - this.#before, 1), 100));
    }
    this.#before = now;
    if (arrived === undefined) return;
    this.step.value = arrived.step;
    this.snapshot.value = arrived.snapshot;
  };

  async #run(step: number, elapsed: number): Promise<void> {
    const goal = this.goal.peek();
    let until = goal;
    if (goal === Number.POSITIVE_INFINITY) {
      this.#owed = Math.min(this.#owed + (this.speed.peek() * elapsed) / 1000, 1e6);
      until = step + Math.floor(this.#owed);
      if (until === step) return;
      this.#owed %= 1;
    }
    const training = this.#training;
    this.#running = true;
    const reply = await this.#request({ kind: "run", until, milliseconds: BUDGET });
    if (training !== this.#training) return;
    this.#running = false;
    if (reply.kind === "snapshot") this.#arrived = reply;
    else this.#fail(reply);
  }
}
