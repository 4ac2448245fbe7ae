/** The inverse tangent, and from it the inverse sine and cosine. Read arithmetic.ts first. */
import type { Arithmetic } from "./arithmetic.ts";

const HALF_PI = 1.5707963267948966;

// Of the simple numbers near tan(pi/4), the one whose angle is a double to within 0.006 ulp (S. Gal, An accurate
// elementary mathematical library for the IEEE floating point standard, ACM TOMS 17 (1991) 26-45).
const CENTRE = 0.9970703125;
const ANGLE = 0.783931171784766;

/** Tangents of the angles half-way from 0 to ANGLE and from there to pi/2. */
const BOUNDS = [0.4134, 2.41];

/** -1/3, 1/5, ..., 1/41: as |t| < 0.416, the first term left out is below 2^-58 of the sum. */
const ARCTAN: readonly number[] = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? -1 : 1) / (2 * i + 3));

/**
 * arctan |x| = arctan c + arctan t with t = (|x| - c) / (1 + c |x|), where c is 0, CENTRE or infinity: t = -1/|x|.
 * Then arctan t = t - t^3/3 + t^5/5 - ..., and arctan is odd.
 *
 * Where arctan x rounds to x (the next term is x^3/3), the result is x, which keeps the sign of zero.
 */
export function atan<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const zero = m.number(0);
  const size = m.abs(x);
  const small = m.less(size, m.number(BOUNDS[0]));
  const medium = m.less(size, m.number(BOUNDS[1]));
  const centre = m.select(small, zero, m.number(CENTRE));
  const angle = m.select(small, zero, m.select(medium, m.number(ANGLE), m.number(HALF_PI)));
  const top = m.select(medium, m.sub(size, centre), m.number(-1));
  const bottom = m.select(medium, m.add(m.number(1), m.mul(centre, size)), size);
  const t = m.div(top, bottom);
  const t2 = m.mul(t, t);
  const y = m.add(angle, m.add(t, m.mul(m.mul(t, t2), m.horner(ARCTAN, t2))));
  const odd = m.select(m.less(x, zero), m.neg(y), y);
  return m.select(m.less(size, m.number(1e-9)), x, odd);
}

/**
 * arcsin x = arctan(x / sqrt((1 - x) (1 + x))); NaN outside [-1, 1], where the root is of a negative number.
 *
 * arctan never magnifies the relative error of its argument: u / ((1 + u^2) arctan u) <= 1. At 1 it is arctan Infinity.
 */
export function asin<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const one = m.number(1);
  return atan(m, m.div(x, m.sqrt(m.mul(m.sub(one, x), m.add(one, x)))));
}

/** arccos x = 2 arctan sqrt((1 - x) / (1 + x)), accurate near 1 too, as 1 - x is exact there; NaN outside [-1, 1]. */
export function acos<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const one = m.number(1);
  const half = atan(m, m.sqrt(m.div(m.sub(one, x), m.add(one, x))));
  return m.add(half, half);
}
