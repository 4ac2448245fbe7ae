/** The elements of a file as an array of floats: the file's own bytes where memory allows it, or else an exact copy. */
import { type Floats, zeros } from "@polygrad/tensor";
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

/** The same elements with the bytes of each in the opposite order: big-endian becomes little-endian. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = bytes.slice();
  for (let at = 0; at + width <= copy.length; at += width) copy.subarray(at, at + width).reverse();
  return copy;
}
