/** ln x, log2 x and ln(1 + x), from the series of artanh. Read exp.ts first, which splits ln 2. */
import type { Arithmetic } from "./arithmetic.ts";
import { LN2_HIGH, LN2_LOW } from "./exp.ts";

const LEAST_NORMAL = 2.2250738585072014e-308;
const TWO_TO_54 = 18014398509481984;
const TWO_TO_MINUS_54 = 5.551115123125783e-17;

/** 2/3, 2/5, ..., 2/21: as s^2 < 0.0295, the first term left out is below 2^-60. */
const ARTANH: readonly number[] = Array.from({ length: 10 }, (_, i) => 2 / (2 * i + 3));

/** f - ln(1 + f) = s (f - R), with s = f / (2 + f) and R = 2 s^2/3 + 2 s^4/5 + ... */
function restOfSeries<T, Mask>(m: Arithmetic<T, Mask>, f: T): T {
  const s = m.div(f, m.add(f, m.number(2)));
  const s2 = m.mul(s, s);
  return m.mul(s, m.sub(f, m.mul(s2, m.horner(ARTANH, s2))));
}

/** x = 2^k (1 + f) with 1 + f in (sqrt(1/2), sqrt(2)]. A subnormal x, which has no exponent field, is first scaled. */
function split<T, Mask>(m: Arithmetic<T, Mask>, x: T): { readonly k: T; readonly f: T } {
  const one = m.number(1);
  const isSmall = m.less(x, m.number(LEAST_NORMAL));
  const normal = m.select(isSmall, m.mul(x, m.number(TWO_TO_54)), x);
  const mantissa = m.mantissa(normal);
  const tooLarge = m.less(m.number(Math.SQRT2), mantissa);
  const exponent = m.sub(m.exponent(normal), m.select(isSmall, m.number(54), m.number(0)));
  const k = m.add(exponent, m.select(tooLarge, one, m.number(0)));
  return { k, f: m.sub(m.select(tooLarge, m.mul(mantissa, m.number(0.5)), mantissa), one) };
}

/** A logarithm for every x, which is `finite` for positive finite x. */
function forEvery<T, Mask>(m: Arithmetic<T, Mask>, x: T, finite: T): T {
  const positive = m.select(m.less(x, m.number(Infinity)), finite, x); // Infinity and NaN pass through
  const natural = m.select(m.equal(x, m.number(0)), m.number(-Infinity), positive);
  return m.select(m.less(x, m.number(0)), m.number(NaN), natural);
}

/**
 * ln x = k ln 2 + ln(1 + f) with 1 + f in (sqrt(1/2), sqrt(2)], and with s = f / (2 + f)
 *
 *     ln(1 + f) = 2 artanh s = f - s (f - R),    R = 2 s^2/3 + 2 s^4/5 + ...
 *
 * f is exact and the other terms are small, so hardly more error than that of the last rounding remains (after K. C.
 * Ng's fdlibm). The logarithm of 0 is -Infinity, and that of negative numbers is NaN.
 */
export function log<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const { k, f } = split(m, x);
  const low = m.sub(m.sub(restOfSeries(m, f), m.mul(k, m.number(LN2_LOW))), f);
  return forEvery(m, x, m.sub(m.mul(k, m.number(LN2_HIGH)), low));
}

/** log2 x = k + ln(1 + f) / ln 2, with the same k and f: exact for powers of two, where f = 0. */
export function log2<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const { k, f } = split(m, x);
  return forEvery(m, x, m.add(k, m.mul(m.sub(f, restOfSeries(m, f)), m.number(Math.LOG2E))));
}

/**
 * ln(1 + x) = ln u + c/u, where u is 1 + x rounded and c = x - (u - 1) is what the rounding lost.
 *
 * From |x| = 1 on, c/u is below the last place of ln u, and is left out to avoid 0/0 and Infinity - Infinity.
 * Where ln(1 + x) rounds to x, the result is x, which keeps the sign of zero.
 */
export function log1p<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const one = m.number(1);
  const size = m.abs(x);
  const u = m.add(one, x);
  const lost = m.div(m.sub(x, m.sub(u, one)), u);
  const sum = m.add(log(m, u), m.select(m.less(size, one), lost, m.number(0)));
  return m.select(m.less(size, m.number(TWO_TO_MINUS_54)), x, sum);
}
