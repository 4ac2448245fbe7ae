/** What each step of a network computes, as expressions. Read steps.ts and expression.ts first. */
import type { Activation, LayerNormStep, LinearStep, PolynomialStep, Step } from "../steps.ts";
import { apply, type Expression, number, power, product, quotient, sum } from "./expression.ts";

/** Gives an expression a name, so that others can use it several times. Names and numbers stay as they are. */
export type Define = (expression: Expression, prefix?: string) => Expression;

/** The values that a step computes from the values of the step before it. */
export function apart(step: Step, values: readonly Expression[], define: Define): Expression[] {
  switch (step.kind) {
    case "linear":
      return linear(
        step,
        values.map((value) => define(value)),
      );
    case "polynomial":
      return polynomial(
        step,
        values.map((value) => define(value)),
      );
    case "layer norm":
      return layerNorm(
        step,
        values.map((value) => define(value)),
        define,
      );
    case "batch norm": {
      const { mean, variance, epsilon, affine } = step;
      return values.map((value, i) => {
        const scale = (affine?.weight[i] ?? 1) / Math.sqrt(variance[i] + epsilon);
        return sum([product([number(scale), value]), number((affine?.bias[i] ?? 0) - mean[i] * scale)]);
      });
    }
    case "activation":
      return values.map((value) => activations[step.name](value, step.parameter, define));
  }
}

function linear({ inputs, outputs, weight, bias }: LinearStep, values: readonly Expression[]): Expression[] {
  return Array.from({ length: outputs }, (_, o) =>
    sum([
      ...values.map((value, i) => product([number(weight[o * inputs + i]), value])),
      number(bias === undefined ? 0 : bias[o]),
    ]),
  );
}

function polynomial(step: PolynomialStep, values: readonly Expression[]): Expression[] {
  const { inputs, outputs, degree, elementwise, weight } = step;
  /** The polynomial whose coefficients begin at a place of the weight. */
  const along = (at: number, x: Expression): Expression[] =>
    Array.from({ length: degree + 1 }, (_, k) => {
      const coefficient = number(weight[at + k]);
      return k === 0 || weight[at + k] === 0 ? product([coefficient]) : product([coefficient, power(x, k)]);
    }).map((term, k) => (k > 0 && weight[at + k] === 0 ? number(0) : term));
  return Array.from({ length: outputs }, (_, o) =>
    elementwise
      ? sum(along(o * (degree + 1), values[o]))
      : sum(values.flatMap((x, i) => along((o * inputs + i) * (degree + 1), x))),
  );
}

/** (x - mean) / sqrt(mean of the squares + epsilon) weight + bias. */
function layerNorm(step: LayerNormStep, values: readonly Expression[], define: Define): Expression[] {
  const { inputs, epsilon, weight, bias } = step;
  const count = number(inputs);
  const mean = define(quotient(sum(values), count), "m");
  const deviations = values.map((x) => sum([x, product([number(-1), mean])]));
  const squares = sum(deviations.map((deviation) => power(deviation, 2)));
  const scale = define(apply("sqrt", sum([quotient(squares, count), number(epsilon)])), "d");
  return deviations.map((deviation, i) =>
    sum([quotient(product([number(weight[i]), deviation]), scale), number(bias[i])]),
  );
}

/** relu(-x): the part of an x that is negative, without its sign. */
const below = (x: Expression): Expression => apply("relu", product([number(-1), x]));

const activations: Readonly<Record<Activation, (x: Expression, parameter: number, define: Define) => Expression>> = {
  relu: (x) => apply("relu", x),
  "leaky relu": (x, slope, define) => {
    const value = define(x);
    return sum([apply("relu", value), product([number(-slope), below(value)])]);
  },
  elu: (x, alpha, define) => {
    const value = define(x);
    const exponential = apply("exp", product([number(-1), below(value)]));
    return sum([apply("relu", value), product([number(alpha), exponential]), number(-alpha)]);
  },
  gelu: (x) => apply("gelu", x),
  silu: (x, _, define) => {
    const value = define(x);
    return product([value, apply("sigmoid", value)]);
  },
  softplus: (x) => apply("softplus", x),
  tanh: (x) => apply("tanh", x),
  sigmoid: (x) => apply("sigmoid", x),
};
