/** Scratch memory, which a kernel call needs while it runs: a stack. */
import { LINE_BYTES } from "../floats.ts";
import { heap } from "./heap.ts";

/** A block of the heap. */
interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** The stack has at most this many bytes; larger calls allocate from the heap. */
const MOST_STACK = 2 ** 24;

/**
 * If kernel calls overlap, they are nested, so a stack suffices: a block of the heap, as large as calls have needed so
 * far.
 */
let stack: Block = { address: 0, bytes: 0 };
/** The number of bytes of the stack that are in use, and the number that calls would have needed. */
let [top, wanted] = [0, 0];

/** The memory of one kernel call: part of the stack, and blocks of the heap for what does not fit. */
export class Scratch {
  readonly #bottom = top;
  readonly #blocks: Block[] = [];

  /**
   * The address of `size` bytes, on cache lines that nothing else uses.
   * @throws MemoryError if the memory cannot grow.
   */
  allocate(size: number): number {
    const bytes = Math.ceil(size / LINE_BYTES) * LINE_BYTES;
    if (top + bytes <= stack.bytes) {
      top += bytes;
      return stack.address + top - bytes;
    }
    wanted = Math.max(wanted, top + bytes);
    const block = { address: heap().allocate(bytes), bytes };
    this.#blocks.push(block);
    return block.address;
  }

  /** Gives back all memory of this call. */
  release(): void {
    for (const { address, bytes } of this.#blocks) heap().release(address, bytes);
    top = this.#bottom;
    if (top === 0 && stack.bytes < Math.min(wanted, MOST_STACK)) growStack();
  }
}

/** Doubles the size of the stack, which must be empty, until it suffices. */
function growStack(): void {
  let bytes = Math.max(stack.bytes, 2 ** 16);
  while (bytes < wanted && bytes < MOST_STACK) bytes *= 2;
  const old = stack;
  // Allocate first: if there is no memory left, the old stack stays.
  stack = { address: heap().allocate(bytes), bytes };
  if (old.bytes > 0) heap().release(old.address, old.bytes);
}
