/**
 * The one WebAssembly memory that the SIMD kernels address, and a first-fit allocator over it.
 *
 * The memory is shared where `SharedArrayBuffer` exists, so that worker threads can see the same tensors and
 * growing it leaves old views valid. Elsewhere (a page that is not cross-origin isolated) growing detaches
 * every earlier view, and whoever keeps one must fetch it again.
 */
import { MemoryError } from "./errors.ts";

const PAGE = 65_536;
/** WebAssembly's 32-bit addresses reach 4 GiB. */
const MOST_PAGES = 65_536;
/** Blocks start on a cache line. */
const ALIGNMENT = 64;

interface Block {
  start: number;
  end: number;
}

/** An address space that grows, with a list of its free blocks in ascending order, no two of them adjacent. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly #free: Block[] = [];
  #floats: Float32Array;
  #bytes: Uint8Array;

  constructor(shared: boolean = typeof SharedArrayBuffer !== "undefined") {
    this.shared = shared;
    this.memory = createMemory(shared);
    this.#floats = new Float32Array(this.memory.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
    // Address 0 stays unused: it reads like "nowhere".
    this.#free.push({ start: ALIGNMENT, end: this.memory.buffer.byteLength });
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
    const size = roundUp(Math.max(bytes, 1), ALIGNMENT);
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
    const start = address;
    const end = address + roundUp(Math.max(bytes, 1), ALIGNMENT);
    const free = this.#free;
    const found = free.findIndex((block) => block.start > start);
    const index = found < 0 ? free.length : found;
    const before = free[index - 1];
    const after = free[index];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    if (joinsBefore && joinsAfter) {
      before.end = after.end;
      free.splice(index, 1);
    } else if (joinsBefore) before.end = end;
    else if (joinsAfter) after.start = start;
    else free.splice(index, 0, { start, end });
  }

  /** Bytes that are allocated now. */
  get used(): number {
    const free = this.#free.reduce((sum, block) => sum + block.end - block.start, 0);
    return this.memory.buffer.byteLength - ALIGNMENT - free;
  }

  #grow(bytes: number): void {
    const old = this.memory.buffer.byteLength;
    // A quarter more than there was, so that growing many times costs little in all.
    const pages = Math.min(
      Math.ceil(Math.max(bytes, old / 4) / PAGE),
      Math.max(MOST_PAGES - old / PAGE, Math.ceil(bytes / PAGE)),
    );
    try {
      this.memory.grow(pages);
    } catch {
      throw new MemoryError(
        `tensor memory: cannot grow by ${bytes} bytes beyond ${old}; keep fewer pinned tensors, or smaller batches`,
      );
    }
    this.release(old, this.memory.buffer.byteLength - old);
  }
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
