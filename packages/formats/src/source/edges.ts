/** Splines and Gaussians on every edge. Read sums.ts first. Order of operations: tensor/kernels/spline/forward.ts. */
import { linspace } from "@polygrad/tensor";
import { exp, sigmoid, silu } from "@polygrad/tensor/internal";
import type { GaussianStep, SplineStep } from "../network/steps.ts";
import { atom, type Code } from "./code.ts";
import type { Language, Place } from "./language.ts";
import { edgesAtZero, knotsOf, paddedKnots, paddedWeights } from "./splines.ts";
import { inputsFirst, products, rowsAt, sums } from "./sums.ts";

/** The order + 1 functions that are not 0 at t, of which the first is function number `count` - 1 - order. */
function localFunctions(language: Language, step: SplineStep, knots: string, t: Code): Code[] {
  const { singles: m } = language;
  const { order } = step;
  const { count: last, stride } = knotsOf(step);
  const row = stride === 0 ? "" : `i * ${stride} + `;
  const count = language.variable("integer", "count", atom("0"));
  language.loop("k", "0", String(last), 1, () => {
    language.continueIf(m.less(t, language.element(knots, `${row}k + ${order + 1}`)));
    language.assign(count, atom("count + 1"));
  });
  /** The knot number count + k. */
  const knot = (k: number) => language.element(knots, `${row}count${k + order + 1 === 0 ? "" : ` + ${k + order + 1}`}`);
  const [first, end] = [order + 1, order + last].map((k) => language.element(knots, `${row}${k}`));
  const inside = language.variable("single", "inside", m.min(m.max(t, first), end));
  let values = [m.number(1)];
  for (let d = 1; d <= order; d++) {
    const shares = values.map((value, r) => {
      const width = language.variable("single", `w${d}_${r}`, m.sub(knot(r), knot(r - d)));
      const inverse = m.select(m.less(m.number(0), width), m.div(m.number(1), width), m.number(0));
      return language.variable("single", `q${d}_${r}`, m.mul(value, inverse));
    });
    const rising = shares.map((share, r) => m.mul(m.sub(inside, knot(r - d)), share));
    const falling = shares.map((share, r) => m.mul(m.sub(knot(r), inside), share));
    values = Array.from({ length: d + 1 }, (_, r) => {
      const value = r === 0 ? falling[0] : r === d ? rising[d - 1] : m.add(rising[r - 1], falling[r]);
      return language.variable("single", `n${d}_${r}`, value);
    });
  }
  return values;
}

/** Functions that do not exist, beyond the ends, meet weights of 0. */
export function spline(language: Language, step: SplineStep, { number, x, y }: Place): void {
  const { singles: m, doubles } = language;
  const { inputs, outputs, base } = step;
  const knots = language.constants(`knots${number}`, paddedKnots(step));
  const weights = paddedWeights(step);
  const weight = language.constants(`weight${number}`, weights.values);
  const { zeros, bias } = edgesAtZero(step);
  const zero = language.constants(`zero${number}`, zeros);
  const ofBase = base && language.constants(`base${number}`, inputsFirst(base, { inputs, outputs, terms: 1 }));
  const biases = [language.constants(`bias${number}`, bias)];
  sums(language, { name: String(number), inputs, outputs, x, y, biases }, (t) => {
    const functions = localFunctions(language, step, knots, t);
    const factor =
      ofBase && language.variable("single", "factor", language.narrow(doubles.call("silu", silu, language.widen(t))));
    const [own, edge] = [
      rowsAt(language, "first", `(i * ${weights.rows} + count) * ${outputs}`, outputs),
      rowsAt(language, "at", `i * ${outputs}`, outputs),
    ];
    return () => {
      const terms = functions.map((value, r) => m.mul(value, own(weight, r)));
      if (factor && ofBase) terms.push(m.mul(factor, edge(ofBase, 0)));
      return m.sub(
        terms.reduce((sum, term) => m.add(sum, term)),
        edge(zero, 0),
      );
    };
  });
}

/** The sum of the products with all Gaussians, plus that of the products with silu(x). */
export function gaussians(language: Language, step: GaussianStep, { number, x, y, size }: Place): void {
  const { singles: m, doubles } = language;
  const { inputs, outputs, centres, range, base } = step;
  const [low, high] = range;
  const from = (low / (high - low)) * (centres - 1); // as in RadialBasis: the centres in units of their distance
  const places = language.constants(`centres${number}`, linspace(from, from + centres - 1, centres).data);
  const weight = language.constants(`weight${number}`, inputsFirst(step.weight, { inputs, outputs, terms: centres }));
  const functions = language.array(`gaussians${number}`, inputs * centres);
  language.loop("i", "0", String(inputs), 1, () => {
    const unit = m.mul(language.element(x, "i"), m.number((centres - 1) / (high - low)));
    const t = language.variable("single", "t", unit);
    language.loop("k", "0", String(centres), 1, () => {
      const distance = language.variable("single", "distance", m.sub(t, language.element(places, "k")));
      const power = doubles.call("exp", exp, language.widen(m.neg(m.mul(distance, distance))));
      language.assign(language.element(functions, `i * ${centres} + k`), language.narrow(power));
    });
  });
  const sum = { name: String(number), inputs: inputs * centres, outputs, x: functions, y, biases: [] };
  sums(language, sum, products(language, weight, step));
  if (base === undefined) return;
  const ofBase = language.constants(`base${number}`, inputsFirst(base, { inputs, outputs, terms: 1 }));
  const silus = language.array(`silu${number}`, inputs);
  language.loop("i", "0", String(inputs), 1, () => {
    const t = language.variable("single", "t", language.element(x, "i"));
    const slope = language.narrow(doubles.call("sigmoid", sigmoid, language.widen(t)));
    language.assign(language.element(silus, "i"), m.mul(t, slope));
  });
  const rest = language.array(`rest${number}`, outputs);
  sums(
    language,
    { name: `OfBase${number}`, inputs, outputs, x: silus, y: rest, biases: [] },
    products(language, ofBase, step),
  );
  language.loop("o", "0", String(size), 1, () =>
    language.assign(language.element(y, "o"), m.add(language.element(y, "o"), language.element(rest, "o"))),
  );
}
