/**
 * The one WebAssembly memory that the SIMD kernels address, and a first-fit allocator over it.
 *
 * The memory is shared where `SharedArrayBuffer` exists, so that worker threads can see the same tensors and
 * growing it leaves old views valid. Elsewhere (a page that is not cross-origin isolated) growing detaches
 * every earlier view, and whoever keeps one must fetch it again.
 */
import { MemoryError } from "../errors.ts";
import { LINE_BYTES } from "../floats.ts";

const PAGE = 65_536;
/** WebAssembly's 32-bit addresses reach 4 GiB. */
const MOST_PAGES = 65_536;
/** Addresses from `start` up to `end`. */
interface Block {
  start: number;
  end: number;
}

/** A memory that another thread made, and the block of it that this thread may begin with. */
export interface LentMemory {
  readonly memory: WebAssembly.Memory;
  readonly start: number;
  readonly end: number;
}

/**
 * An address space that grows, with a list of its free blocks in ascending order, no two of them adjacent.
 *
 * Several threads may each have a heap over one memory. They need no lock: a heap hands out only what it was lent and
 * what it has grown by itself, and `memory.grow` gives every caller pages of its own.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly #free: Block[];
  /** All that is this heap's to hand out, free or not. */
  readonly #owned: Block[];
  #floats: Float32Array;
  #bytes: Uint8Array;

  constructor(shared: boolean = typeof SharedArrayBuffer !== "undefined", lent?: LentMemory) {
    this.shared = shared;
    this.memory = lent?.memory ?? createMemory(shared);
    this.#floats = new Float32Array(this.memory.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
    // Address 0 stays unused: it reads like "nowhere".
    const { start, end } = lent ?? { start: LINE_BYTES, end: this.memory.buffer.byteLength };
    this.#free = start < end ? [{ start, end }] : [];
    this.#owned = [{ start, end }];
  }

  /** All of the memory as float32s. Do not keep it across an allocation. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.memory.buffer) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** All of the memory as bytes. Do not keep it across an allocation. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.memory.buffer) this.#bytes = new Uint8Array(this.memory.buffer);
    return this.#bytes;
  }

  /** The address of a fresh block of at least `bytes` bytes; what it holds is left over from earlier use. */
  allocate(bytes: number): number {
    const size = roundUp(Math.max(bytes, 1), LINE_BYTES);
    for (;;) {
      const index = this.#free.findIndex((block) => block.end - block.start >= size);
      const block = this.#free[index];
      if (block !== undefined) {
        const address = block.start;
        block.start += size;
        if (block.start === block.end) this.#free.splice(index, 1);
        return address;
      }
      this.#grow(size);
    }
  }

  /** Gives a block back; `bytes` is what it was allocated with. */
  release(address: number, bytes: number): void {
    insert(this.#free, address, address + roundUp(Math.max(bytes, 1), LINE_BYTES));
  }

  /** Bytes that are allocated now. */
  get used(): number {
    return length(this.#owned) - length(this.#free);
  }

  /**
   * Takes over all pages that other threads have grown, and returns how many bytes that is. Only for when none of those
   * threads is left.
   */
  reclaim(): number {
    const before = length(this.#owned);
    const ends = [...this.#owned, { start: this.memory.buffer.byteLength, end: 0 }];
    let at = LINE_BYTES;
    for (const { start, end } of ends) {
      if (at < start) this.#own(at, start);
      at = end;
    }
    return length(this.#owned) - before;
  }

  #own(start: number, end: number): void {
    insert(this.#owned, start, end);
    insert(this.#free, start, end);
  }

  #grow(bytes: number): void {
    const old = this.memory.buffer.byteLength;
    // A quarter more than there was, so that growing many times costs little in all.
    const pages = Math.min(
      Math.ceil(Math.max(bytes, length(this.#owned) / 4) / PAGE),
      Math.max(MOST_PAGES - old / PAGE, Math.ceil(bytes / PAGE)),
    );
    try {
      // The size before, as growing returns it, is where the new pages begin: another thread may just have grown it too.
      const start = this.memory.grow(pages) * PAGE;
      this.#own(start, start + pages * PAGE);
    } catch {
      throw new MemoryError(
        `tensor memory: cannot grow by ${bytes} bytes beyond ${old}; keep fewer pinned tensors, or smaller batches`,
      );
    }
  }
}

/** Puts a block into a list in ascending order, and joins it to its neighbours where they touch. */
function insert(blocks: Block[], start: number, end: number): void {
  const found = blocks.findIndex((block) => block.start > start);
  const index = found < 0 ? blocks.length : found;
  const before = blocks[index - 1];
  const after = blocks[index];
  const joinsBefore = before?.end === start;
  const joinsAfter = after?.start === end;
  if (joinsBefore && joinsAfter) {
    before.end = after.end;
    blocks.splice(index, 1);
  } else if (joinsBefore) before.end = end;
  else if (joinsAfter) after.start = start;
  else blocks.splice(index, 0, { start, end });
}

/** Bytes in all blocks together. */
function length(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { start, end }) => sum + end - start, 0);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

function createMemory(shared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory(shared ? { initial: 16, maximum: MOST_PAGES, shared } : { initial: 16 });
}

let instance: Heap | undefined;

/** The heap, made when first needed: importing the library allocates nothing. */
export function heap(): Heap {
  instance ??= new Heap();
  return instance;
}

/**
 * Makes this thread work in a memory that another thread has lent it.
 * @throws MemoryError if this thread already has tensors in a memory of its own.
 */
export function useLentMemory(lent: LentMemory): void {
  if (instance !== undefined)
    throw new MemoryError(
      "tensor memory: this thread has pinned tensors already; take the lent memory before the first",
    );
  instance = new Heap(true, lent);
}
