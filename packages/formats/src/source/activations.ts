/** Activations, as the layers compute them (nn/activation.ts). Read language.ts first. */
import { ArgumentError, type Arithmetic } from "@polygrad/tensor";
import { expm1, sigmoid, softplus, tanh } from "@polygrad/tensor/internal";
import type { Activation, ActivationStep, Step } from "../steps.ts";
import type { Code } from "./code.ts";
import type { Language, Place } from "./language.ts";

export function activation(language: Language, { name, parameter, path }: ActivationStep & Step, place: Place): void {
  const formula = activations[name];
  if (formula === undefined)
    throw new ArgumentError(`toSource: ${path} is GELU, of which there is no source; formula() can write it`);
  language.loop("i", "0", String(place.size), 1, () => {
    const x = language.element(place.x, "i");
    language.assign(language.element(place.y, "i"), formula(language, x, parameter));
  });
}

type Formula = (language: Language, x: Code, parameter: number) => Code;

/** A function that is computed in double precision. */
const double =
  (name: string, formula: (m: Arithmetic<Code, Code>, x: Code) => Code): Formula =>
  (language, x) =>
    language.narrow(language.apply(name, formula, x));

const relu: Formula = ({ singles: m }, x) => m.max(x, m.number(0));
const below: Formula = ({ singles: m }, x) => m.min(x, m.number(0));
const logistic = double("sigmoid", sigmoid);

/** As the layers compute them: see nn/activation.ts. */
const activations: Readonly<Record<Activation, Formula | undefined>> = {
  relu,
  "leaky relu": (language, x, slope) => {
    const { singles: m } = language;
    return m.add(relu(language, x, 0), m.mul(below(language, x, 0), m.number(slope)));
  },
  elu: (language, x, alpha) => {
    const { singles: m } = language;
    const exponential = language.narrow(language.apply("expm1", expm1, below(language, x, 0)));
    return m.add(relu(language, x, 0), m.mul(exponential, m.number(alpha)));
  },
  gelu: undefined,
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
