/** The local engine: no server, one child process for each core, each doing one run at a time. */
import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Checks, checkOptions, integerFrom } from "@polygrad/tensor/internal";
import { type Attempt, type Engine, NoWorkerError, type Session, type Study } from "./engine.ts";
import { failureOf } from "./execute.ts";
import type { Failure, Job, Outcome, Result } from "./job.ts";
import { Child } from "./process.ts";

/** The options of `local`. */
export interface LocalOptions {
  /** The number of processes, each of which does one run at a time. Defaults to the number of cores. */
  readonly processes?: number;
  /**
   * How many times a run is repeated whose process was killed, ran out of memory, or met a full disk. Defaults to 2. An
   * error that the recipe throws is not retried: the same configuration would throw it again.
   */
  readonly retries?: number;
}

const known: Checks<LocalOptions> = { processes: integerFrom(1, 1024), retries: integerFrom(0) };

/** How long a run may take to save a checkpoint when the sweep ends, in milliseconds. */
const PATIENCE = 10_000;
/** The time before the first repetition of a run, in milliseconds; it doubles with each. */
const BACKOFF = 250;

/**
 * An engine on this machine. A process that dies is replaced, and its run continues from its newest checkpoint.
 *
 * @throws ArgumentError or ValueError if an option is unknown or not a number of that kind
 */
export function local(options: LocalOptions = {}): Engine {
  checkOptions("local", options, known);
  const { processes = availableParallelism(), retries = 2 } = options;
  return { name: "local", open: async (study) => new LocalSession(study, processes, retries) };
}

/** A place for a process. Its name stays when the process is replaced. */
interface Slot {
  readonly name: string;
  child: Child | undefined;
  busy: boolean;
}

class LocalSession implements Session {
  readonly capacity: number;
  readonly #study: Study;
  readonly #retries: number;
  readonly #slots: readonly Slot[];
  /** Jobs that wait for a slot, in order. */
  readonly #waiting: (() => void)[] = [];
  #closed: Promise<void> | undefined;

  constructor(study: Study, processes: number, retries: number) {
    this.#study = study;
    this.#retries = retries;
    this.capacity = processes;
    this.#slots = Array.from({ length: processes }, (_, k) => ({
      name: `local ${k + 1}`,
      child: undefined,
      busy: false,
    }));
  }

  async workers(): Promise<readonly string[]> {
    return this.#slots.map(({ name }) => name);
  }

  async run(job: Job, attempt: Attempt): Promise<Outcome> {
    for (let attempts = 1; ; attempts++) {
      const slot = await this.#free(attempt.exclude ?? []);
      const { result, failure } = await this.#once(slot, job, attempt);
      this.#release(slot);
      this.#throwIfClosed();
      if (result) return { status: "done", worker: slot.name, attempts, result };
      if (failure && (!failure.temporary || attempts > this.#retries))
        return { status: "failed", worker: slot.name, attempts, failure };
      this.#study.onNotice(`${slot.name}: ${failure?.message}; the run is repeated`);
      await delay(BACKOFF * 2 ** (attempts - 1));
      this.#throwIfClosed();
    }
  }

  async #once(slot: Slot, job: Job, attempt: Attempt): Promise<{ result?: Result; failure?: Failure }> {
    const { directory, onMetrics, onStart } = attempt;
    if (slot.child === undefined || slot.child.hasEnded) slot.child = new Child(this.#study.recipe);
    onStart?.(slot.name);
    try {
      const onOutput = (text: string) => appendFileSync(join(directory, "output.log"), text);
      const reply = await slot.child.ask({ kind: "run", job, directory }, { onMetrics, onOutput });
      if (reply.kind === "result") return { result: reply.result };
      if (reply.kind === "failure") return { failure: reply.failure };
      throw new TypeError(`local: a process answered a run with "${reply.kind}"`);
    } catch (error) {
      return { failure: { ...failureOf(error), temporary: true } };
    }
  }

  /** Waits for a slot that is free and not excluded, and takes it. */
  async #free(exclude: readonly string[]): Promise<Slot> {
    if (this.#slots.every(({ name }) => exclude.includes(name)))
      throw new NoWorkerError(`local: there is no process besides ${exclude.join(", ")}`);
    for (;;) {
      this.#throwIfClosed();
      const slot = this.#slots.find(({ name, busy }) => !busy && !exclude.includes(name));
      if (slot !== undefined) {
        slot.busy = true;
        return slot;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #release(slot: Slot): void {
    slot.busy = false;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #throwIfClosed(): void {
    if (this.#closed !== undefined) throw new Error("local: the engine was closed");
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all(this.#slots.map(({ child }) => child?.stop(PATIENCE))).then(() => undefined);
    for (const wake of this.#waiting.splice(0)) wake();
    return this.#closed;
  }
}
