/** Scratch memory: what one kernel call needs for as long as it runs, on a stack. */
import { LINE_BYTES } from "../floats.ts";
import { heap } from "./heap.ts";

/** A part of the heap. */
interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** The stack keeps at most this much; larger calls borrow from the heap. */
const MOST_STACK = 2 ** 24;

/** Kernel calls are nested, if at all, so a stack serves them: a block of the heap, as large as calls have needed so far. */
let stack: Block = { address: 0, bytes: 0 };
/** How much of the stack is in use, and how large it should have been. */
let [top, wanted] = [0, 0];

/** The memory of one kernel call: a part of the stack, and blocks of the heap for what does not fit. */
export class Scratch {
  readonly #bottom = top;
  readonly #blocks: Block[] = [];

  /** The address of room for so many bytes, on cache lines of its own. */
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

  /** Gives all of it back. */
  release(): void {
    for (const { address, bytes } of this.#blocks) heap().release(address, bytes);
    top = this.#bottom;
    if (top === 0 && stack.bytes < Math.min(wanted, MOST_STACK)) growStack();
  }
}

/** Doubles the stack until it suffices, when it is empty. */
function growStack(): void {
  let bytes = Math.max(stack.bytes, 2 ** 16);
  while (bytes < wanted && bytes < MOST_STACK) bytes *= 2;
  const old = stack;
  // First the new one: if there is no memory left for it, the old one stays.
  stack = { address: heap().allocate(bytes), bytes };
  if (old.bytes > 0) heap().release(old.address, old.bytes);
}
