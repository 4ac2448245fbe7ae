/** A directory of checkpoints: the names of its files, which is the newest, and which are deleted. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeAtomically } from "@polygrad/data/node";
import { CheckpointError } from "./errors.ts";

const NAME = /^checkpoint-(\d+)\.safetensors$/;
/** What a process that was killed while it wrote has left behind. */
const LEFT = /^checkpoint-\d+\.safetensors\..*\.part$/;

/** Files named by the number of finished steps, with leading zeros, so that they sort by age. */
export class CheckpointDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The paths of the checkpoints, oldest first. @throws CheckpointError if the directory cannot be read */
  async files(): Promise<string[]> {
    const names = (await this.#list()).filter((name) => NAME.test(name));
    return names.sort((a, b) => stepsOf(a) - stepsOf(b)).map((name) => join(this.path, name));
  }

  /** Whether a file is in this directory. */
  holds(file: string): boolean {
    return dirname(resolve(file)) === resolve(this.path);
  }

  /** Makes the directory if there is none, and removes what a killed process has left. @throws CheckpointError */
  async prepare(): Promise<void> {
    await named(this.path, async () => {
      await mkdir(this.path, { recursive: true });
      for (const name of await readdir(this.path))
        if (LEFT.test(name)) await rm(join(this.path, name), { force: true });
    });
  }

  /**
   * Writes a checkpoint, whole or not at all, and deletes all but the newest `keep`; returns its path.
   * @throws CheckpointError if the disk is full, or the directory cannot be written to
   */
  async write(steps: number, bytes: Uint8Array, keep: number): Promise<string> {
    const path = join(this.path, `checkpoint-${String(steps).padStart(9, "0")}.safetensors`);
    await named(path, () => writeAtomically(path, bytes));
    for (const old of (await this.files()).slice(0, -keep)) await named(old, () => rm(old, { force: true }));
    return path;
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw failure(this.path, "read", error);
    }
  }
}

/** The content of a checkpoint's file. @throws CheckpointError if it cannot be read */
export async function readCheckpoint(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw failure(path, "read", error);
  }
}

function stepsOf(name: string): number {
  return Number(name.match(NAME)?.[1]);
}

async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(path, "write", error);
  }
}

function failure(path: string, what: "read" | "write", cause: unknown): CheckpointError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const fix = what === "write" ? "; free some space or choose another checkpoint.directory" : "";
  return new CheckpointError(`DataParallel: cannot ${what} ${path}: ${why}${fix}`, { cause });
}
