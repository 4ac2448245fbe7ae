/**
 * Where the elements of a tensor live: in an ordinary garbage-collected array, or pinned in the kernels' memory.
 *
 * Pinned is for what is large and lives long (parameters, batches, datasets): a kernel uses it where it lies.
 * Neither kind is ever freed by hand: a pinned block returns to the heap when the last view of it is collected.
 */
import { MemoryError } from "./errors.ts";
import type { Floats } from "./floats.ts";
import { heap } from "./memory.ts";
import { simdAvailable } from "./simd.ts";

/** How long borrowed memory may be used. */
export interface Lease {
  ended: boolean;
}

/** A run of elements: an array, or `length` float32s at an address of the kernels' memory, on a lease if they are borrowed. */
export class Storage {
  readonly length: number;
  /** Whether the elements are float64s. */
  readonly isDouble: boolean;
  readonly #address: number | undefined;
  readonly #lease: Lease | undefined;
  #view: Floats | undefined;

  constructor(view: Floats | undefined, address?: number, length: number = view?.length ?? 0, lease?: Lease) {
    this.#view = view;
    this.length = length;
    this.isDouble = view instanceof Float64Array;
    this.#address = address;
    this.#lease = lease;
  }

  /**
   * Its place in the kernels' memory in bytes; undefined if it is ordinary.
   * @throws MemoryError if it was borrowed and the lease has ended
   */
  get address(): number | undefined {
    if (this.#lease?.ended)
      throw new MemoryError(
        "tensor: this result of an earlier step has been overwritten; use it before the next step, or keep a clone()",
      );
    return this.#address;
  }

  /** The elements. A pinned view is made when first needed, and anew if growing an unshared memory has detached it. */
  get data(): Floats {
    const { address } = this;
    if (this.#view === undefined || (address !== undefined && this.#view.length !== this.length)) {
      this.#view = new Float32Array(heap().memory.buffer, address, this.length);
      keepAlive.set(this.#view, this);
    }
    return this.#view;
  }
}

/** Whoever holds a view of a pinned block holds the block: an entry lives as long as its key. */
const keepAlive = new WeakMap<object, object>();

const blocks = new FinalizationRegistry<{ address: number; bytes: number }>(({ address, bytes }) =>
  heap().release(address, bytes),
);

/** Pinned storage for `length` float32s, all zero; ordinary storage where there is no WebAssembly. */
export function pinnedStorage(length: number): Storage {
  if (!simdAvailable()) return new Storage(new Float32Array(length));
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  const address = heap().allocate(bytes);
  const view = new Float32Array(heap().memory.buffer, address, length).fill(0);
  const storage = new Storage(view, address);
  keepAlive.set(view, storage);
  blocks.register(storage, { address, bytes });
  return storage;
}

/** Storage over a pinned block of another thread, which has to keep it. */
export function storageAt(address: number, length: number): Storage {
  return new Storage(undefined, address, length);
}

/** Pinned bytes: for datasets that stay uint8. */
export class ByteStorage {
  readonly address: number | undefined;
  readonly length: number;
  #view: Uint8Array;

  /** Zeros; or, given an address, what another thread keeps there. */
  constructor(length: number, address?: number) {
    this.length = length;
    if (address !== undefined) {
      this.address = address;
      this.#view = new Uint8Array(heap().memory.buffer, address, length);
      return;
    }
    if (!simdAvailable()) {
      this.#view = new Uint8Array(length);
      return;
    }
    this.address = heap().allocate(length);
    this.#view = new Uint8Array(heap().memory.buffer, this.address, length).fill(0);
    keepAlive.set(this.#view, this);
    blocks.register(this, { address: this.address, bytes: length });
  }

  get data(): Uint8Array {
    if (this.address !== undefined && this.#view.length !== this.length) {
      this.#view = new Uint8Array(heap().memory.buffer, this.address, this.length);
      keepAlive.set(this.#view, this);
    }
    return this.#view;
  }
}
