/**
 * The workspace: pinned memory for the results of one training step, which the next step uses again.
 *
 * Without a workspace, a result is copied out of the kernels' memory, and the next operation copies it in again. That
 * is a tenth of the time of a small network. Within a workspace, a result stays where the kernel wrote it.
 */
import { MemoryError } from "../errors.ts";
import { BYTES, LINE } from "../floats.ts";
import { type Lease, pinnedStorage, type Storage, storageAt } from "./storage.ts";

let current: Workspace | undefined;

/** The workspace in which operations are running, if any. */
export function currentWorkspace(): Workspace | undefined {
  return current;
}

/**
 * Memory for the results of operations while `run` runs. It is as large as the largest run so far has needed; results
 * that do not fit are stored as usual. **Results are valid until the next `run` begins**; using one after that throws.
 */
export class Workspace {
  #memory: Storage | undefined;
  /** The number of floats that are in use, and the number that the run would have used. */
  #top = 0;
  #wanted = 0;
  #lease: Lease = {};

  /**
   * Runs `body`, whose results overwrite those of the run before, and returns what it returns. To keep a result longer,
   * `clone()` it.
   * @throws MemoryError if this workspace is already running.
   */
  run<Result>(body: () => Result): Result {
    if (current === this) throw new MemoryError("Workspace.run: this workspace is already running");
    this.#lease.endedBy = "a later run of the workspace";
    this.#lease = {};
    if (this.#wanted > (this.#memory?.length ?? 0)) this.#memory = pinnedStorage(this.#wanted);
    this.#top = 0;
    this.#wanted = 0;
    const outer = current;
    current = this;
    try {
      return body();
    } finally {
      current = outer;
    }
  }

  /** The address for a result of `length` floats, or undefined if there is no room left. For kernels. */
  take(length: number): number | undefined {
    const start = this.#top;
    const end = start + Math.ceil(length / LINE) * LINE;
    this.#wanted += end - start;
    if (this.#memory?.address === undefined || end > this.#memory.length) return undefined;
    this.#top = end;
    return this.#memory.address + start * BYTES;
  }

  /** The storage of a result that a kernel has written to an address from `take`; undefined for other addresses. */
  storageAt(address: number, length: number): Storage | undefined {
    const start = this.#memory?.address;
    if (start === undefined || address < start || address >= start + this.#top * BYTES) return undefined;
    return storageAt(address, length, this.#lease);
  }
}
