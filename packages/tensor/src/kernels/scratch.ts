/** Scratch memory for one kernel call: operands are put where the kernel can see them, results are copied out. */
import { BYTES } from "../floats.ts";
import { heap } from "../memory.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { currentWorkspace } from "../workspace.ts";

/** A run of the heap's bytes. */
interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** A cache line. */
const LINE = 64;
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

  /** Room for `length` float32s, on cache lines of its own. */
  allocate(length: number): number {
    const bytes = Math.ceil((length * BYTES) / LINE) * LINE;
    if (top + bytes <= stack.bytes) {
      top += bytes;
      return stack.address + top - bytes;
    }
    wanted = Math.max(wanted, top + bytes);
    const block = { address: heap().allocate(bytes), bytes };
    this.#blocks.push(block);
    return block.address;
  }

  /** Room for `length` float64s, and for as many more as fill a whole four. */
  allocateDoubles(length: number): number {
    return this.allocate(2 * 4 * Math.ceil(length / 4));
  }

  /** The address of a tensor's first element; `span` elements from there on are readable. Pinned tensors stay where they are. */
  place({ storage, offset }: Tensor, span: number): number {
    if (storage.address !== undefined) return storage.address + offset * BYTES;
    const address = this.allocate(span);
    heap().floats.set(storage.data.subarray(offset, offset + span), address / BYTES);
    return address;
  }

  /** Where a result of `length` floats is to be written: in `out` if that is pinned and contiguous, or in the workspace. */
  placeResult(length: number, out?: Tensor): number {
    if (out?.isContiguous && out.storage.address !== undefined) return this.place(out, length);
    return currentWorkspace()?.take(length) ?? this.allocate(length);
  }

  /** The result that was written to such a place: there if it may stay there, else in a copy. */
  result(address: number, shape: Shape, out?: Tensor): Tensor {
    const isOut = out?.storage.address !== undefined && out.storage.address + out.offset * BYTES === address;
    if (isOut) return out;
    const length = sizeOf(shape);
    return new Tensor(currentWorkspace()?.storageAt(address, length) ?? new Storage(this.read(address, length)), shape);
  }

  /** A copy of `length` float32s, free of the kernels' memory. */
  read(address: number, length: number): Float32Array {
    return heap().floats.slice(address / BYTES, address / BYTES + length);
  }

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

/** Runs `body` with scratch memory. */
export function withScratch<T>(body: (scratch: Scratch) => T): T {
  const scratch = new Scratch();
  try {
    return body(scratch);
  } finally {
    scratch.release();
  }
}
