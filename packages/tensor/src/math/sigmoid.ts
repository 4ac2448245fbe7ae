/** The logistic sigmoid and its integral, softplus. Read exp.ts and log.ts first. */
import type { Arithmetic } from "./arithmetic.ts";
import { exp } from "./exp.ts";
import { log1p } from "./log.ts";

/** 1 / (1 + e^-x), as e^x / (1 + e^x) for x < 0: no overflow, and the left tail keeps its relative accuracy. */
export function sigmoid<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const one = m.number(1);
  const z = exp(m, m.neg(m.abs(x)));
  return m.div(m.select(m.less(x, m.number(0)), z, one), m.add(one, z));
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which never overflows. */
export function softplus<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  return m.add(m.max(x, m.number(0)), log1p(m, exp(m, m.neg(m.abs(x)))));
}

/** x times its sigmoid. */
export function silu<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  return m.mul(x, sigmoid(m, x));
}

/** The derivative of silu: s (1 + x (1 - s)) with the sigmoid s of x. */
export function siluSlope<T, Mask>(m: Arithmetic<T, Mask>, x: T): T {
  const [s, one] = [sigmoid(m, x), m.number(1)];
  return m.mul(s, m.add(one, m.mul(x, m.sub(one, s))));
}
