import { custom, type Variable } from "polygrad";

/** softsign(x) = x / (1 + |x|). Its derivative is 1 / (1 + |x|)^2. */
export const softsign = custom<[Variable]>({
  name: "softsign",
  forward: (x) => x.div(x.abs().add(1)),
  vjp: [(g, _y, x) => g.div(x.abs().add(1).square())],
});
