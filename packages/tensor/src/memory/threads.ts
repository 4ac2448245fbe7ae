/**
 * Tensors across threads: the memory is shared, so a handle of a few numbers lets another thread see the same elements.
 *
 * The thread that pinned a tensor keeps it; a handle keeps nothing alive. Who writes when is for the threads to agree on.
 */
import { MemoryError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { heap, type LentMemory } from "./heap.ts";
import { storageAt } from "./storage.ts";

/** Where a pinned tensor lies, and how it is read: what `postMessage` can carry. */
export interface TensorHandle {
  readonly address: number;
  /** Elements in the whole storage. */
  readonly length: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * The handle of a pinned tensor, for `tensorAt` in another thread.
 * @throws MemoryError if the tensor is not pinned.
 */
export function handleOf({ storage, shape, strides, offset }: Tensor): TensorHandle {
  if (storage.address === undefined)
    throw new MemoryError("handleOf: only pinned tensors lie in memory that threads share; pin() it first");
  return { address: storage.address, length: storage.length, shape, strides, offset };
}

/** The tensor that a handle of another thread stands for. */
export function tensorAt({ address, length, shape, strides, offset }: TensorHandle): Tensor {
  return new Tensor(storageAt(address, length), shape, strides, offset);
}

/**
 * Lends another thread this thread's memory, with `bytes` of it to begin with: see `useLentMemory`.
 * @throws MemoryError where memory cannot be shared.
 */
export function lendMemory(bytes: number): LentMemory {
  const { memory, shared } = heap();
  if (!shared) throw new MemoryError("lendMemory: there is no SharedArrayBuffer here, so threads cannot share tensors");
  const start = bytes > 0 ? heap().allocate(bytes) : 0;
  return { memory, start, end: start + bytes };
}

/**
 * Takes back what was lent, and all that the other threads have grown the memory by; returns how many bytes that is.
 * Only for when none of those threads is left.
 */
export function reclaimMemory(lent: readonly LentMemory[]): number {
  for (const { start, end } of lent) if (start < end) heap().release(start, end - start);
  return heap().reclaim();
}
