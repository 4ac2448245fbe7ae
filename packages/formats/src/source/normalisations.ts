/** Normalisations. Read language.ts first. Order of operations: tensor/kernels/layer-norm.ts and `Row.sum`. */
import type { BatchNormStep, LayerNormStep } from "../network/steps.ts";
import type { Code } from "./code.ts";
import type { Language, Place } from "./language.ts";

export function layerNorm(language: Language, { inputs, epsilon, ...values }: LayerNormStep, place: Place): void {
  const { doubles: m } = language;
  const { number, x, y } = place;
  const [weight, bias] = [
    language.constants(`weight${number}`, values.weight),
    language.constants(`bias${number}`, values.bias),
  ];
  /** The sum of a term over the even elements plus that over the odd ones. */
  const sum = (what: string, term: (element: Code) => Code): Code => {
    const [even, odd] = ["even", "odd"].map((which) =>
      language.variable("double", `${which}${what}${number}`, m.number(0)),
    );
    const paired = inputs - (inputs % 2);
    language.loop("i", "0", String(paired), 2, () => {
      language.assign(even, m.add(even, term(language.widen(language.element(x, "i")))));
      language.assign(odd, m.add(odd, term(language.widen(language.element(x, "i + 1")))));
    });
    if (paired < inputs) language.assign(even, m.add(even, term(language.widen(language.element(x, String(paired))))));
    return m.add(even, odd);
  };
  const count = m.number(inputs);
  const mean = language.variable(
    "double",
    `mean${number}`,
    m.div(
      sum("Sum", (element) => element),
      count,
    ),
  );
  const squares = sum("Square", (element) => {
    const deviation = m.sub(element, mean);
    return m.mul(deviation, deviation);
  });
  const root = m.sqrt(m.div(count, m.add(squares, m.number(inputs * epsilon))));
  const scale = language.variable("double", `scale${number}`, root);
  language.loop("i", "0", String(inputs), 1, () => {
    const unit = m.mul(m.sub(language.widen(language.element(x, "i")), mean), scale);
    const [own, shift] = [weight, bias].map((array) => language.widen(language.element(array, "i")));
    const value = m.add(m.mul(unit, own), shift);
    language.assign(language.element(y, "i"), language.narrow(value));
  });
}

export function batchNorm(language: Language, step: BatchNormStep, { number, x, y, size }: Place): void {
  const { singles: m } = language;
  const { mean: means, variance, epsilon, affine } = step;
  const deviations = Float32Array.from(variance, (value) => Math.sqrt(Math.fround(value + Math.fround(epsilon))));
  const mean = language.constants(`mean${number}`, means);
  const names = affine && {
    scale: language.constants(
      `scale${number}`,
      deviations.map((deviation, i) => affine.weight[i] / deviation),
    ),
    bias: language.constants(`bias${number}`, affine.bias),
  };
  const deviation = names ?? language.constants(`deviation${number}`, deviations);
  language.loop("i", "0", String(size), 1, () => {
    const centred = m.sub(language.element(x, "i"), language.element(mean, "i"));
    const value =
      typeof deviation === "string"
        ? m.div(centred, language.element(deviation, "i"))
        : m.add(m.mul(centred, language.element(deviation.scale, "i")), language.element(deviation.bias, "i"));
    language.assign(language.element(y, "i"), value);
  });
}
