/**
 * Floats of 16 and 8 bits: how their codes become numbers, and how numbers round to them.
 *
 * With m bits of mantissa f, an exponent field k and the least exponent e, a code stands for
 *
 * ```
 * (2^m + f) 2^(k - 1 + e - m)   where k > 0
 *         f 2^(e - m)           where k = 0 (subnormal numbers and zero)
 * ```
 * Without their sign, codes are in the order of the numbers: a rounding that carries into the exponent needs no care.
 */

/** How one kind of float is stored. */
export interface SmallFloat {
  /** The number that a code stands for. Every such number is exact in float32. */
  decode(code: number): number;
  /**
   * The code of the nearest number, the even code of two that are equally near. A number beyond the largest becomes
   * infinity or, in a format without infinity, NaN.
   */
  encode(x: number): number;
}

/**
 * What the codes at the ends stand for.
 * - "ieee": the highest exponent is for infinity and NaN (IEEE 754).
 * - "fn": finite numbers and, as all ones, NaN (P. Micikevicius et al., "FP8 formats for deep learning", 2022).
 * - "fnuz": finite numbers; the code of -0 is the only NaN (B. Noune et al., "8-bit numerical formats for deep neural
 *   networks", 2022).
 */
type Ends = "ieee" | "fn" | "fnuz";

/** The floats of `bits` bits, of which `m` are the mantissa, and of that least exponent. */
export function smallFloat(bits: number, m: number, least: number, ends: Ends): SmallFloat {
  const [sign, one] = [2 ** (bits - 1), 2 ** m];
  const infinity = ends === "ieee" ? sign - one : undefined;
  const nan = { ieee: sign - one / 2, fn: sign - 1, fnuz: sign }[ends];
  const largest = { ieee: sign - one - 1, fn: sign - 2, fnuz: sign - 1 }[ends];
  return {
    decode(code) {
      const magnitude = code % sign;
      if (magnitude > largest || (ends === "fnuz" && code === nan))
        return magnitude === infinity ? (code < sign ? 1 : -1) * Number.POSITIVE_INFINITY : Number.NaN;
      const [exponent, fraction] = [Math.floor(magnitude / one), magnitude % one];
      const significand = exponent === 0 ? fraction : one + fraction;
      return (code < sign ? 1 : -1) * significand * powerOfTwo(Math.max(exponent - 1, 0) + least - m);
    },
    encode(x) {
      if (Number.isNaN(x)) return nan;
      const exponent = Math.max(exponentOf(x), least);
      const rounded = nearestEven(Math.abs(x) / powerOfTwo(exponent - m));
      const magnitude = (exponent - least) * one + rounded;
      if (magnitude > largest && infinity === undefined) return nan;
      const isNegative = (x < 0 || Object.is(x, -0)) && !(ends === "fnuz" && magnitude === 0);
      return Math.min(magnitude, infinity ?? largest) + (isNegative ? sign : 0);
    },
  };
}

/** Only powers of two, from 2^-127 to 2^127, and NaN: OCP, Microscaling Formats (MX) Specification, version 1.0. */
export const exponents: SmallFloat = {
  decode: (code) => (code === 255 ? Number.NaN : powerOfTwo(code - 127)),
  encode: (x) => (Number.isNaN(x) ? 255 : Math.min(Math.max(exponentOf(x) + 127, 0), 254)),
};

const scratch = new DataView(new ArrayBuffer(8));

/** 2^k for k from -1022 to 1023. */
function powerOfTwo(k: number): number {
  scratch.setUint32(0, (k + 1023) << 20);
  scratch.setUint32(4, 0);
  return scratch.getFloat64(0);
}

/** The exponent field of x as float64 less its bias: floor(log2 |x|) unless x is 0, subnormal, infinite or NaN. */
function exponentOf(x: number): number {
  scratch.setFloat64(0, x);
  return ((scratch.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

/** The nearest integer; the even one of two. */
function nearestEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
