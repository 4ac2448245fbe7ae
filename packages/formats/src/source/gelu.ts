/** GELU as a formula: see tensor/math/erf.ts, whose functions branch. Read language.ts first. */
import { errorFunction as constants, exp } from "@polygrad/tensor/internal";
import type { Code } from "./code.ts";
import type { Doubles } from "./language.ts";

/** x/2 erfc(-x / sqrt 2). */
export function gelu(m: Doubles, x: Code): Code {
  return m.mul(m.div(x, m.number(2)), m.call("erfc", erfc, m.mul(m.neg(x), m.number(Math.SQRT1_2))));
}

function erfc(m: Doubles, x: Code): Code {
  const left = m.sub(m.number(2), m.call("tail", tail, m.neg(x)));
  const series = m.mul(m.mul(m.number(constants.TWO_OVER_SQRT_PI), x), m.horner(constants.SERIES, m.mul(x, x)));
  const others = m.select(m.atMost(x, m.number(-1)), left, m.sub(m.number(1), series));
  return m.select(m.atMost(m.number(0.46875), x), m.call("tail", tail, x), others);
}

/** erfc x for x >= 0.46875. */
function tail(m: Doubles, x: Code): Code {
  const gauss = m.call("gauss", gaussian, x);
  const { MIDDLE_TOP, MIDDLE_BOTTOM, LARGE_TOP, LARGE_BOTTOM, ONE_OVER_SQRT_PI } = constants;
  const middle = m.div(m.mul(gauss, m.horner(MIDDLE_TOP, x)), m.horner(MIDDLE_BOTTOM, x));
  const y = m.div(m.number(1), m.mul(x, x));
  const quotient = m.div(m.mul(y, m.horner(LARGE_TOP, y)), m.horner(LARGE_BOTTOM, y));
  const large = m.div(m.mul(gauss, m.sub(m.number(ONE_OVER_SQRT_PI), quotient)), x);
  return m.select(m.atMost(x, m.number(4)), middle, m.select(m.less(m.number(28), x), m.number(0), large));
}

/** exp(-x^2), with x = near + rest. */
function gaussian(m: Doubles, x: Code): Code {
  const [one, near] = [m.number(1), m.rounded(x)];
  const rest = m.mul(m.sub(x, near), m.add(x, near));
  const third = m.sub(one, m.div(rest, m.number(3)));
  const correction = m.sub(one, m.mul(rest, m.sub(one, m.mul(m.div(rest, m.number(2)), third))));
  return m.mul(m.call("exp", exp, m.mul(m.neg(near), near)), correction);
}
