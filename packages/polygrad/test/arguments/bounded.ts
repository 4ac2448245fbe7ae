/**
 * Calls with a bound on memory: counts what a call allocates, and refuses what would be too much.
 *
 * The bound is 64 KiB and 64 bytes for each element of the arguments and of the result. 64 bytes are eight float64s:
 * the most that an operation needs is a copy in float64 of its operand and of several intermediate results (variance).
 * 64 KiB are for what does not depend on sizes: a kernel that is compiled, a block of staged bytes, a page of memory.
 */
import { Tensor, Variable } from "polygrad";
import { heap } from "../../../tensor/src/memory/heap.ts";

const FIXED = 65_536;
const PER_ELEMENT = 64;
/** No request for more bytes than this is carried out, so that a failing test does not exhaust the machine. */
const MOST = 2 ** 26;

/** The arrays whose making is counted, and the bytes of an element. */
const ARRAYS: Readonly<Record<string, number>> = {
  Array: 8,
  ArrayBuffer: 1,
  SharedArrayBuffer: 1,
  Uint8Array: 1,
  Int8Array: 1,
  Uint8ClampedArray: 1,
  Uint16Array: 2,
  Int16Array: 2,
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
};

/** Counts the bytes of all arrays that are made while it is installed. */
export class Meter {
  /** Bytes of the arrays that were made or refused. */
  bytes = 0;
  readonly #originals = Object.keys(ARRAYS).map((name) => [name, Reflect.get(globalThis, name)] as const);

  /** Starts counting. */
  install(): void {
    for (const [name, original] of this.#originals) {
      const counted: unknown = new Proxy(original, {
        construct: (target, args, newTarget) => {
          this.#request(args[0], ARRAYS[name]);
          return Reflect.construct(target, args, newTarget === counted ? target : newTarget);
        },
        apply: (target, self, args) => {
          this.#request(args[0], ARRAYS[name]);
          return Reflect.apply(target, self, args);
        },
      });
      Reflect.set(globalThis, name, counted);
    }
  }

  /** Stops counting. */
  restore(): void {
    for (const [name, original] of this.#originals) Reflect.set(globalThis, name, original);
  }

  /** Counts one array of `length` elements, or one with as many elements as another. */
  #request(length: unknown, elementBytes: number): void {
    const elements = typeof length === "number" ? length : elementsIn(length);
    if (!(elements > 0)) return;
    this.bytes += elements * elementBytes;
    if (elements * elementBytes > MOST) throw new RangeError(`the test refuses an array of ${elements} elements`);
  }
}

/** The number of elements that a new array would copy from a value. */
function elementsIn(value: unknown): number {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value) ? Number(value.length) : 0;
}

/** Bytes in use in the memory of the kernels. */
export function heapBytes(): number {
  return heap().used;
}

/** The number of elements of a value: of a tensor, an array, text, or all of them in a list. */
function sizeOf(value: unknown, depth = 0): number {
  if (value instanceof Tensor || value instanceof Variable) return Math.min(value.size, MOST);
  if (typeof value === "string") return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (depth > 4 || typeof value !== "object" || value === null) return 0;
  if (value instanceof Map) return sizeOf([...value.values()], depth + 1);
  const parts = Object.values(value);
  return parts.reduce((sum: number, part) => sum + sizeOf(part, depth + 1), parts.length);
}

/** The most bytes that a call with these arguments and this result may allocate. */
export function boundOf(...argumentsAndResult: readonly unknown[]): number {
  return FIXED + PER_ELEMENT * argumentsAndResult.reduce<number>((sum, value) => sum + sizeOf(value), 0);
}
