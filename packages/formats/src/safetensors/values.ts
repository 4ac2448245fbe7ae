/** The elements of a file as an array of floats, and back. Read elements.ts first. */
import { contiguous, type Floats, type Tensor, zeros } from "@polygrad/tensor";
import type { FormatError } from "../errors.ts";
import { elements, isLittleEndian, type SafetensorsDtype } from "./elements.ts";

/**
 * The first `count` elements of `bytes`, which has as many. F32 and F64 are views of the same memory, if it is aligned to
 * their size. All other types are copied, to float32 or float64, with every number exact.
 * @param name what messages call the type
 * @param roundIntegers whether integers beyond 2^53 - 1 are rounded, not refused
 */
export function valuesOf(
  bytes: Uint8Array,
  count: number,
  { dtype, name = dtype, roundIntegers }: { dtype: SafetensorsDtype; name?: string; roundIntegers: boolean },
  refuse: (what: string) => FormatError,
): Floats {
  const { buffer, byteOffset } = bytes;
  const { bytes: width, precision, range, read } = elements[dtype];
  if (isLittleEndian && byteOffset % width === 0) {
    if (dtype === "F32") return new Float32Array(buffer, byteOffset, count);
    if (dtype === "F64") return new Float64Array(buffer, byteOffset, count);
  }
  const view = new DataView(buffer, byteOffset);
  const values = zeros([count], { dtype: precision }).data;
  for (let i = 0; i < count; i++) {
    const value = read(view, i * width);
    if (dtype === "BOOL" && value > 1) throw refuse(`element ${i} is the byte ${value}, but ${name} has only 0 and 1`);
    if (range !== undefined && !Number.isSafeInteger(value) && !roundIntegers)
      throw refuse(
        `element ${i} is about ${value}, which float64 cannot hold exactly; the option roundIntegers rounds it`,
      );
    values[i] = value;
  }
  return values;
}

/**
 * Writes the elements of a tensor, in row-major order, from byte `start` of `file` on. Floats round to the nearest; what
 * would become infinite, and what is not an integer in the range of an integer type, is refused.
 * @param name what messages call the type
 */
export function writeValues(
  x: Tensor,
  file: Uint8Array<ArrayBuffer>,
  start: number,
  { dtype, name = dtype }: { dtype: SafetensorsDtype; name?: string },
  refuse: (what: string) => FormatError,
): void {
  const { bytes, range, isExact, write, read } = elements[dtype];
  const { data, offset } = contiguous(x);
  if (isLittleEndian && dtype === (x.storage.isDouble ? "F64" : "F32")) {
    const own = dtype === "F64" ? Float64Array : Float32Array;
    new own(file.buffer, start, x.size).set(data.subarray(offset, offset + x.size));
    return;
  }
  const view = new DataView(file.buffer);
  for (let i = 0; i < x.size; i++) {
    const [value, at] = [data[offset + i], start + i * bytes];
    if (range !== undefined && !(Number.isInteger(value) && value >= range[0] && value <= range[1]))
      throw refuse(
        `element ${i} is ${value}, but ${name} holds integers from ${range[0]} to ${range[1]}; choose another dtype`,
      );
    write(view, at, value);
    if (isLost(value, read(view, at), isExact))
      throw refuse(
        `element ${i} is ${value}, which ${name} ` +
          `${isExact ? "does not have" : `would make ${read(view, at)}`}; choose another dtype`,
      );
  }
}

/** Whether what was written is another number than it should be. Rounding is allowed, but not to infinity or NaN. */
function isLost(value: number, written: number, isExact: boolean): boolean {
  if (Number.isNaN(value) || !Number.isFinite(value)) return !Object.is(value, written);
  return !Number.isFinite(written) || (isExact && value !== written);
}

/** The same elements with the bytes of each in the opposite order: big-endian becomes little-endian. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = new Uint8Array(bytes); // slice() of a Buffer would be a view
  for (let at = 0; at + width <= copy.length; at += width) copy.subarray(at, at + width).reverse();
  return copy;
}
