/** The polynomial layer: every edge from an input to an output carries a learned polynomial (Loretz 2024). */
import type { Variable } from "@polygrad/autograd";
import { ArgumentError, type Random, type Shape, ShapeError, Tensor } from "@polygrad/tensor";
import { type Checks, callable, checkOptions, described, flag, sameShape, show } from "@polygrad/tensor/internal";
import { generator, positiveInteger } from "./checks.ts";
import { type Initialiser, polynomialUniform, sharedRandom } from "./init.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { weightOf } from "./weight.ts";

/** Options of a polynomial layer. */
export interface PolynomialOptions {
  /** The highest power, 1 or more; 3 by default. */
  readonly degree?: number;
  /** Whether each feature has one polynomial and features do not mix; false by default. */
  readonly elementwise?: boolean;
  /** The generator that the initial weight is drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
  /** How the initial weight is drawn; `polynomialUniform`, as in the article, by default. */
  readonly initialiser?: Initialiser;
}

const known: Checks<PolynomialOptions> = {
  degree: positiveInteger,
  elementwise: flag,
  random: generator,
  initialiser: callable,
};

/**
 * y[b, o] = sum_i sum_d w[o, i, d] x[b, i]^d: [..., inputs] -> [..., outputs].
 *
 * `weight` has the shape [outputs, inputs, degree + 1], as in the reference implementation; in memory its order is
 * [inputs, degree + 1, outputs]. With the option `elementwise`, y[b, i] = sum_d w[i, d] x[b, i]^d and `weight` is
 * [inputs, degree + 1], in memory [degree + 1, inputs]. A layer of degree 1 is a linear layer with a bias on every edge.
 */
export class Polynomial extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
  readonly elementwise: boolean;
  readonly weight: Variable;

  /**
   * @throws ValueError if a size or the degree is not a positive integer; ShapeError if elementwise sizes differ, or the
   * initialiser returns another shape; MemoryError if the weight is too large
   */
  constructor(inputs: number, outputs: number, options: PolynomialOptions = {}) {
    super();
    positiveInteger("Polynomial", "inputs", inputs);
    positiveInteger("Polynomial", "outputs", outputs);
    checkOptions("Polynomial", options, known);
    const { degree = 3, elementwise = false, random = sharedRandom(), initialiser = polynomialUniform } = options;
    if (elementwise && inputs !== outputs)
      throw new ShapeError(
        `Polynomial: an elementwise layer needs as many outputs as inputs, got ${inputs} inputs and ${outputs} outputs`,
      );
    this.inputs = inputs;
    this.outputs = outputs;
    this.degree = degree;
    this.elementwise = elementwise;
    const shape = elementwise ? [inputs, degree + 1] : [outputs, inputs, degree + 1];
    this.weight = weightOf(checked(initialiser(shape, random), shape));
  }

  forward(x: Input): Variable {
    const input = inputOf("Polynomial", x);
    if (input.shape.at(-1) !== this.inputs)
      throw new ShapeError(`Polynomial: needs [..., ${this.inputs}], got ${show(input.shape)}`);
    return this.elementwise ? input.elementwisePolynomial(this.weight) : this.#mix(input);
  }

  #mix(x: Variable): Variable {
    if (x.rank === 2) return x.polynomial(this.weight);
    const rows = x.reshape([x.size / this.inputs, this.inputs]);
    return rows.polynomial(this.weight).reshape([...x.shape.slice(0, -1), this.outputs]);
  }
}

/** What an initialiser returned. */
function checked(weight: Tensor, shape: Shape): Tensor {
  if (!(weight instanceof Tensor))
    throw new ArgumentError(`Polynomial: the initialiser must return a tensor, got ${described(weight)}`);
  if (!sameShape(weight.shape, shape))
    throw new ShapeError(
      `Polynomial: the initialiser must return the shape ${show(shape)} that it was given, got ${show(weight.shape)}`,
    );
  return weight;
}
