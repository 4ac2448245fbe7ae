import { custom, type Variable } from "polygrad";

/** softsign(x) = x / (1 + |x|). */
export const softsign = custom<[Variable]>({
  name: "softsign",
  forward: (x) => x.div(x.abs().add(1)),
  vjp: [(g, y, x) => g],
});
