/**
 * The workspace: pinned memory for the results of one training step, used anew by the next.
 *
 * A result is otherwise copied out of the kernels' memory, and copied in again by the next operation: a tenth of the time
 * of a small network. Within a workspace it stays where the kernel wrote it.
 */
import { MemoryError } from "../errors.ts";
import { BYTES, LINE } from "../floats.ts";
import { type Lease, pinnedStorage, type Storage, storageAt } from "./storage.ts";

let current: Workspace | undefined;

/** The workspace that operations are running in, if any. */
export function currentWorkspace(): Workspace | undefined {
  return current;
}

/**
 * Memory for what operations compute while `run` runs: it is as large as the largest run so far has needed, and what does
 * not fit is stored as usual. **Tensors computed within are valid until the next `run` begins**, and then refuse to be used.
 */
export class Workspace {
  #memory: Storage | undefined;
  /** How many floats are in use, and how many would have been. */
  #top = 0;
  #wanted = 0;
  #lease: Lease = { ended: false };

  /** Runs `body`, whose results are written over those of the run before. Copy what must live longer, by `clone()`. */
  run<Result>(body: () => Result): Result {
    if (current === this) throw new MemoryError("Workspace.run: this workspace is running already");
    this.#lease.ended = true;
    this.#lease = { ended: false };
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

  /** The address of room for a result of `length` floats, or undefined if there is none left. For kernels. */
  take(length: number): number | undefined {
    const start = this.#top;
    const end = start + Math.ceil(length / LINE) * LINE;
    this.#wanted += end - start;
    if (this.#memory?.address === undefined || end > this.#memory.length) return undefined;
    this.#top = end;
    return this.#memory.address + start * BYTES;
  }

  /** The storage of a result that was written to an address that `take` gave; undefined for other addresses. */
  storageAt(address: number, length: number): Storage | undefined {
    const start = this.#memory?.address;
    if (start === undefined || address < start || address >= start + this.#top * BYTES) return undefined;
    return storageAt(address, length, this.#lease);
  }
}
