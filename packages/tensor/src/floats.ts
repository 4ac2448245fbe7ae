/** Floats: the two arrays that a tensor may stand on (float32 for users, float64 for gradient checks), and how they round. */

/** Elements of a tensor. */
export type Floats = Float32Array | Float64Array;

/** Bytes of a float32. */
export const BYTES = 4;
/** Float32s in a SIMD vector. */
export const LANES = 4;
/** Bytes of a cache line: blocks of memory begin on one, so that no two threads write to the same line. */
export const LINE_BYTES = 64;
/** Float32s on a cache line. */
export const LINE: number = LINE_BYTES / BYTES;

/** Rounds an intermediate result to the precision of an array. */
export type Round = (value: number) => number;

/** JavaScript's arithmetic rounds to float64 by itself. */
export const exact: Round = (value) => value;

/**
 * `Math.fround` for float32 and nothing for float64. Rounding the double result of one +, -, *, / or sqrt of
 * float32 operands gives the float32 result exactly: 53 bits >= 2 * 24 + 2, so rounding twice does no harm
 * (Figueroa, "When is double rounding innocuous?", 1995). That is why a twin can match a SIMD kernel to the last bit.
 */
export function rounding(data: Floats): Round {
  return data instanceof Float32Array ? Math.fround : exact;
}

/** An array of zeros in the precision asked for. */
export function floats(isDouble: boolean, length: number): Floats {
  return isDouble ? new Float64Array(length) : new Float32Array(length);
}
