/** e^x, short and long, and e^x - 1, by Cody-Waite reduction to |r| <= ln(2)/2 and Taylor's series. Read arithmetic.ts first. */
import type { Arithmetic } from "./arithmetic.ts";

// ln 2 = LN2_HIGH + LN2_LOW. The high part ends in 21 zero bits, so k * LN2_HIGH is exact for every exponent k
// (W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980).
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

const TWO_TO_MINUS_54 = 5.551115123125783e-17;

/** 1/2!, 1/3!, ..., 1/13!: the next term, r^14/14!, is below 2^-57 on the reduced range. */
const INVERSE_FACTORIALS: readonly number[] = (() => {
  const coefficients: number[] = [];
  for (let k = 2, factorial = 2; k <= 13; factorial *= ++k) coefficients.push(1 / factorial);
  return coefficients;
})();

/** 1/0!, 1/1!, ..., 1/8!. */
const SHORT_SERIES: readonly number[] = [1, 1, ...INVERSE_FACTORIALS.slice(0, 7)];

/** k, where x = k ln 2 + r. */
function quotient<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  return m.nearest(m.mul(x, m.number(Math.LOG2E)));
}

/** e^r - 1 = r + r^2 (1/2! + r/3! + ...) for the r in x = k ln 2 + r. */
function expm1OfRemainder<T, Mask>(m: Arithmetic<T, Mask>, x: T, k: T): T {
  const high = m.sub(x, m.mul(k, m.number(LN2_HIGH)));
  const r = m.sub(high, m.mul(k, m.number(LN2_LOW)));
  return m.add(r, m.mul(m.mul(r, r), m.horner(INVERSE_FACTORIALS, r)));
}

/**
 * e^x = 2^k e^r.
 *
 * The power 2^k is applied in two halves: 2^1024 and 2^-1076 are not doubles, but e^710 must overflow to Infinity and
 * e^-745 must underflow to the smallest subnormal.
 */
export function exp<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const clamped = m.larger(m.smaller(x, m.number(710)), m.number(-746)); // NaN passes
  const k = quotient(m, clamped);
  const half = m.nearest(m.mul(k, m.number(0.5)));
  const power = m.add(m.number(1), expm1OfRemainder(m, clamped, k));
  return m.mul(m.mul(power, m.twoTo(half)), m.twoTo(m.sub(k, half)));
}

/**
 * e^x for x <= 0, for results that are rounded to float32: nine terms of the series, and the power 2^k in one piece.
 *
 * The terms left out, r^9/9! and on, are below 2^-31.7 e^r, or 0.005 units in the last place of a float32. e^0 is 1,
 * exactly. Below -708, where e^x is no normal double, the result is that of -708.
 */
export function shortExp<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const clamped = m.larger(x, m.number(-708));
  const k = quotient(m, clamped);
  const r = m.sub(clamped, m.mul(k, m.number(Math.LN2)));
  return m.mul(m.horner(SHORT_SERIES, r), m.twoTo(k));
}

/**
 * e^x - 1 = 2^k (e^r - 1) + (2^k - 1), accurate near 0 too, where k = 0.
 *
 * Both terms are halved because 2^1024 is not a double. Where e^x - 1 rounds to x, the result is x, which keeps the
 * sign of zero.
 */
export function expm1<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const clamped = m.larger(m.smaller(x, m.number(710)), m.number(-40)); // e^-40 < 2^-57: lost next to 1
  const k = quotient(m, clamped);
  const halfPower = m.twoTo(m.sub(k, m.number(1)));
  const scaled = m.mul(halfPower, expm1OfRemainder(m, clamped, k));
  const sum = m.add(scaled, m.sub(halfPower, m.number(0.5)));
  return m.select(m.less(m.abs(x), m.number(TWO_TO_MINUS_54)), x, m.add(sum, sum));
}
