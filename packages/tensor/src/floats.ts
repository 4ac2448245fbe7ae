/** The two arrays that can hold the elements of a tensor: float32 and float64. How they round is stated here too. */

import { MemoryError } from "./errors.ts";

/** The array that holds the elements of a tensor. */
export type Floats = Float32Array | Float64Array;

/** Bytes in a float32. */
export const BYTES = 4;
/** Float32s in a SIMD vector. */
export const LANES = 4;
/** Bytes in a cache line. Blocks of memory begin on a line, so that no two threads write to the same line. */
export const LINE_BYTES = 64;
/** Float32s in a cache line. */
export const LINE: number = LINE_BYTES / BYTES;

/** Rounds an intermediate result to the precision of an array. */
export type Round = (value: number) => number;

/** Does nothing: JavaScript's arithmetic rounds to float64 by itself. */
export const exact: Round = (value) => value;

/**
 * How an array rounds: `Math.fround` for float32, `exact` for float64.
 *
 * Rounding the double result of one +, -, *, / or sqrt of float32 operands gives the float32 result exactly. Rounding
 * twice does no harm, because 53 bits >= 2 * 24 + 2 (S. Figueroa, "When is double rounding innocuous?", 1995). This is
 * why a twin can match a SIMD kernel to the last bit.
 */
export function rounding(data: Floats): Round {
  return data instanceof Float32Array ? Math.fround : exact;
}

/** The precision of a tensor's elements. */
export type Dtype = "float32" | "float64";

/** The most elements that a tensor has: 2^30, as many float32s as WebAssembly's 4 GiB of memory hold. */
export const MOST: number = 2 ** 30;

/**
 * An array of `length` zeros, in float64 or in float32. All results are stored in arrays made here or in the heap.
 * @throws MemoryError if there are more than 2^30, or the engine has no memory for them.
 */
export function floats(isDouble: boolean, length: number): Floats {
  if (length <= MOST)
    try {
      return isDouble ? new Float64Array(length) : new Float32Array(length);
    } catch {} // the engine has too little memory
  throw new MemoryError(
    `tensor memory: no room for ${length} elements in ${isDouble ? "float64" : "float32"}; ` +
      `a tensor has at most 2^30, and this engine may allow fewer; use smaller sizes`,
  );
}
