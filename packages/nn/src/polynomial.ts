/** The polynomial layer: every edge from an input to an output carries a learned polynomial (Loretz 2024). */
import { type Variable, variable } from "@polygrad/autograd";
import {
  ArgumentError,
  type Basis,
  concat,
  pin,
  type Shape,
  ShapeError,
  type Squash,
  Tensor,
  tensor,
  ValueError,
  zeros,
} from "@polygrad/tensor";
import { checkOptions, described, numbers, sameShape, show } from "@polygrad/tensor/internal";
import { positiveInteger } from "./checks.ts";
import { sharedRandom } from "./init.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { known, type PolynomialOptions } from "./polynomial-options.ts";
import { variancePreserving } from "./variance-preserving.ts";
import { weightOf } from "./weight.ts";

/**
 * y[b, o] = bias[o] + sum_i sum_k w[o, i, k] phi_k(squash(x[b, i])): [..., inputs] -> [..., outputs].
 *
 * By default, phi_k(t) = t^k and squash is tanh: a polynomial of a bounded variable. This, coefficients that fall with
 * the degree, and one bias for each output make networks train at every degree from 2 to 20 with two to six layers of
 * up to 512 units (docs/results/stability.md); use Adam with `oneCycle` up to a learning rate of 0.01, `clipGradNorm` at
 * 1, and `LayerNorm` between layers. Two layers of low degree that fit a smooth function are often more accurate with
 * squash "none". The article's own layer is `loretz2024`.
 *
 * The other bases are Chebyshev's T_k, Legendre's P_k and the normalised Hermite polynomials He_k / sqrt(k!); phi_0 = 1
 * in each. Chebyshev's and Legendre's grow fast outside [-1, 1], where tanh keeps what they get; Hermite's are orthogonal
 * for standard normal inputs, such as those that `LayerNorm` gives, without a squash.
 *
 * `weight`, [outputs, inputs, degree], has the coefficients of degree 1 and up, `bias` is [outputs]. With the option
 * `bias: "edges"`, `weight` is [outputs, inputs, degree + 1], as in the reference implementation, and includes the
 * constants; `bias` is undefined. In memory, the axis of the outputs is the last. With the option `elementwise`,
 * y[b, i] = sum_k w[i, k] phi_k(squash(x[b, i])); each output has one edge, and `weight` is [inputs, degree + 1], in
 * memory [degree + 1, inputs]. `coefficients()` gives [outputs, inputs, degree + 1] in every case but this one.
 */
export class Polynomial extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
  readonly basis: Basis;
  readonly squash: Squash;
  readonly elementwise: boolean;
  readonly weight: Variable;
  readonly bias: Variable | undefined;

  /**
   * @throws ValueError if a size or the degree is not a positive integer; ArgumentError if there is no such basis, squash
   * or bias; ShapeError if elementwise sizes differ, or the initialiser returns another shape; MemoryError if the weight is
   * too large
   */
  constructor(inputs: number, outputs: number, options: PolynomialOptions = {}) {
    super();
    positiveInteger("Polynomial", "inputs", inputs);
    positiveInteger("Polynomial", "outputs", outputs);
    checkOptions("Polynomial", options, known);
    const { degree = 3, basis = "monomial", squash = "tanh", bias = "outputs", elementwise = false } = options;
    const { random = sharedRandom(), initialiser = variancePreserving({ basis, squash, damping: 4 }) } = options;
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
    const drawn = checked(initialiser(shape, random), shape);
    const separate = bias === "outputs" && !elementwise;
    this.weight = weightOf(separate ? drawn.slice(2, 1, degree + 1) : drawn);
    this.bias = separate ? variable(pin(drawn.select(2, 0).sum(1))) : undefined;
  }

  forward(x: Input): Variable {
    const input = inputOf("Polynomial", x);
    if (input.shape.at(-1) !== this.inputs)
      throw new ShapeError(`Polynomial: needs [..., ${this.inputs}], got ${show(input.shape)}`);
    if (this.elementwise) return input.elementwisePolynomial(this.weight, this.basis, this.squash);
    return this.#mix(input);
  }

  /**
   * The coefficients of all edges, [outputs, inputs, degree + 1] or, of an elementwise layer, [inputs, degree + 1]. The
   * bias of an output is the constant of its first edge, and the constants of its other edges are 0.
   */
  coefficients(): Variable {
    return this.bias === undefined ? this.weight : withConstants(this.weight, this.bias);
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
    return this.coefficients()
      .square()
      .sum(this.elementwise ? 0 : [0, 1])
      .mul(tensor(strengths))
      .sum()
      .mul(0.5);
  }

  #mix(x: Variable): Variable {
    const rows = x.rank === 2 ? x : x.reshape([x.size / this.inputs, this.inputs]);
    const sums = rows.polynomial(this.weight, this.basis, this.squash, this.bias === undefined);
    const y = this.bias === undefined ? sums : sums.add(this.bias);
    return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), this.outputs]);
  }
}

/**
 * Puts a bias, [outputs], before the coefficients of degree 1 and up, [outputs, inputs, degree]: it becomes the constant of
 * the first edge of each output.
 */
export function withConstants(weight: Variable, bias: Variable): Variable {
  const [outputs, inputs] = weight.shape;
  const constants = concat([bias.unsqueeze(-1), zeros([outputs, inputs - 1])], 1);
  return concat([constants.unsqueeze(-1), weight], -1);
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
