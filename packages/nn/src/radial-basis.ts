/** The layer of FastKAN: every edge carries a sum of Gaussians (Li 2024). Read spline.ts first. */
import type { Variable } from "@polygrad/autograd";
import { linspace, normal, type Random, ShapeError, type Tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, integerFrom, show } from "@polygrad/tensor/internal";
import { ascending, generator, positiveInteger } from "./checks.ts";
import { linearUniform, sharedRandom } from "./init.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { weightOf } from "./weight.ts";

/** Options of a layer of Gaussians. */
export interface RadialBasisOptions {
  /** The number of Gaussians of an edge, 2 or more; 8 by default. */
  readonly centres?: number;
  /** The first and the last centre; [-2, 2] by default. */
  readonly range?: readonly [low: number, high: number];
  /** Whether every edge has a multiple of silu(x), too; true by default. */
  readonly base?: boolean;
  /** The generator that the initial parameters are drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
}

const known: Checks<RadialBasisOptions> = {
  centres: integerFrom(2),
  range: ascending,
  base: flag,
  random: generator,
};

/** The sum of squares of Gaussians whose centres are as far apart as they are wide: sqrt(pi / 2), to a few percent. */
const SQUARES = Math.sqrt(Math.PI / 2);

/**
 * y[b, o] = sum_i (v[o, i] silu(x[b, i]) + sum_k w[o, i, k] exp(-((x[b, i] - c_k) / h)^2)): [..., inputs] -> [...,
 * outputs], with centres c_k at distances of h.
 *
 * `weight` is [outputs, inputs, centres], drawn from N(0, 1 / (inputs sqrt(pi / 2))): so the sum of the Gaussians of an
 * output has a variance of 1, wherever in the range the inputs are. `baseWeight` is [outputs, inputs] (undefined
 * without a base), drawn from U(-1/sqrt(inputs), 1/sqrt(inputs)). FastKAN has a LayerNorm before each such layer, which
 * keeps the inputs in the range; here you add it yourself.
 */
export class RadialBasis extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly centres: number;
  readonly range: readonly [low: number, high: number];
  readonly weight: Variable;
  readonly baseWeight: Variable | undefined;
  /** The centres, in units of the distance between them. */
  readonly #centres: Tensor;

  /** @throws ValueError if a size or an option is out of range; MemoryError if the weight is too large */
  constructor(inputs: number, outputs: number, options: RadialBasisOptions = {}) {
    super();
    positiveInteger("RadialBasis", "inputs", inputs);
    positiveInteger("RadialBasis", "outputs", outputs);
    checkOptions("RadialBasis", options, known);
    const { centres = 8, range = [-2, 2], base = true, random = sharedRandom() } = options;
    this.inputs = inputs;
    this.outputs = outputs;
    this.centres = centres;
    this.range = [range[0], range[1]];
    this.weight = weightOf(normal([outputs, inputs, centres], random, 0, Math.sqrt(1 / (inputs * SQUARES))));
    this.baseWeight = base ? weightOf(linearUniform([outputs, inputs], random, inputs)) : undefined;
    const first = (range[0] / (range[1] - range[0])) * (centres - 1);
    this.#centres = linspace(first, first + centres - 1, centres);
  }

  forward(x: Input): Variable {
    const input = inputOf("RadialBasis", x);
    if (input.shape.at(-1) !== this.inputs)
      throw new ShapeError(`RadialBasis: needs [..., ${this.inputs}], got ${show(input.shape)}`);
    const [low, high] = this.range;
    const units = input.mul((this.centres - 1) / (high - low));
    const gaussians = units.unsqueeze(-1).sub(this.#centres).square().neg().exp();
    const y = gaussians.flatten(-2).matmul(this.weight.flatten(1).transpose());
    const { baseWeight } = this;
    return baseWeight ? y.add(input.mul(input.sigmoid()).matmul(baseWeight.transpose())) : y;
  }
}
