/**
 * Places: where the elements are that a taped step computes with, in its first run and in every replay.
 *
 * Elements are in one of four kinds of storage:
 *
 * - pinned memory that was there before, such as parameters: it is used where it is;
 * - results of the step: they lie in an arena, at the same addresses in every replay;
 * - arrays that JavaScript has made in the step, such as the seed of `backward`: constants, which are copied once;
 * - arrays that were there before, arguments among them: they are copied in every replay.
 */
import { BYTES } from "../floats.ts";
import { heap } from "../memory/heap.ts";
import { type ByteStorage, pinnedStorage, type Storage, storageAt } from "../memory/storage.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import type { Arenas } from "./arena.ts";
import { unnoted } from "./current.ts";
import { Given } from "./given.ts";
import { type Facts, Tape } from "./tape.ts";

/** Where elements of ordinary storage have been copied to. */
interface Copy {
  readonly start: number;
  readonly length: number;
  readonly address: number;
}

export class Places {
  /** Why the step cannot be replayed, if it cannot. */
  why: string | undefined;
  readonly tape: Tape;
  readonly arenas: Arenas;
  readonly given: Given;
  /** The tape that this one will only be compared with; without it, this one is to be replayed. */
  protected readonly like: Tape | undefined;
  /** The storages, their versions, and the variables that have been made in the step. */
  readonly #made = new WeakSet<object>();
  readonly #copies = new Map<object, Copy[]>();
  readonly #adopted = new Map<object, object>();
  readonly #derived = new Map<Int32Array, () => Int32Array>();

  /** @param given the arguments of the step */
  constructor(arenas: Arenas, given: readonly unknown[], like?: Tape) {
    this.arenas = arenas;
    this.tape = new Tape(given);
    this.given = new Given(this.tape);
    this.like = like;
  }

  /** Notes what has been done, and how to do it again. */
  note(name: string, facts: Facts, run: () => void): void {
    this.tape.entries.push({ name, facts, run });
  }

  /** Notes something that no replay could do, and why. */
  obstacle(why: string): void {
    this.why ??= why;
  }

  /** A storage, its version or a variable has been made. */
  made(object: object): void {
    this.#made.add(object);
  }

  /** Whether a storage, a version or a variable has been made in the step. */
  isMade(object: object): boolean {
    return this.#made.has(object);
  }

  /** Takes a storage for one that was there before, because its array was. */
  adopted(storage: object, array: object): void {
    this.#made.delete(storage);
    this.#adopted.set(storage, array);
  }

  /** Whether JavaScript has made the elements, so that they are the same in every step. */
  isConstant(storage: Storage): boolean {
    return this.#made.has(storage) && storage.address === undefined;
  }

  /** Whether what is computed from a tensor is a result of the step: neither constant nor in float64. */
  computes({ storage }: Tensor): boolean {
    return !storage.isDouble && !this.isConstant(storage);
  }

  /** What must be the same about an array or a storage: the argument that it is, or else its identity or elements. */
  factOf(array: object): unknown {
    return this.given.positionOf(array) ?? this.#adopted.get(array) ?? array;
  }

  /** A new result, whose elements are left over from earlier use. */
  result(shape: Shape): Tensor {
    const { results } = this.arenas;
    const size = sizeOf(shape);
    return new Tensor(results.storageAt(results.take(size), size), shape);
  }

  /** A new result that consists of zeros. */
  zeros(shape: Shape): Tensor {
    const zeros = this.result(shape);
    const start = this.addressOf(zeros.storage, 0, zeros.size) / BYTES;
    const fill = () => void heap().floats.fill(0, start, start + zeros.size);
    this.note("filling with zeros", { start, size: zeros.size }, fill);
    fill();
    return zeros;
  }

  /** Moves elements to pinned memory, now and in every replay. */
  moves(x: Tensor, target: Tensor, move: (x: Tensor, target: Tensor) => void): void {
    const [from, to] = [this.lasting(x), this.lasting(target)];
    const elements = this.isConstant(x.storage) ? unnoted(() => x.data.slice()) : from.storage.address;
    const facts = { elements, from: [...from.shape, ...from.strides, from.offset], to: to.storage.address };
    const again = blockMove(from, to) ?? (() => move(from, to));
    this.note("copying elements", { ...facts, target: [...to.strides, to.offset] }, again);
    unnoted(again);
  }

  /** Indices that are computed from `source`; every replay computes them from what it has in its place. */
  derives<Source>(
    source: Source,
    isSource: (part: unknown) => part is Source,
    indices: (source: Source) => Int32Array,
  ): Int32Array {
    const [array, now] = [indices(source), this.given.current(source, isSource)];
    this.#derived.set(array, () => indices(now()));
    return array;
  }

  /** The address of indices, which are copied in every replay. */
  indices(array: Int32Array): number {
    const address = this.arenas.results.take(array.length);
    const now = this.#derived.get(array) ?? this.given.current(array, (part) => part instanceof Int32Array);
    const copy = (indices: Int32Array) => new Int32Array(heap().memory.buffer, address, array.length).set(indices);
    const facts = { address, indices: this.#derived.has(array) || this.factOf(array) };
    this.note("copying indices", facts, () => copy(now()));
    copy(array);
    return address;
  }

  /** The address of elements of a storage. Where it is not pinned, they are copied: constants once, others each time. */
  addressOf(storage: Storage | ByteStorage, start: number, length: number): number {
    const { address } = storage;
    if (address !== undefined) {
      if (!this.#made.has(storage) && this.given.positionOf(storage) === undefined) this.keep(storage);
      return address + start * BYTES;
    }
    const now = this.given.storageNow(storage);
    return unnoted(() => this.#copyOf(storage, start, length, () => now().data.subarray(start, start + length)));
  }

  #copyOf(storage: object, start: number, length: number, elements: () => ArrayLike<number>): number {
    const [copies, now] = [this.#copies.get(storage) ?? [], elements()];
    this.#copies.set(storage, copies);
    const known = copies.find((copy) => copy.start === start && copy.length === length && holds(copy, now));
    if (known !== undefined) return known.address;
    const isConstant = this.#made.has(storage);
    const address = isConstant ? this.#constant(length) : this.arenas.results.take(length);
    const copy = () => heap().floats.set(elements(), address / BYTES);
    copy();
    copies.push({ start, length, address });
    if (!isConstant) this.note("copying elements", { start, length, address, from: this.factOf(storage) }, copy);
    return address;
  }

  /** Room for a constant, which outlasts the step if the tape is to be replayed. */
  #constant(length: number): number {
    if (this.like !== undefined) return this.arenas.constants.take(length);
    const storage = unnoted(() => pinnedStorage(length));
    this.keep(storage);
    return storage.address ?? this.arenas.constants.take(length);
  }

  /** Keeps a storage, whose memory the tape addresses. */
  keep(storage: Storage | ByteStorage): void {
    this.tape.kept.add(storage);
  }

  /** The same elements, for a replay to read or write: their memory does not expire. */
  lasting(x: Tensor): Tensor {
    const address = this.addressOf(x.storage, 0, x.storage.length);
    return unnoted(() => new Tensor(storageAt(address, x.storage.length), x.shape, x.strides, x.offset));
  }
}

/** A copy of one block of pinned memory to another, if it is one. */
function blockMove(from: Tensor, to: Tensor): (() => void) | undefined {
  const [source, target] = [from.storage.address, to.storage.address];
  if (source === undefined || target === undefined || !from.isContiguous || !to.isContiguous) return undefined;
  const [start, at] = [source / BYTES + from.offset, target / BYTES + to.offset];
  return () => void heap().floats.copyWithin(at, start, start + from.size);
}

/** Whether a copy still has these elements: JavaScript may have changed a constant after it was copied. */
function holds({ address }: Copy, elements: ArrayLike<number>): boolean {
  const { floats } = heap();
  for (let i = 0; i < elements.length; i++) if (!Object.is(floats[address / BYTES + i], elements[i])) return false;
  return true;
}
