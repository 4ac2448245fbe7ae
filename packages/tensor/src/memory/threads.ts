/**
 * Tensors across threads: the memory is shared, so a handle of a few numbers lets another thread see the same elements.
 *
 * The thread that pinned a tensor must keep it: a handle keeps nothing alive. The threads must agree on who writes
 * when.
 */
import { MemoryError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { heap, type LentMemory, PAGE, useLentMemory } from "./heap.ts";
import { storageAt } from "./storage.ts";

/** Where a pinned tensor is stored and how it is read, in a form that `postMessage` can send. */
export interface TensorHandle {
  /** The address of the storage, in bytes. */
  readonly address: number;
  /** The number of elements in the whole storage. */
  readonly length: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/**
 * The handle of a pinned tensor, from which `tensorAt` makes the same tensor in another thread.
 * @throws MemoryError if the tensor is not pinned.
 */
export function handleOf({ storage, shape, strides, offset }: Tensor): TensorHandle {
  if (storage.address === undefined)
    throw new MemoryError("handleOf: only pinned tensors are in memory that threads share; pin() it first");
  return { address: storage.address, length: storage.length, shape, strides, offset };
}

/** The tensor that a handle from another thread describes. */
export function tensorAt({ address, length, shape, strides, offset }: TensorHandle): Tensor {
  return new Tensor(storageAt(address, length), shape, strides, offset);
}

/**
 * Lends the memory of this thread to another one, with a block of `bytes` bytes to use first; see `useLentMemory`.
 * @throws MemoryError where memory cannot be shared, or cannot grow.
 */
export function lendMemory(bytes: number): LentMemory {
  const { memory, shared } = heap();
  if (!shared) throw new MemoryError("lendMemory: there is no SharedArrayBuffer here, so threads cannot share tensors");
  const start = bytes > 0 ? heap().allocate(bytes) : 0;
  return { memory, start, end: start + bytes };
}

/**
 * Takes back the blocks that were lent, and all pages by which the other threads have grown the memory; returns the
 * number of bytes in those pages. Call it only after all of those threads have ended.
 */
export function reclaimMemory(lent: readonly LentMemory[]): number {
  for (const { start, end } of lent) if (start < end) heap().release(start, end - start);
  return heap().reclaim();
}

/** A copy of this thread's memory, for a thread that cannot share it: see `useCopiedMemory`. */
export function copyMemory(): ArrayBuffer {
  return heap().bytes.slice().buffer;
}

/**
 * Makes this thread use a copy of another thread's memory, in which everything has the same address as there.
 * @throws MemoryError if this thread already has a memory of its own.
 */
export function useCopiedMemory(copy: ArrayBuffer): void {
  const memory = new WebAssembly.Memory({ initial: copy.byteLength / PAGE });
  new Uint8Array(memory.buffer).set(new Uint8Array(copy));
  useLentMemory({ memory, start: copy.byteLength, end: copy.byteLength });
}
