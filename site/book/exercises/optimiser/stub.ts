import type { Update } from "polygrad";

/** s = s + g^2; p = p - rate g / (sqrt(s) + epsilon): AdaGrad (Duchi, Hazan & Singer 2011). */
export const adagrad: Update = {
  name: "adagrad",
  states: 1,
  scalars: 2,
  rule: (m, [p, s], g, [rate, epsilon]) => [m.sub(p, m.mul(rate, g)), s],
};
