/** The directory of results: a directory for each run, an index of the finished ones, and a report. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "@polygrad/data/node";
import type { Failure, Job, Metrics, Outcome, Summary } from "./job.ts";
import { Lock } from "./lock.ts";

/** A finished run, as summary.json and a line of index.jsonl hold it. */
export interface Finished {
  readonly key: string;
  readonly options: Job["options"];
  readonly settings: Job["settings"];
  readonly until: number;
  readonly summary: Summary;
  readonly worker: string;
  readonly attempts: number;
  /** When it was finished, as an ISO 8601 date. */
  readonly finished: string;
}

/** How many digits of a key name its directory. */
const DIGITS = 16;

/** The results of a sweep on disk, while one process writes them. */
export class Results {
  readonly #directory: string;
  readonly #lock: Lock;
  readonly #finished = new Map<string, Finished>();

  private constructor(directory: string, lock: Lock) {
    this.#directory = directory;
    this.#lock = lock;
  }

  /**
   * Opens a directory, which is created if there is none, and locks it. The index is made anew from the directories of
   * the runs: what was written last before a crash may be half a line.
   *
   * @throws Error if another process holds the lock, or the directory cannot be written to
   */
  static async open(directory: string): Promise<Results> {
    return named(directory, async () => {
      await mkdir(directory, { recursive: true });
      const results = new Results(directory, await Lock.take(directory));
      try {
        await results.#rebuild();
      } catch (error) {
        results.close();
        throw error;
      }
      return results;
    });
  }

  async #rebuild(): Promise<void> {
    const found = readdirSync(this.#directory).flatMap((name) => {
      const path = join(this.#directory, name, "summary.json");
      return existsSync(path) ? [readFinished(path)] : [];
    });
    found.sort((a, b) => (a.finished < b.finished ? -1 : 1));
    for (const each of found) this.#finished.set(each.key, each);
    const lines = found.map((each) => `${JSON.stringify(each)}\n`);
    await writeAtomically(join(this.#directory, "index.jsonl"), bytesOf(lines.join("")));
  }

  /** The result of a job if it is here, and complete; otherwise undefined. */
  find(job: Job): Finished | undefined {
    const found = this.#finished.get(job.key);
    return job.weights && !existsSync(join(this.#path(job.key), "weights.safetensors")) ? undefined : found;
  }

  /** Makes the directories of a run and of its trial; returns that of the trial, which holds the checkpoints. */
  async begin(job: Job): Promise<string> {
    const [own, trial] = [this.#path(job.key), this.#path(job.trial)];
    await named(own, async () => {
      mkdirSync(own, { recursive: true });
      mkdirSync(trial, { recursive: true });
      await writeAtomically(join(own, "config.json"), bytesOf(`${JSON.stringify(job, null, 2)}\n`));
    });
    return trial;
  }

  /** Adds to metrics.jsonl, or writes it from its beginning: see `Attempt.onMetrics`. */
  metrics(job: Job, metrics: readonly Metrics[]): void {
    const path = join(this.#path(job.key), "metrics.jsonl");
    try {
      writeFileSync(path, linesOf(metrics), { flag: metrics[0]?.epoch === 1 ? "w" : "a" });
    } catch (cause) {
      throw explained(path, cause);
    }
  }

  /** Writes the result of a run. summary.json comes last: it says that the rest is complete. */
  async finish(job: Job, outcome: Extract<Outcome, { readonly status: "done" }>): Promise<Finished> {
    const own = this.#path(job.key);
    const { worker, attempts, result } = outcome;
    const { key, options, settings, until } = job;
    const { summary, metrics, weights } = result;
    const finished = { key, options, settings, until, summary, worker, attempts, finished: new Date().toISOString() };
    await named(own, async () => {
      await writeAtomically(join(own, "metrics.jsonl"), bytesOf(linesOf(metrics)));
      if (weights) await writeAtomically(join(own, "weights.safetensors"), weights);
      await writeAtomically(join(own, "summary.json"), bytesOf(`${JSON.stringify(finished, null, 2)}\n`));
      rmSync(join(own, "failure.json"), { force: true });
      // A trial that has come to its end is never continued.
      if (job.key === job.trial) rmSync(join(own, "checkpoints"), { recursive: true, force: true });
      appendFileSync(join(this.#directory, "index.jsonl"), `${JSON.stringify(finished)}\n`);
    });
    this.#finished.set(key, finished);
    return finished;
  }

  /** Writes why a run has failed. It is done again by the next sweep. */
  async fail(job: Job, failure: Failure): Promise<void> {
    const own = this.#path(job.key);
    await named(own, async () => {
      mkdirSync(own, { recursive: true });
      await writeAtomically(join(own, "failure.json"), bytesOf(`${JSON.stringify(failure, null, 2)}\n`));
    });
  }

  /** Takes results back: they stay in suspect.json, and the runs are done again by the next sweep. */
  async distrust(keys: readonly string[]): Promise<void> {
    const here = keys.filter((key) => this.#finished.delete(key));
    for (const key of here) renameSync(join(this.#path(key), "summary.json"), join(this.#path(key), "suspect.json"));
    if (here.length > 0) await this.#rebuild();
  }

  /** Writes report.csv. */
  async report(text: string): Promise<void> {
    await named(this.#directory, () => writeAtomically(join(this.#directory, "report.csv"), bytesOf(text)));
  }

  /** Unlocks the directory. */
  close(): void {
    this.#lock.release();
  }

  #path(key: string): string {
    return join(this.#directory, key.slice(0, DIGITS));
  }
}

function readFinished(path: string): Finished {
  const finished: Finished = JSON.parse(readFileSync(path, "utf8"));
  // JSON writes null for a figure that is NaN or infinite.
  const figures = Object.entries(finished.summary).map(([name, value]) => [name, value ?? Number.NaN]);
  return { ...finished, summary: Object.fromEntries(figures) };
}

function linesOf(metrics: readonly Metrics[]): string {
  return metrics.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explained(path, cause);
  }
}

/** An error of the system, such as that of a full disk, with the path that it does not name; any other as it is. */
function explained(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause)) return cause;
  return new Error(`sweep: cannot write to ${path}: ${cause.message}; free some space or give another out`, { cause });
}
