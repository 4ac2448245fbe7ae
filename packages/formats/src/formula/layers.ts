/** What each step of a network computes, as expressions. Read steps.ts and expression.ts first. */
import type { Basis } from "@polygrad/tensor";
import type {
  Activation,
  GaussianStep,
  LayerNormStep,
  LinearStep,
  PolynomialStep,
  SplineStep,
  Step,
} from "../network/steps.ts";
import { basisCoefficients } from "./bases.ts";
import { apply, basisFunction, bspline, type Expression, number, power, product, quotient, sum } from "./expression.ts";

/**
 * Gives an expression a name, so that others can use it several times: one with h, or of the letter and the index in a
 * label such as "m" or "t_1". Names and numbers stay as they are.
 */
export type Define = (expression: Expression, label?: string) => Expression;

/** The values that a step computes from the values of the step before it. */
export function apart(
  step: Step,
  values: readonly Expression[],
  define: Define,
  bases: "named" | "powers",
): Expression[] {
  switch (step.kind) {
    case "linear":
      return linear(
        step,
        values.map((value) => define(value)),
      );
    case "polynomial":
      return polynomial(step, step.squash === "none" ? values.map((value) => define(value)) : values, define, bases);
    case "spline":
      return spline(
        step,
        values.map((value) => define(value)),
      );
    case "gaussians":
      return gaussians(
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
    case "softmax": {
      const logits = values.map((value) => define(value));
      const total = define(sum(logits.map((logit) => apply("exp", logit))), "s");
      if (!step.logarithm) return logits.map((logit) => quotient(apply("exp", logit), total));
      return logits.map((logit) => sum([logit, product([number(-1), apply("log", total)])]));
    }
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

function polynomial(
  step: PolynomialStep,
  values: readonly Expression[],
  define: Define,
  bases: "named" | "powers",
): Expression[] {
  const { inputs, outputs, degree, basis, squash, elementwise, weight, bias } = step;
  const terms = degree + Number(bias === undefined);
  const inner = squash === "none" ? values : values.map((value, i) => define(apply("tanh", value), `t_${i + 1}`));
  /** The polynomial whose coefficients begin at a place of the weight. */
  const along = (at: number, t: Expression): Expression[] => {
    const own = [...(bias === undefined ? [] : [0]), ...weight.subarray(at, at + terms)];
    if (bases === "powers") return inPowers(basis, own).map((c, k) => scaled(c, () => basisFunction("monomial", k, t)));
    return own.map((coefficient, k) => scaled(coefficient, () => basisFunction(basis, k, t)));
  };
  return Array.from({ length: outputs }, (_, o) =>
    elementwise
      ? sum(along(o * terms, inner[o]))
      : sum([...inner.flatMap((t, i) => along((o * inputs + i) * terms, t)), number(bias === undefined ? 0 : bias[o])]),
  );
}

/** A coefficient times something, which is not made for 0. */
function scaled(coefficient: number, factor: () => Expression): Expression {
  return coefficient === 0 ? number(0) : product([number(coefficient), factor()]);
}

/** The coefficients of sum_k c_k phi_k in powers. */
function inPowers(basis: Basis, coefficients: readonly number[]): number[] {
  const powers = coefficients.map(() => 0);
  for (const [order, coefficient] of coefficients.entries())
    for (const [k, own] of basisCoefficients(basis, order).entries()) powers[k] += coefficient * own;
  return powers;
}

/** For each output, the sum over the inputs of weighted functions of an input, and of silu if there is a base. */
function edges(
  { inputs, outputs, weight, base }: SplineStep | GaussianStep,
  values: readonly Expression[],
  functions: (x: Expression, input: number) => readonly Expression[],
): Expression[] {
  const all = values.map(functions);
  const count = weight.length / (inputs * outputs);
  return Array.from({ length: outputs }, (_, o) =>
    sum(
      values.flatMap((x, i) => [
        ...all[i].map((own, k) => product([number(weight[(o * inputs + i) * count + k]), own])),
        product([number(base === undefined ? 0 : base[o * inputs + i]), x, apply("sigmoid", x)]),
      ]),
    ),
  );
}

function spline(step: SplineStep, values: readonly Expression[]): Expression[] {
  const { inputs, order, knots } = step;
  const count = knots.length / inputs;
  return edges(step, values, (x, i) =>
    Array.from({ length: count - order - 1 }, (_, k) =>
      bspline([...knots.subarray(i * count + k, i * count + k + order + 2)], x),
    ),
  );
}

function gaussians(step: GaussianStep, values: readonly Expression[]): Expression[] {
  const { centres, first, distance } = step;
  return edges(step, values, (x) =>
    Array.from({ length: centres }, (_, k) => {
      const centred = sum([x, number(-(first + k * distance))]);
      return apply("exp", product([number(-1 / (distance * distance)), power(centred, 2)]));
    }),
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
