/** Floats: the two arrays a tensor may stand on (float32 for users, float64 for gradient checks), their sizes and their rounding. */

/** Elements of a tensor. */
export type Floats = Float32Array | Float64Array;

/** Bytes of a float32, and float32s in a SIMD vector. */
export const BYTES = 4;
export const LANES = 4;

/** What rounds an intermediate result to the precision of an array. */
export type Round = (value: number) => number;

/** Rounding in float64 is what JavaScript's arithmetic does anyway. */
export const exact: Round = (value) => value;

/**
 * `Math.fround` for float32 and nothing for float64. Rounding the double result of one +, -, *, / or sqrt of
 * float32 operands gives the float32 result exactly: 53 bits >= 2 * 24 + 2, so rounding twice is innocuous
 * (Figueroa, "When is double rounding innocuous?", 1995). That is why a twin can match a SIMD kernel to the last bit.
 */
export function rounding(data: Floats): Round {
  return data instanceof Float32Array ? Math.fround : exact;
}
