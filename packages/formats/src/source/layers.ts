/**
 * The steps of a network in any language, in the order of operations of the kernels. Read language.ts first.
 *
 * Products and polynomials: tensor/kernels/sums.ts. Layer normalisation: tensor/kernels/layer-norm.ts and `Row.sum`.
 */
import type { Arithmetic } from "@polygrad/tensor";
import { ArgumentError } from "@polygrad/tensor";
import { BLOCK, expm1, sigmoid, softplus, tanh } from "@polygrad/tensor/internal";
import type {
  Activation,
  ActivationStep,
  BatchNormStep,
  LayerNormStep,
  LinearStep,
  PolynomialStep,
  Step,
} from "../steps.ts";
import type { Code } from "./code.ts";
import type { Language } from "./language.ts";

/** Where a step is written: its number, the array that it reads, the one that it writes, and how many elements that has. */
export interface Place {
  readonly number: number;
  readonly x: string;
  readonly y: string;
  readonly size: number;
}

/** Writes a step, of which the result is already declared. */
export function write(language: Language, step: Step, place: Place): void {
  if (step.kind === "linear") linear(language, step, place);
  else if (step.kind === "layer norm") layerNorm(language, step, place);
  else if (step.kind === "batch norm") batchNorm(language, step, place);
  else if (step.kind === "activation") activation(language, step, place);
  else if (step.elementwise) elementwise(language, step, place);
  else polynomial(language, step, place);
}

/** y[o] = the sum of the terms, in blocks, plus bias[o]. */
function sums(
  language: Language,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
  { y }: Place,
  bias: string | undefined,
  term: () => Code,
): void {
  const { singles: m } = language;
  const zero = m.number(0);
  language.loop("o", "0", String(outputs), 1, () => {
    const one = (from: string, to: string) => {
      const sum = language.variable("single", "sum", zero);
      language.loop("i", from, to, 1, () => language.assign(sum, m.add(sum, term())));
      return sum;
    };
    const whole = () => {
      if (inputs <= BLOCK) return one("0", String(inputs));
      const total = language.variable("single", "total", zero);
      language.loop("block", "0", String(inputs), BLOCK, () => {
        const sum = one("block", language.least(`block + ${BLOCK}`, String(inputs)));
        language.assign(total, m.add(total, sum));
      });
      return total;
    };
    const total = whole();
    const result = bias === undefined ? total : m.add(total, language.element(bias, "o"));
    language.assign(language.element(y, "o"), result);
  });
}

function linear(language: Language, step: LinearStep, place: Place): void {
  const weight = language.constants(`weight${place.number}`, step.weight);
  const bias = step.bias && language.constants(`bias${place.number}`, step.bias);
  sums(language, step, place, bias, () =>
    language.singles.mul(language.element(place.x, "i"), language.element(weight, `o * ${step.inputs} + i`)),
  );
}

/** Up to this degree, Horner's rule is one line. */
const SHORT = 4;

/** Horner's rule from the highest power down to `last`, for coefficients that begin at an index. */
function horner(language: Language, weight: string, at: string, degree: number, last: number, x: Code): Code {
  const { singles: m } = language;
  const first = language.element(weight, `${at} + ${degree}`);
  if (degree <= SHORT) {
    let value = first;
    for (let k = degree - 1; k >= last; k--)
      value = m.add(language.element(weight, k === 0 ? at : `${at} + ${k}`), m.mul(x, value));
    return value;
  }
  const value = language.variable("single", "value", first);
  language.loopDown("k", degree - 1, last, () =>
    language.assign(value, m.add(language.element(weight, `${at} + k`), m.mul(x, value))),
  );
  return value;
}

function polynomial(language: Language, step: PolynomialStep, place: Place): void {
  const { inputs, degree } = step;
  const weight = language.constants(`weight${place.number}`, step.weight);
  const bias = language.constants(`bias${place.number}`, constantTerms(step));
  sums(language, step, place, bias, () => {
    const x = language.element(place.x, "i");
    const value = horner(language, weight, `(o * ${inputs} + i) * ${degree + 1}`, degree, 1, x);
    return language.singles.mul(x, value);
  });
}

/** The sums of the constant terms of each output, in blocks like all sums. */
function constantTerms({ inputs, outputs, degree, weight }: PolynomialStep): Float32Array {
  const biases = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++)
    for (let block = 0; block < inputs; block += BLOCK) {
      let sum = 0;
      for (let i = block; i < Math.min(block + BLOCK, inputs); i++)
        sum = Math.fround(sum + weight[(o * inputs + i) * (degree + 1)]);
      biases[o] = Math.fround(biases[o] + sum);
    }
  return biases;
}

function elementwise(language: Language, { inputs, degree, weight: values }: PolynomialStep, place: Place): void {
  const weight = language.constants(`weight${place.number}`, values);
  language.loop("i", "0", String(inputs), 1, () => {
    const x = language.element(place.x, "i");
    const value = horner(language, weight, `i * ${degree + 1}`, degree, 0, x);
    language.assign(language.element(place.y, "i"), value);
  });
}

function layerNorm(language: Language, { inputs, epsilon, ...values }: LayerNormStep, place: Place): void {
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
      language.assign(even, m.add(even, term(language.element(x, "i"))));
      language.assign(odd, m.add(odd, term(language.element(x, "i + 1"))));
    });
    if (paired < inputs) language.assign(even, m.add(even, term(language.element(x, String(paired)))));
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
    const unit = m.mul(m.sub(language.element(x, "i"), mean), scale);
    const value = m.add(m.mul(unit, language.element(weight, "i")), language.element(bias, "i"));
    language.assignRounded(language.element(y, "i"), value);
  });
}

function batchNorm(language: Language, step: BatchNormStep, { number, x, y, size }: Place): void {
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

function activation(language: Language, { name, parameter, path }: ActivationStep & Step, place: Place): void {
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
    language.apply(name, formula, x);

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
    const exponential = language.apply("expm1", expm1, below(language, x, 0));
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
