/** The sine and cosine of any double, by reduction by pi/2 and Taylor's series. Read arithmetic.ts first. */
import { numbers } from "./arithmetic.ts";

const { exponent, horner, mantissa, nearest } = numbers;

/** The sine of x radians; NaN for infinities. */
export function sin(x: number): number {
  return x === 0 ? x : shiftedSine(x, 0);
}

/** The cosine of x radians; NaN for infinities. */
export function cos(x: number): number {
  return shiftedSine(x, 1);
}

const TWO_OVER_PI = 0.6366197723675814;
// pi/2 in three parts, of which the first two have 33 bits, so that k times them is exact for |k| < 2^20
// (W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980).
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_MIDDLE = 6.077100506303966e-11;
const HALF_PI_LOW = 2.0222662487959506e-21;

/**
 * sin(x + shift pi/2), where x = k pi/2 + r + tail and |r| <= pi/4.
 *
 * The first subtraction is exact, the tail holds what the second one loses, and the third one errs by about k 2^-121.
 * That is an ulp of the result even for the hardest doubles, those nearest to multiples of pi/2. Larger x need long
 * integers.
 */
function shiftedSine(x: number, shift: number): number {
  const k = nearest(x * TWO_OVER_PI);
  if (!(Math.abs(k) < 1048576)) return shiftedSineInIntegers(x, shift);
  const high = x - k * HALF_PI_HIGH;
  const middle = k * HALF_PI_MIDDLE;
  const r = high - middle;
  return sineInQuadrant(k + shift, r, high - r - middle - k * HALF_PI_LOW);
}

/** sin(quadrant pi/2 + r + tail). */
function sineInQuadrant(quadrant: number, r: number, tail: number): number {
  const value = quadrant % 2 === 0 ? sineOfRemainder(r, tail) : cosineOfRemainder(r, tail);
  return (quadrant & 2) === 0 ? value : -value;
}

/** sin(r + tail) = r - r^3/3! + ... + tail cos r; of cos r two terms suffice. */
function sineOfRemainder(r: number, tail: number): number {
  const r2 = r * r;
  return r + (r * r2 * horner(SINE, r2) + tail * (1 - r2 / 2));
}

/** cos(r + tail) = 1 - r^2/2 + r^4/4! - ... - tail sin r; of sin r one term suffices. */
function cosineOfRemainder(r: number, tail: number): number {
  const r2 = r * r;
  const high = 1 - r2 / 2;
  const lost = 1 - high - r2 / 2;
  return high + (lost + (r2 * r2 * horner(COSINE, r2) - r * tail));
}

/** sign/first!, -sign/(first + 2)!, ..., to 1/last!. */
function alternating(sign: number, first: number, last: number): readonly number[] {
  const terms: number[] = [];
  let factorial = 1; // exact up to 18!
  for (let k = 1; k <= last; k++) {
    factorial *= k;
    if (k < first || (k - first) % 2 !== 0) continue;
    terms.push(sign / factorial);
    sign = -sign;
  }
  return terms;
}

// On |r| <= pi/4 the first term left out is below 2^-58 of the sum.
const SINE: readonly number[] = alternating(-1, 3, 17);
const COSINE: readonly number[] = alternating(1, 4, 16);

const FRACTION_BITS = 1200n; // as many for the remainder as for the largest k, 2^1024, and 160 more
let halfPi: bigint | undefined;

/** arctan(1/n) = 1/n - 1/(3 n^3) + 1/(5 n^5) - ... in fixed point. */
function arctanOfInverse(n: bigint): bigint {
  let power = (1n << FRACTION_BITS) / n;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power /= -n * n;
  }
  return sum;
}

/** `shiftedSine` in fixed point: slow, but accurate to 2^-160 for every double. */
function shiftedSineInIntegers(x: number, shift: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN;
  halfPi ??= 8n * arctanOfInverse(5n) - 2n * arctanOfInverse(239n); // J. Machin's formula, 1706
  const fixed = BigInt(mantissa(x) * 4503599627370496) << (FRACTION_BITS - 52n + BigInt(exponent(x)));
  const k = (2n * fixed + halfPi) / (2n * halfPi);
  const rest = (fixed - k * halfPi) >> (FRACTION_BITS - 200n);
  const high = Number(rest);
  const low = Number(rest - BigInt(high));
  const unit = x < 0 ? -6.223015277861142e-61 : 6.223015277861142e-61; // 2^-200
  return sineInQuadrant(Number(k & 3n) * Math.sign(x) + shift, high * unit, low * unit);
}
