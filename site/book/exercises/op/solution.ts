import type { SingleFormula } from "tensor/kernels/elementwise.ts";

/** softsign(x) = x / (1 + |x|), which goes from -1 to 1 as tanh does, but more slowly. */
export const softsign: SingleFormula = (m, x) => m.div(x, m.add(m.number(1), m.abs(x)));
