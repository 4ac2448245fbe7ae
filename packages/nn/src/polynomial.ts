/** The polynomial layer: every edge from an input to an output carries a learned polynomial (Loretz 2024). */
import type { Variable } from "@polygrad/autograd";
import {
  ArgumentError,
  type Basis,
  type Random,
  type Shape,
  ShapeError,
  type Squash,
  Tensor,
  tensor,
  ValueError,
} from "@polygrad/tensor";
import {
  type Checks,
  callable,
  checkOptions,
  described,
  flag,
  numbers,
  sameShape,
  show,
} from "@polygrad/tensor/internal";
import { generator, positiveInteger } from "./checks.ts";
import { type Initialiser, polynomialUniform, sharedRandom } from "./init.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { type BasisOptions, basisOptions, variancePreserving } from "./variance-preserving.ts";
import { weightOf } from "./weight.ts";

/** Options of a polynomial layer. */
export interface PolynomialOptions extends BasisOptions {
  /** The degree of the polynomials, 1 or more; 3 by default. */
  readonly degree?: number;
  /** Whether each feature has one polynomial and features do not mix; false by default. */
  readonly elementwise?: boolean;
  /** The generator that the initial weight is drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
  /**
   * How the initial weight is drawn; by default `polynomialUniform`, as in the article, for the basis "monomial", and
   * `variancePreserving` for the others.
   */
  readonly initialiser?: Initialiser;
}

const known: Checks<PolynomialOptions> = {
  degree: positiveInteger,
  ...basisOptions,
  elementwise: flag,
  random: generator,
  initialiser: callable,
};

/**
 * y[b, o] = sum_i sum_k w[o, i, k] phi_k(squash(x[b, i])): [..., inputs] -> [..., outputs].
 *
 * By default, phi_k(t) = t^k and nothing is squashed (Loretz 2024). The other bases are Chebyshev's T_k, Legendre's P_k
 * and the normalised Hermite polynomials He_k / sqrt(k!); phi_0 = 1 in each. They suit different inputs: Chebyshev's and
 * Legendre's grow fast outside [-1, 1], where "tanh" keeps what they get; Hermite's are orthogonal for standard normal
 * inputs, such as those that `LayerNorm` gives.
 *
 * `weight` has the shape [outputs, inputs, degree + 1], as in the reference implementation; in memory its order is
 * [inputs, degree + 1, outputs]. With the option `elementwise`, y[b, i] = sum_k w[i, k] phi_k(squash(x[b, i])) and
 * `weight` is [inputs, degree + 1], in memory [degree + 1, inputs]. A layer of degree 1 is a linear layer with a bias on
 * every edge.
 */
export class Polynomial extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
  readonly basis: Basis;
  readonly squash: Squash;
  readonly elementwise: boolean;
  readonly weight: Variable;

  /**
   * @throws ValueError if a size or the degree is not a positive integer; ArgumentError if there is no such basis or
   * squash; ShapeError if elementwise sizes differ, or the
   * initialiser returns another shape; MemoryError if the weight is too large
   */
  constructor(inputs: number, outputs: number, options: PolynomialOptions = {}) {
    super();
    positiveInteger("Polynomial", "inputs", inputs);
    positiveInteger("Polynomial", "outputs", outputs);
    checkOptions("Polynomial", options, known);
    const { degree = 3, basis = "monomial", squash = "none", elementwise = false } = options;
    const { random = sharedRandom(), initialiser = initialiserFor({ basis, squash }) } = options;
    if (elementwise && inputs !== outputs)
      throw new ShapeError(
        `Polynomial: an elementwise layer needs as many outputs as inputs, got ${inputs} inputs and ${outputs} outputs`,
      );
    this.inputs = inputs;
    this.outputs = outputs;
    this.degree = degree;
    this.basis = basis;
    this.squash = squash;
    this.elementwise = elementwise;
    const shape = elementwise ? [inputs, degree + 1] : [outputs, inputs, degree + 1];
    this.weight = weightOf(checked(initialiser(shape, random), shape));
  }

  forward(x: Input): Variable {
    const input = inputOf("Polynomial", x);
    if (input.shape.at(-1) !== this.inputs)
      throw new ShapeError(`Polynomial: needs [..., ${this.inputs}], got ${show(input.shape)}`);
    if (this.elementwise) return input.elementwisePolynomial(this.weight, this.basis, this.squash);
    return this.#mix(input);
  }

  /**
   * Weight decay by degree: half the sum over k of strengths[k] times the squares of the coefficients of phi_k, a scalar to be
   * added to the loss. With SGD, a strength is the weight decay of its degree. With Adam, it is the penalty that Adam
   * scales with the gradient, not the decoupled decay of AdamW (Loshchilov & Hutter 2019).
   *
   * ```ts
   * const loss = crossEntropy(model.forward(inputs), labels).add(layer.penalty([0, 0, 1e-4, 1e-3]));
   * ```
   * @param strengths one for each of the degrees 0 ... `degree`
   * @throws ArgumentError unless `strengths` are numbers; ValueError unless there are degree + 1 of them, all finite and
   * at least 0
   */
  penalty(strengths: readonly number[]): Variable {
    numbers("penalty", "strengths", strengths);
    if (strengths.length !== this.degree + 1)
      throw new ValueError(
        `penalty: a layer of degree ${this.degree} needs ${this.degree + 1} strengths, from degree 0 up, got ${strengths.length}`,
      );
    const wrong = strengths.find((strength) => !(strength >= 0 && strength < Number.POSITIVE_INFINITY));
    if (wrong !== undefined) throw new ValueError(`penalty: strengths must be finite and at least 0, got ${wrong}`);
    const squares = this.weight.square();
    return squares
      .sum(this.elementwise ? 0 : [0, 1])
      .mul(tensor(strengths))
      .sum()
      .mul(0.5);
  }

  #mix(x: Variable): Variable {
    if (x.rank === 2) return x.polynomial(this.weight, this.basis, this.squash);
    const rows = x.reshape([x.size / this.inputs, this.inputs]);
    return rows.polynomial(this.weight, this.basis, this.squash).reshape([...x.shape.slice(0, -1), this.outputs]);
  }
}

/** The initialiser of a layer that is not given one. */
function initialiserFor(options: Required<BasisOptions>): Initialiser {
  return options.basis === "monomial" ? polynomialUniform : variancePreserving(options);
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
