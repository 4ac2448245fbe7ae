/** The files that `--out` writes: metrics.jsonl, a line per epoch, and at the end summary.json and report.html. */
import { appendFile, mkdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { Lock } from "@polygrad/sweep/internal";
import { writeAtomically } from "polygrad/node";
import type { Epoch } from "./results.ts";

/**
 * The directory that results are written to; without a directory, nothing is written. The results of an earlier run are
 * removed only when the first epoch of this run is finished, so a run that fails at once does not lose them.
 */
export class Files {
  readonly #directory: string | undefined;
  readonly #lock: Lock | undefined;
  /** The length of metrics.jsonl, in bytes; undefined before the first epoch. */
  #written: number | undefined;

  private constructor(directory: string | undefined, lock: Lock | undefined) {
    this.#directory = directory;
    this.#lock = lock;
  }

  /**
   * Creates the directory if it does not exist, and locks it.
   *
   * @throws Error if another process is writing to it, or it cannot be created or written to
   */
  static async open(directory: string | undefined): Promise<Files> {
    if (directory === undefined) return new Files(undefined, undefined);
    await named(directory, () => mkdir(directory, { recursive: true }));
    return new Files(directory, await named(directory, () => Lock.take(directory)));
  }

  /** Appends a line to metrics.jsonl. */
  async epoch(epoch: Epoch): Promise<void> {
    const directory = this.#directory;
    if (directory === undefined) return;
    const metrics = join(directory, "metrics.jsonl");
    if (this.#written === undefined)
      for (const old of ["metrics.jsonl", "summary.json", "report.html"].map((name) => join(directory, name)))
        await named(old, () => rm(old, { force: true }));
    const line = `${JSON.stringify(epoch)}\n`;
    const before = this.#written ?? 0;
    this.#written = before + line.length;
    await named(metrics, async () => {
      try {
        await appendFile(metrics, line);
      } catch (error) {
        // A full disk takes a part of the line.
        await truncate(metrics, before).catch(() => undefined);
        throw error;
      }
    });
  }

  /** Writes summary.json. */
  async summary(summary: object): Promise<void> {
    if (this.#directory === undefined) return;
    const path = join(this.#directory, "summary.json");
    const text = new TextEncoder().encode(`${JSON.stringify(summary, null, 2)}\n`);
    await writeAtomically(path, text);
  }

  /** Writes report.html, if there is a directory: only then is the page made. */
  async report(make: () => Promise<string>): Promise<void> {
    if (this.#directory === undefined) return;
    await writeAtomically(join(this.#directory, "report.html"), new TextEncoder().encode(await make()));
  }

  /** Unlocks the directory. */
  close(): void {
    this.#lock?.release();
  }
}

/** Does `work`. If the system reports an error, it throws one that names the file, which a full disk does not. */
async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new Error(`cannot write ${path}: ${cause.message}; free some space or give another --out`, { cause });
  }
}
