/**
 * Where elements live: in an ordinary garbage-collected array, or pinned in the memory that the kernels address.
 *
 * Pin what is large and lives long (parameters, batches, datasets): a kernel uses it where it lies.
 * You never free either kind: a pinned block returns to the heap when the last view of it is collected.
 */
import { MemoryError } from "../errors.ts";
import type { Floats } from "../floats.ts";
import { simdAvailable } from "../wasm/simd.ts";
import { heap } from "./heap.ts";

/** How long borrowed memory may be used. */
export interface Lease {
  ended: boolean;
}

/** An array that storage may stand on: of float32s or float64s for tensors, of bytes for datasets that stay uint8. */
type Elements = Floats | Uint8Array;

/** Makes a view of `length` elements at a byte address of the kernels' memory. */
type View<Own extends Elements> = (buffer: ArrayBufferLike, address: number, length: number) => Own;

const viewFloats: View<Floats> = (buffer, address, length) => new Float32Array(buffer, address, length);
const viewBytes: View<Uint8Array> = (buffer, address, length) => new Uint8Array(buffer, address, length);

/** Elements in an array of their own, or pinned at an address of the kernels' memory. */
export class Storage<Own extends Elements = Floats> {
  readonly length: number;
  readonly #lease: Lease | undefined;
  readonly #pinned: { readonly address: number; readonly view: View<Own> } | undefined;
  #array: Own | undefined;

  constructor(source: Own | { address: number; length: number; view: View<Own> }, lease?: Lease) {
    this.length = source.length;
    if (ArrayBuffer.isView(source)) this.#array = source;
    else this.#pinned = source;
    this.#lease = lease;
  }

  /** Whether the elements are float64s. */
  get isDouble(): boolean {
    return this.#array instanceof Float64Array;
  }

  /**
   * Its place in the kernels' memory, in bytes; undefined if it is ordinary.
   * @throws MemoryError if the memory was borrowed and the lease has ended
   */
  get address(): number | undefined {
    if (this.#lease?.ended)
      throw new MemoryError(
        "tensor: a later step has overwritten this result; use it before the next step, or keep a clone()",
      );
    return this.#pinned?.address;
  }

  /** The elements. A pinned view is made when first needed, and again after growth has detached it (unshared memory). */
  get data(): Own {
    const { address } = this;
    if (this.#pinned !== undefined && address !== undefined && this.#array?.length !== this.length) {
      this.#array = this.#pinned.view(heap().memory.buffer, address, this.length);
      keepAlive.set(this.#array, this);
    }
    if (this.#array === undefined) throw new MemoryError("tensor: this storage has no elements");
    return this.#array;
  }
}

/** Whoever holds a view of a pinned block holds the block: an entry lives as long as its key. */
const keepAlive = new WeakMap<object, object>();

const blocks = new FinalizationRegistry<{ address: number; bytes: number }>(({ address, bytes }) =>
  heap().release(address, bytes),
);

/** A pinned block of the heap, all zero, that is released when its storage is collected. */
function allocate<Own extends Elements>(view: View<Own>, length: number, elementBytes: number): Storage<Own> {
  const bytes = length * elementBytes;
  const address = heap().allocate(bytes);
  heap().bytes.fill(0, address, address + bytes);
  const storage = new Storage<Own>({ address, length, view });
  blocks.register(storage, { address, bytes });
  return storage;
}

/** Pinned storage for `length` float32s, all zero; ordinary storage where there is no WebAssembly. */
export function pinnedStorage(length: number): Storage {
  return simdAvailable() ? allocate(viewFloats, length, 4) : new Storage(new Float32Array(length));
}

/** Storage over pinned float32s that something else keeps: a workspace (with its lease), or another thread. */
export function storageAt(address: number, length: number, lease?: Lease): Storage {
  return new Storage({ address, length, view: viewFloats }, lease);
}

/** Bytes, for datasets that stay uint8. */
export type ByteStorage = Storage<Uint8Array>;

/** Pinned bytes, all zero; given an address, those that another thread keeps there. */
export function byteStorage(length: number, address?: number): ByteStorage {
  if (address !== undefined) return new Storage({ address, length, view: viewBytes });
  return simdAvailable() ? allocate(viewBytes, length, 1) : new Storage(new Uint8Array(length));
}
