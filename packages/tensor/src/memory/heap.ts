/**
 * The WebAssembly memory that the SIMD kernels use, and a first-fit allocator for it.
 *
 * The memory is shared where `SharedArrayBuffer` exists. Then worker threads can see the same tensors, and views of the
 * memory stay valid when it grows. Elsewhere, as in a page that is not cross-origin isolated, growing detaches all
 * earlier views, and code that keeps one must fetch it again.
 */
import { MemoryError } from "../errors.ts";
import { LINE_BYTES } from "../floats.ts";

/** The number of bytes in a page of WebAssembly's memory. */
export const PAGE = 65_536;
/** WebAssembly's 32-bit addresses reach 4 GiB. */
const MOST_PAGES = 65_536;

/** Addresses from `start` up to `end`. */
interface Block {
  start: number;
  end: number;
}

/** A memory that another thread has made, and the block of it that this thread may use first. */
export interface LentMemory {
  readonly memory: WebAssembly.Memory;
  readonly start: number;
  readonly end: number;
}

/**
 * An allocator for a memory that grows. It keeps a list of free blocks in ascending order, no two of them adjacent.
 *
 * Several threads may each have a heap over one memory. They need no lock, because a heap allocates only from the block
 * that it was lent and from the pages by which it has grown the memory, and `memory.grow` gives each caller separate
 * pages.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly #free: Block[];
  /** All blocks that this heap allocates from, free or not. */
  readonly #owned: Block[];
  #floats: Float32Array;
  #bytes: Uint8Array;
  /** From this address on, no block has been used yet: new pages are zeros. */
  #unused: number;

  constructor(shared: boolean = typeof SharedArrayBuffer !== "undefined", lent?: LentMemory) {
    this.shared = shared;
    this.memory = lent?.memory ?? createMemory(shared);
    this.#floats = new Float32Array(this.memory.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
    // Address 0 is not used, because it looks like "nowhere".
    const { start, end } = lent ?? { start: LINE_BYTES, end: this.memory.buffer.byteLength };
    this.#free = start < end ? [{ start, end }] : [];
    this.#owned = [{ start, end }];
    this.#unused = lent ? end : start;
  }

  /**
   * The memory, up to `end` at least. Another thread may have grown it, and V8 does not always show this here: what grew
   * while the memory was on its way to this thread appears when it grows again, by nothing.
   */
  bufferTo(end: number): ArrayBufferLike {
    if (this.memory.buffer.byteLength < end) this.memory.grow(0);
    return this.memory.buffer;
  }

  /** The whole memory as float32s. Do not keep it across an allocation. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.memory.buffer) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** The whole memory as bytes. Do not keep it across an allocation. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.memory.buffer) this.#bytes = new Uint8Array(this.memory.buffer);
    return this.#bytes;
  }

  /**
   * The address of a block of at least `bytes` bytes, whose contents are left over from earlier use.
   * @throws MemoryError if the memory cannot grow.
   */
  allocate(bytes: number): number {
    const size = roundUp(Math.max(bytes, 1), LINE_BYTES);
    for (;;) {
      const index = this.#free.findIndex((block) => block.end - block.start >= size);
      const block = this.#free[index];
      if (block !== undefined) {
        const address = block.start;
        block.start += size;
        if (block.start === block.end) this.#free.splice(index, 1);
        this.#unused = Math.max(this.#unused, address + size);
        return address;
      }
      this.#grow(size);
    }
  }

  /** `allocate` for a block of zeros. New pages are left alone: to touch one for the first time takes long. */
  allocateZeros(bytes: number): number {
    const unused = this.#unused;
    const address = this.allocate(bytes);
    if (address < unused) this.bytes.fill(0, address, Math.min(address + bytes, unused));
    return address;
  }

  /** Gives back a block; `bytes` is the number with which it was allocated. */
  release(address: number, bytes: number): void {
    insert(this.#free, address, address + roundUp(Math.max(bytes, 1), LINE_BYTES));
  }

  /** The number of bytes that are allocated. */
  get used(): number {
    return length(this.#owned) - length(this.#free);
  }

  /**
   * Takes over all pages by which other threads have grown the memory, and returns their number of bytes. Call it only
   * after all of those threads have ended.
   */
  reclaim(): number {
    const before = length(this.#owned);
    const ends = [...this.#owned, { start: this.memory.buffer.byteLength, end: 0 }];
    let at = LINE_BYTES;
    for (const { start, end } of ends) {
      if (at < start) this.#own(at, start);
      at = end;
    }
    this.#unused = this.memory.buffer.byteLength;
    return length(this.#owned) - before;
  }

  #own(start: number, end: number): void {
    insert(this.#owned, start, end);
    insert(this.#free, start, end);
  }

  #grow(bytes: number): void {
    const old = this.memory.buffer.byteLength;
    // By a quarter at least, so that the memory grows rarely.
    const pages = Math.min(
      Math.ceil(Math.max(bytes, length(this.#owned) / 4) / PAGE),
      Math.max(MOST_PAGES - old / PAGE, Math.ceil(bytes / PAGE)),
    );
    try {
      // `grow` returns the size before, where the new pages begin: another thread may have grown the memory as well.
      const start = this.memory.grow(pages) * PAGE;
      this.#own(start, start + pages * PAGE);
    } catch {
      throw new MemoryError(
        `tensor memory: cannot grow by ${bytes} bytes beyond ${old}; keep fewer pinned tensors, or use smaller batches`,
      );
    }
  }
}

/** Inserts a block into a list in ascending order, and joins it with its neighbours where they touch. */
function insert(blocks: Block[], start: number, end: number): void {
  const found = blocks.findIndex((block) => block.start > start);
  const index = found < 0 ? blocks.length : found;
  blocks.splice(index, 0, { start, end });
  for (const k of [index, index - 1])
    if (k >= 0 && blocks[k + 1]?.start === blocks[k].end) blocks[k].end = blocks.splice(k + 1, 1)[0].end;
}

/** The number of bytes in all blocks together. */
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

/** The heap of this thread. It is made when it is first needed, so importing the library allocates nothing. */
export function heap(): Heap {
  instance ??= new Heap();
  return instance;
}

/**
 * Makes this thread use a memory that another thread has lent with `lendMemory`, or a copy of one.
 * @throws MemoryError if this thread already has a memory of its own.
 */
export function useLentMemory(lent: LentMemory): void {
  if (instance !== undefined)
    throw new MemoryError(
      "tensor memory: this thread already has pinned tensors; call useLentMemory before you pin the first",
    );
  instance = new Heap(!(lent.memory.buffer instanceof ArrayBuffer), lent);
}
