/** The lock on a directory of results: two runs that write to the same files would spoil both. */
import { readFileSync, rmSync } from "node:fs";
import { realpath, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** The process that holds a lock: the content of the file. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When it took the lock, as an ISO 8601 date. */
  readonly since: string;
}

/** The locks that this process holds. */
const held = new Set<string>();

/** A file that exists while a process writes to the directory. */
export class Lock {
  readonly #path: string;
  readonly #content: string;
  readonly #release = (): void => this.release();

  private constructor(path: string, content: string) {
    this.#path = path;
    this.#content = content;
    held.add(path);
    // Also if the process ends without a chance to finish.
    process.once("exit", this.#release);
  }

  /**
   * Takes the lock. A lock whose process has ended is taken over.
   *
   * @throws Error if this process or another one holds it; the message says which, and what to do
   */
  static async take(directory: string): Promise<Lock> {
    const path = join(await realpath(directory), "running.lock");
    if (held.has(path)) throw refusal(directory, path);
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    const content = `${JSON.stringify(holder)}\n`;
    if (!(await create(path, content))) {
      // Two processes may find the same stale lock. The one that gets this second lock removes the first.
      const turn = `${path}.turn`;
      if (!(await create(turn, content))) throw refusal(directory, turn);
      try {
        if (!isStale(path)) throw refusal(directory, path);
        await rm(path, { force: true });
        if (!(await create(path, content))) throw refusal(directory, path);
      } finally {
        await rm(turn, { force: true });
      }
    }
    return new Lock(path, content);
  }

  /** Removes the file, if it is still this lock's. It may be called more than once. */
  release(): void {
    process.removeListener("exit", this.#release);
    held.delete(this.#path);
    if (contentOf(this.#path) === this.#content) rmSync(this.#path, { force: true });
  }
}

/** Creates a file; returns false if it exists. */
async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The process that holds the lock; undefined if the file does not say, for example because it is being written. */
function holderOf(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(contentOf(path) ?? "");
    return typeof holder?.pid === "number" ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether nobody holds the lock any more. Whether a process of another machine runs cannot be known. What this
 * process holds is in `held`: another lock with its number is older, as from a container that has started again.
 */
function isStale(path: string): boolean {
  if (contentOf(path) === undefined) return true;
  const holder = holderOf(path);
  return holder?.host === hostname() && (holder.pid === process.pid || !isRunning(holder.pid));
}

function refusal(directory: string, path: string): Error {
  const holder = holderOf(path);
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : "another process";
  return new Error(
    `another run is writing to ${directory} (${who}); wait for it to end, give another directory, ` +
      `or delete ${path} if there is no such run`,
  );
}

/** Whether there is such a process. One of another user cannot be signalled, but it exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
