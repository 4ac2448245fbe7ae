/** The hyperbolic tangent. Read exp.ts first. */
import type { Arithmetic } from "./arithmetic.ts";
import { expm1 } from "./exp.ts";

/**
 * tanh |x| = t / (t + 2) with t = e^(2|x|) - 1, and tanh is odd.
 *
 * From |x| = 20 on, it rounds to 1. Where it rounds to x (the next term is x^3/3), the result is x, which keeps the
 * sign of zero.
 */
export function tanh<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const size = m.abs(x);
  const clamped = m.min(size, m.number(20));
  const t = expm1(m, m.add(clamped, clamped));
  const y = m.div(t, m.add(t, m.number(2)));
  const odd = m.select(m.less(x, m.number(0)), m.neg(y), y);
  return m.select(m.less(size, m.number(1e-9)), x, odd);
}
