/** Activations, as the layers compute them (nn/activation.ts). Read language.ts first. */
import { expm1, sigmoid, softplus, tanh } from "@polygrad/tensor/internal";
import type { Activation, ActivationStep } from "../network/steps.ts";
import type { Code } from "./code.ts";
import { gelu } from "./gelu.ts";
import type { FormulaOf, Language, Place } from "./language.ts";

export function activation(language: Language, { name, parameter }: ActivationStep, { x, y, size }: Place): void {
  language.loop("i", "0", String(size), 1, () => {
    const t = language.variable("single", "t", language.element(x, "i"));
    language.assign(language.element(y, "i"), activations[name](language, t, parameter));
  });
}

type Formula = (language: Language, x: Code, parameter: number) => Code;

/** A function that is computed in double precision. */
const double =
  (name: string, formula: FormulaOf): Formula =>
  (language, x) =>
    language.narrow(language.doubles.call(name, formula, language.widen(x)));

const relu: Formula = ({ singles: m }, x) => m.max(x, m.number(0));
const below: Formula = ({ singles: m }, x) => m.min(x, m.number(0));
const logistic = double("sigmoid", sigmoid);
const exponential = double("expm1", expm1);

const activations: Readonly<Record<Activation, Formula>> = {
  relu,
  "leaky relu": (language, x, slope) => {
    const { singles: m } = language;
    return m.add(relu(language, x, 0), m.mul(below(language, x, 0), m.number(slope)));
  },
  elu: (language, x, alpha) => {
    const { singles: m } = language;
    const negative = exponential(language, below(language, x, 0), 0);
    return m.add(relu(language, x, 0), m.mul(negative, m.number(alpha)));
  },
  gelu: double("gelu", gelu),
  silu: (language, x) => {
    const { singles: m } = language;
    const middle = language.variable("single", "middle", m.min(m.max(x, m.number(-1024)), m.number(1024)));
    const rest = m.max(m.sub(x, m.number(1024)), m.number(0));
    return m.add(m.mul(middle, logistic(language, middle, 0)), rest);
  },
  softplus: double("softplus", softplus),
  tanh: double("tanh", tanh),
  sigmoid: logistic,
};
