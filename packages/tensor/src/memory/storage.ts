/**
 * Storage: where elements are kept, in an ordinary garbage-collected array or pinned in the memory that the kernels
 * use.
 *
 * Pin what is large and long-lived, such as parameters, batches and datasets: kernels then use it without copying it.
 * Neither kind has to be freed: a pinned block returns to the heap when the last view of it has been collected.
 */
import { MemoryError } from "../errors.ts";
import { BYTES, type Floats, floats } from "../floats.ts";
import { taping } from "../tape/current.ts";
import { simdAvailable } from "../wasm/simd.ts";
import { heap } from "./heap.ts";
import { Version } from "./version.ts";

/** A loan of memory. Once something else uses the memory, `endedBy` says what, and the elements must not be read. */
export interface Lease {
  endedBy?: string;
}

/** The arrays of storage: float32s or float64s for tensors, bytes for datasets that stay uint8. */
type Elements = Floats | Uint8Array;

/** Makes a view of `length` elements at a byte address of the kernels' memory. */
type View<Own extends Elements> = (buffer: ArrayBufferLike, address: number, length: number) => Own;

const viewFloats: View<Floats> = (buffer, address, length) => new Float32Array(buffer, address, length);
const viewBytes: View<Uint8Array> = (buffer, address, length) => new Uint8Array(buffer, address, length);

/** What a storage depends on. */
interface Ties {
  /** The loan of its memory. */
  readonly lease?: Lease | undefined;
  /** The storage that it is a part of. */
  readonly whole?: { readonly version: Version } | undefined;
}

/** Elements that have not been written yet: rows of bytes, or whatever else knows how to write them. */
export interface Pending {
  /** Writes the elements to the storage, whose memory nothing has read before. */
  readonly fill: (address: number, length: number) => void;
  /** What the elements come from: the same object for all batches of a dataset. */
  readonly table: object;
}

/** Elements in an array of their own, or pinned at an address of the kernels' memory. */
export class Storage<Own extends Elements = Floats> {
  readonly length: number;
  /** When and by what the elements were last overwritten: all views of this storage share it. */
  readonly version: Version;
  readonly #ties: Ties;
  readonly #pinned: { readonly address: number; readonly view: View<Own> } | undefined;
  #array: Own | undefined;
  #pending: Pending | undefined;

  constructor(source: Own | { address: number; length: number; view: View<Own> }, ties: Ties = {}) {
    this.length = source.length;
    if (ArrayBuffer.isView(source)) this.#array = source;
    else this.#pinned = source;
    this.#ties = ties;
    this.version = new Version(ties.whole?.version);
    taping()?.made(this);
  }

  /** Whether the memory was lent, and may be used by something else one day. */
  get isBorrowed(): boolean {
    return this.#ties.lease !== undefined;
  }

  /** What has overwritten borrowed memory, if anything has. */
  get endedBy(): string | undefined {
    return this.#ties.lease?.endedBy;
  }

  /** Whether the elements are float64s. */
  get isDouble(): boolean {
    return this.#array instanceof Float64Array;
  }

  /**
   * The address in the kernels' memory, in bytes; undefined for ordinary storage.
   * @throws MemoryError if the memory was borrowed and the lease has ended.
   */
  get address(): number | undefined {
    if (this.endedBy !== undefined)
      throw new MemoryError(
        `tensor: ${this.endedBy} has overwritten these elements; use them before that, or keep a clone()`,
      );
    const address = this.#pinned?.address;
    const pending = this.#pending;
    if (pending !== undefined && address !== undefined) {
      pending.fill(address, this.length);
      this.#pending = undefined;
      taping()?.filled(this);
    }
    return address;
  }

  /** The address, without having pending elements written there. */
  get place(): number | undefined {
    return this.pending === undefined ? this.address : this.#pinned?.address;
  }

  /** Notes that pending elements have been written, by a replay of what wrote them before. */
  settle(): void {
    this.#pending = undefined;
  }

  /** The elements, if they have not been written yet: they are written when something looks at them. */
  get pending(): Pending | undefined {
    return this.endedBy === undefined ? this.#pending : undefined;
  }

  /**
   * Lets elements be written only when something looks at them; returns whether it will. It works for borrowed, pinned
   * memory, which nothing else reads.
   */
  fillLater(pending: Pending): boolean {
    if (this.#ties.lease === undefined || this.#pinned === undefined) return false;
    this.#pending = pending;
    return true;
  }

  /**
   * The elements. A view of pinned memory is made when it is first needed, and again if growing unshared memory has
   * detached it.
   * @throws MemoryError if the memory was borrowed and the lease has ended.
   */
  get data(): Own {
    taping()?.touched(this, this.#pinned !== undefined);
    const { address } = this;
    if (this.#pinned !== undefined && address !== undefined && this.#array?.length !== this.length) {
      this.#array = this.#pinned.view(heap().bufferTo(address + this.length * BYTES), address, this.length);
      keepAlive.set(this.#array, this);
    }
    if (this.#array === undefined) throw new MemoryError("tensor: this storage has no elements");
    return this.#array;
  }
}

/** Keeps a pinned block alive while a view of it is: an entry lives as long as its key. */
const keepAlive = new WeakMap<object, object>();

const blocks = new FinalizationRegistry<{ address: number; bytes: number }>(({ address, bytes }) =>
  heap().release(address, bytes),
);

/** A pinned block of the heap, all zeros, that is released when its storage is collected. */
function allocate<Own extends Elements>(view: View<Own>, length: number, elementBytes: number): Storage<Own> {
  taping()?.obstacle("the step pins memory; pin it once, before the step");
  const bytes = length * elementBytes;
  const address = heap().allocateZeros(bytes);
  const storage = new Storage<Own>({ address, length, view });
  blocks.register(storage, { address, bytes });
  return storage;
}

/** Pinned storage for `length` float32s, all zeros; ordinary storage where there is no WebAssembly. */
export function pinnedStorage(length: number): Storage {
  return simdAvailable() ? allocate(viewFloats, length, BYTES) : new Storage(floats(false, length));
}

/** Storage for pinned float32s that something else keeps alive: a workspace, with its lease, or another thread. */
export function storageAt(address: number, length: number, lease?: Lease): Storage {
  return new Storage({ address, length, view: viewFloats }, { lease });
}

/**
 * `length` elements of a storage, from `start` on, as a storage of its own in the same memory, which it keeps alive. It
 * has a version of its own, so that writing to one part leaves the others' versions alone.
 */
export function partOf(whole: Storage, start: number, length: number, lease?: Lease): Storage {
  const { address } = whole;
  if (address === undefined) return new Storage(whole.data.subarray(start, start + length), { lease, whole });
  return new Storage({ address: address + start * BYTES, length, view: viewFloats }, { lease, whole });
}

/** Storage of bytes, for datasets that stay uint8. */
export type ByteStorage = Storage<Uint8Array>;

/** Pinned storage for `length` bytes, all zeros; given an address, for the bytes that another thread keeps there. */
export function byteStorage(length: number, address?: number): ByteStorage {
  if (address !== undefined) return new Storage({ address, length, view: viewBytes });
  return simdAvailable() ? allocate(viewBytes, length, 1) : new Storage(new Uint8Array(length));
}
