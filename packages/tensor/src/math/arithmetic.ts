/**
 * The arithmetic over which formulas are written, once for both numbers and SIMD lanes.
 *
 * ECMAScript specifies + - * / and (since 2025, and engines did so before) Math.sqrt to the last bit, but leaves
 * Math.exp and similar functions to the engine. Functions that are built only from the operations below, in double
 * precision, give the same bits everywhere.
 */

/**
 * The arithmetic of elementwise formulas, reductions and update rules. `T` are values, `Mask` are results of
 * comparisons.
 */
export interface BasicArithmetic<T, Mask> {
  /** A constant. */
  number(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  neg(a: T): T;
  abs(a: T): T;
  sqrt(a: T): T;
  /** The larger of a and b; NaN if either is NaN, and max(-0, 0) = 0. */
  max(a: T, b: T): T;
  /** The smaller of a and b; NaN if either is NaN, and min(-0, 0) = -0. */
  min(a: T, b: T): T;
  /** The nearest integer, ties to even. The result has the sign of `a`, also if it is zero. */
  nearest(a: T): T;
  /** a < b; false if either is NaN. */
  less(a: T, b: T): Mask;
  /** a <= b; false if either is NaN. */
  atMost(a: T, b: T): Mask;
  /** a = b; false if either is NaN. */
  equal(a: T, b: T): Mask;
  /** `yes` where the mask is true, else `no`. Both are evaluated. */
  select(mask: Mask, yes: T, no: T): T;
}

/** The arithmetic of transcendental functions, which also need the bit fields of a double. */
export interface Arithmetic<T, Mask> extends BasicArithmetic<T, Mask> {
  /** b if a < b, else a: the larger one, or `a` if either is NaN. One instruction, where `max` takes seven. */
  larger(a: T, b: T): T;
  /** b if b < a, else a: the smaller one, or `a` if either is NaN. */
  smaller(a: T, b: T): T;
  /** 2^k for an integer k in [-1022, 1023]; 0 for k = -1023; unspecified, but without a trap, elsewhere. */
  twoTo(k: T): T;
  /** floor(log2 |a|) for normal `a`: the exponent field less 1023, so 1024 for infinities and NaN, -1023 for zeros. */
  exponent(a: T): T;
  /**
   * |a| / 2^exponent(a) in [1, 2) for normal `a`: the fraction field with the exponent of 1, so 1 for 0 and Infinity.
   */
  mantissa(a: T): T;
  /**
   * The polynomial c0 + x (c1 + x (c2 + ...)) by Horner's rule: sum = sum * x + c, from the last coefficient down.
   *
   * It is a separate operation because a loop over an abstract arithmetic prevents inlining, which made `exp` 5 times
   * slower.
   */
  horner(coefficients: readonly number[], x: T): T;
}

const bits: DataView = new DataView(new ArrayBuffer(8)); // big-endian: sign, exponent and 20 fraction bits come first
const INTEGERS_FROM = 4503599627370496; // 2^52: from here on every double is an integer

const nearest = (a: number): number => {
  const size = Math.abs(a);
  if (a === 0 || !(size < INTEGERS_FROM)) return a;
  const rounded = size + INTEGERS_FROM - INTEGERS_FROM;
  return a < 0 ? -rounded : rounded;
};

const larger = (a: number, b: number): number => {
  if (a < b) return b;
  return a;
};

const smaller = (a: number, b: number): number => {
  if (b < a) return b;
  return a;
};

const twoTo = (k: number): number => {
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
};

const exponent = (a: number): number => {
  bits.setFloat64(0, a);
  return ((bits.getInt32(0) >> 20) & 0x7ff) - 1023;
};

const mantissa = (a: number): number => {
  bits.setFloat64(0, a);
  bits.setInt32(0, (bits.getInt32(0) & 0xfffff) | 0x3ff00000);
  return bits.getFloat64(0);
};

const horner = (coefficients: readonly number[], x: number): number => {
  let sum = coefficients[coefficients.length - 1];
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
};

/** The arithmetic of JavaScript numbers, in double precision. */
export const numbers: Arithmetic<number, boolean> = {
  number: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  nearest,
  less: (a, b) => a < b,
  atMost: (a, b) => a <= b,
  equal: (a, b) => a === b,
  select: (mask, yes, no) => (mask ? yes : no),
  larger,
  smaller,
  twoTo,
  exponent,
  mantissa,
  horner,
};

/** Numbers that are rounded to float32 after every operation, as in a float32 lane (see `rounding`). */
export const singles: BasicArithmetic<number, boolean> = {
  ...numbers,
  number: Math.fround,
  add: (a, b) => Math.fround(a + b),
  sub: (a, b) => Math.fround(a - b),
  mul: (a, b) => Math.fround(a * b),
  div: (a, b) => Math.fround(a / b),
  sqrt: (a) => Math.fround(Math.sqrt(a)),
};
