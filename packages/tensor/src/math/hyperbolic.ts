/** The hyperbolic sine and cosine. Read exp.ts first. */
import type { Arithmetic } from "./arithmetic.ts";
import { exp, expm1 } from "./exp.ts";

// e^x/2 is a double up to x = 710.4758, but e^x only up to 709.7827. So for large x, e^x/2 = e^(x - 44) (e^44/2):
// x - 44 is exact there, and of the integers, 44 gives a constant that is a double to within 0.009 ulp.
const LARGE = 700;
const SHIFT = 44;
const HALF_POWER = 6.425800057179654e18;

/**
 * sinh |x| = (t + t / (t + 1)) / 2 with t = e^|x| - 1, and sinh is odd. For large |x| it is e^|x|/2.
 *
 * Where sinh x rounds to x (the next term is x^3/6), the result is x, which keeps the sign of zero.
 */
export function sinh<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const zero = m.number(0);
  const size = m.abs(x);
  const large = m.less(m.number(LARGE), size);
  const t = expm1(m, m.sub(size, m.select(large, m.number(SHIFT), zero)));
  const sum = m.add(t, m.div(t, m.add(t, m.number(1))));
  const y = m.select(large, m.mul(t, m.number(HALF_POWER)), m.mul(sum, m.number(0.5)));
  const odd = m.select(m.less(x, zero), m.neg(y), y);
  return m.select(m.less(size, m.number(1e-9)), x, odd);
}

/** cosh x = h + 1 / (4 h) with h = e^|x|/2. */
export function cosh<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const size = m.abs(x);
  const large = m.less(m.number(LARGE), size);
  const power = exp(m, m.sub(size, m.select(large, m.number(SHIFT), m.number(0))));
  const half = m.mul(power, m.select(large, m.number(HALF_POWER), m.number(0.5)));
  return m.add(half, m.div(m.number(0.25), half));
}
