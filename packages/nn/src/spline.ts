/**
 * The layer of Kolmogorov-Arnold networks: every edge carries a learned spline (Liu et al. 2024). Read knots.ts first.
 */
import type { Variable } from "@polygrad/autograd";
import { assign, type Random, ShapeError, tensor, toFloat64, uniform, ValueError } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, show } from "@polygrad/tensor/internal";
import { type Buffer, buffer } from "./buffer.ts";
import { aboveZero, ascending, generator, numberIn, positiveInteger } from "./checks.ts";
import { linearUniform, sharedRandom } from "./init.ts";
import { knotsFor, refit, uniformKnots } from "./knots.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { weightOf } from "./weight.ts";

/** Options of a layer of B-splines. */
export interface BSplineOptions {
  /** The number of intervals into which `range` is divided; 5 by default. */
  readonly grid?: number;
  /** The degree of the polynomial in each interval, 1 or more; 3 by default. */
  readonly order?: number;
  /** Where the splines are at home; [-1, 1] by default. Outside, they fade to 0 within `order` intervals. */
  readonly range?: readonly [low: number, high: number];
  /** Whether every edge has a multiple of silu(x) too, which does not end at the range; true by default. */
  readonly base?: boolean;
  /** The generator that the initial parameters are drawn from; by default the one that `manualSeed` seeds. */
  readonly random?: Random;
}

const known: Checks<BSplineOptions> = {
  grid: positiveInteger,
  order: positiveInteger,
  range: ascending,
  base: flag,
  random: generator,
};

/** Options of `updateGrid`. */
export interface GridOptions {
  /**
   * How far the knots follow the quantiles of the data, from 0 (not at all: a uniform grid) to below 1; 0.98 by
   * default.
   */
  readonly adaptive?: number;
  /** How far the grid reaches beyond the data; 0.01 by default. */
  readonly margin?: number;
}

const knownOfGrid: Checks<GridOptions> = { adaptive: numberIn(0, 1), margin: aboveZero };

/** The spread of the initial splines, times the number of intervals. */
const NOISE = 0.1;

/**
 * y[b, o] = sum_i (v[o, i] silu(x[b, i]) + sum_k w[o, i, k] B_k(x[b, i])): [..., inputs] -> [..., outputs], with the
 * B-spline basis functions B_k on the knots of input i (see the operation `bsplines`; Liu et al. 2024, equations 2.10
 * to 2.12).
 *
 * `weight` is [outputs, inputs, grid + order], `baseWeight` [outputs, inputs] (undefined without a base). `knots`, a
 * buffer [inputs, grid + 2 order + 1], are not trained: `updateGrid` moves them.
 *
 * The coefficients are drawn from U(-b, b) with b = 0.05 / grid, so that noise of a width of 0.1 / grid starts the
 * splines; `baseWeight` from U(-1/sqrt(inputs), 1/sqrt(inputs)), as in efficient-kan. The splines of an output then
 * have the variance inputs b^2 / 3 times the mean of sum_k B_k(x)^2, which is 151/315 for order 3; the base has that of
 * silu(x), over 3.
 */
export class BSpline extends Module {
  readonly inputs: number;
  readonly outputs: number;
  readonly grid: number;
  readonly order: number;
  readonly weight: Variable;
  readonly baseWeight: Variable | undefined;
  readonly knots: Buffer;

  /** @throws ValueError if a size or an option is out of range; MemoryError if the weight is too large */
  constructor(inputs: number, outputs: number, options: BSplineOptions = {}) {
    super();
    positiveInteger("BSpline", "inputs", inputs);
    positiveInteger("BSpline", "outputs", outputs);
    checkOptions("BSpline", options, known);
    const { grid = 5, order = 3, range = [-1, 1], base = true, random = sharedRandom() } = options;
    this.inputs = inputs;
    this.outputs = outputs;
    this.grid = grid;
    this.order = order;
    const bound = NOISE / 2 / grid;
    this.weight = weightOf(uniform([outputs, inputs, grid + order], random, -bound, bound));
    this.baseWeight = base ? weightOf(linearUniform([outputs, inputs], random, inputs)) : undefined;
    const knots = uniformKnots(range[0], range[1], grid, order);
    this.knots = buffer(tensor(Array.from({ length: inputs }, () => [...knots])));
  }

  forward(x: Input): Variable {
    const input = this.#checked("BSpline", x);
    const rows = input.reshape([input.size / this.inputs, this.inputs]);
    const y = rows.spline(this.weight, this.baseWeight ?? 0, this.knots.value, this.order);
    return y.reshape([...input.shape.slice(0, -1), this.outputs]);
  }

  /**
   * Moves the knots to where the data x, [..., inputs], are, and fits the coefficients to the old splines at these
   * data, by least squares. A few thousand rows suffice. Training goes on with the old function, on a grid that suits
   * the data.
   *
   * Between its ends, the grid of an input is a mixture: the quantiles of its data for a share of `adaptive`, and a
   * uniform grid. The work is done in float64, in one order: the same data give the same bits.
   *
   * Call it before training or between epochs, not in a step. On several threads, where every thread builds the model,
   * call it where the model is built: there it gives all threads the same knots.
   * @throws ShapeError unless x has a row and as many columns as the layer has inputs; ValueError if an element is not
   * finite, or an option
   * is out of range
   */
  updateGrid(x: Input, options: GridOptions = {}): void {
    checkOptions("updateGrid", options, knownOfGrid);
    const { adaptive = 0.98, margin = 0.01 } = options;
    const { inputs, grid, order } = this;
    const input = this.#checked("updateGrid", x);
    const { data } = toFloat64(input.value);
    const rows = data.length / inputs;
    if (rows === 0) throw new ShapeError(`updateGrid: needs data, got ${show(input.shape)}`);
    if (!data.every(Number.isFinite))
      throw new ValueError("updateGrid: the data must be finite, got an element that is not");
    const [knots, weight] = [toFloat64(this.knots.value), toFloat64(this.weight.value)];
    const [count, functions] = [grid + 2 * order + 1, grid + order];
    for (let i = 0; i < inputs; i++) {
      const sorted = Float64Array.from({ length: rows }, (_, row) => data[row * inputs + i]).sort();
      const before = Float64Array.from(knots.data.subarray(i * count, (i + 1) * count));
      const after = knotsFor(sorted, grid, order, { adaptive, margin }).map(Math.fround);
      const change = refit(sorted, before, after, order);
      knots.data.set(after, i * count);
      for (let o = 0; o < this.outputs; o++) {
        const own = weight.data.subarray((o * inputs + i) * functions, (o * inputs + i + 1) * functions);
        own.set(change.map((row) => row.reduce((sum, value, k) => sum + value * own[k], 0)));
      }
    }
    assign(this.knots.value, knots);
    assign(this.weight.value, weight);
  }

  #checked(operation: string, x: Input): Variable {
    const input = inputOf(operation, x);
    if (input.shape.at(-1) !== this.inputs)
      throw new ShapeError(`${operation}: needs [..., ${this.inputs}], got ${show(input.shape)}`);
    return input;
  }
}
