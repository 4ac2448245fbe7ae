/** Initialisers: random tensors to start training from, with a spread that keeps signals and gradients of one size. */
import { normal, Random, type Shape, type Tensor, uniform, ValueError } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";

/** A function that draws the initial value of a parameter of the given shape. */
export type Initialiser = (shape: Shape, random: Random) => Tensor;

let shared = new Random(0);

/** Reseeds the generator that layers draw from if they get no `random` option. Its first seed is 0. */
export function manualSeed(seed: number): void {
  shared = new Random(seed);
}

/** The generator that layers draw from if they get no `random` option. */
export function sharedRandom(): Random {
  return shared;
}

/**
 * The numbers of signals into and out of one unit of a weight [outputs, inputs, ...]; the sizes of further axes
 * multiply both.
 */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2)
    throw new ValueError(
      `init: fan in and fan out need a weight of two axes or more, got shape ${show(shape)}; use another initialiser`,
    );
  const [outputs, inputs, ...rest] = shape;
  const field = rest.reduce((product, size) => product * size, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** The activations whose gain is known. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/**
 * The factor for the spread of a weight that makes up for how much the nonlinearity after it shrinks signals (PyTorch's
 * `calculate_gain`); `slope` is that of leakyRelu below 0.
 * @throws ValueError if there is no such nonlinearity
 */
export function gain(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case "linear":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leakyRelu":
      return Math.sqrt(2 / (1 + slope * slope));
    case "selu":
      return 3 / 4;
    default:
      throw new ValueError(
        `gain: there is no nonlinearity ${String(nonlinearity satisfies never)}; see the type Nonlinearity`,
      );
  }
}

/**
 * U(-b, b) with b = scale sqrt(6 / (fanIn + fanOut)), in the given shape [outputs, inputs, ...] (Glorot & Bengio 2010).
 */
export function xavierUniform(shape: Shape, random: Random, scale = 1): Tensor {
  const { fanIn, fanOut } = fans(shape);
  const bound = scale * Math.sqrt(6 / (fanIn + fanOut));
  return uniform(shape, random, -bound, bound);
}

/** N(0, scale^2 2 / (fanIn + fanOut)), in the given shape [outputs, inputs, ...] (Glorot & Bengio 2010). */
export function xavierNormal(shape: Shape, random: Random, scale = 1): Tensor {
  const { fanIn, fanOut } = fans(shape);
  return normal(shape, random, 0, scale * Math.sqrt(2 / (fanIn + fanOut)));
}

/** Options of Kaiming's initialisers. */
export interface KaimingOptions {
  /**
   * "fanIn" (the default) keeps the size of signals in the forward pass, "fanOut" that of gradients in the backward
   * pass.
   */
  readonly mode?: "fanIn" | "fanOut";
  /** The activation after the weight; "leakyRelu" by default. */
  readonly nonlinearity?: Nonlinearity;
  /** The slope of leakyRelu below 0; 0 by default, which makes it a relu. */
  readonly slope?: number;
}

function kaimingDeviation(shape: Shape, options: KaimingOptions): number {
  const { mode = "fanIn", nonlinearity = "leakyRelu", slope = 0 } = options;
  return gain(nonlinearity, slope) / Math.sqrt(fans(shape)[mode]);
}

/** U(-b, b) with b = gain sqrt(3 / fan), in the given shape [outputs, inputs, ...] (He et al. 2015). */
export function kaimingUniform(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingDeviation(shape, options);
  return uniform(shape, random, -bound, bound);
}

/** N(0, gain^2 / fan), in the given shape [outputs, inputs, ...] (He et al. 2015). */
export function kaimingNormal(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  return normal(shape, random, 0, kaimingDeviation(shape, options));
}

/** U(-b, b) with b = 1 / sqrt(inputs): PyTorch's default for a linear layer's weight and bias. */
export function linearUniform(shape: Shape, random: Random, inputs: number): Tensor {
  const bound = inputs > 0 ? 1 / Math.sqrt(inputs) : 0;
  return uniform(shape, random, -bound, bound);
}

/**
 * At position d = 0, 1, ... of the last axis: U(-b, b) with b = 0.01 / max(1, d^2), in the given shape (Loretz 2024).
 */
export function polynomialUniform(shape: Shape, random: Random): Tensor {
  const terms = shape.at(-1) ?? 0;
  const weights = uniform(shape, random, -1, 1);
  for (let at = 0; at < weights.size; at++) {
    const degree = at % terms;
    weights.data[at] *= 0.01 / Math.max(1, degree * degree);
  }
  return weights;
}
