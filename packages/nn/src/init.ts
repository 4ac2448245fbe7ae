/** Initialisers: random tensors to start training from, with a spread that keeps signals and gradients of one size. */
import { normal, Random, type Shape, type Tensor, uniform, ValueError } from "@polygrad/tensor";
import { type Checks, checkOptions, checkShape, integerFrom, oneOf, show, sizeOf } from "@polygrad/tensor/internal";
import { finite, generator } from "./checks.ts";

/** A function that draws the initial value of a parameter of the given shape. */
export type Initialiser = (shape: Shape, random: Random) => Tensor;

let shared = new Random(0);

/**
 * Reseeds the generator that layers draw from if they get no `random` option. Its first seed is 0.
 * @throws ValueError unless the seed is an integer from 0 to 2^53 - 1
 */
export function manualSeed(seed: number): void {
  integerFrom(0)("manualSeed", "the seed", seed);
  shared = new Random(seed);
}

/** The generator that layers draw from if they get no `random` option. */
export function sharedRandom(): Random {
  return shared;
}

export function checkDraw(operation: string, shape: Shape, random: Random): void {
  checkShape(operation, shape);
  generator(operation, "random", random);
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
  const field = sizeOf(rest);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** The activations whose gain is known. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

const gains: Readonly<Record<Nonlinearity, (slope: number) => number>> = {
  linear: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (slope) => Math.sqrt(2 / (1 + slope * slope)),
  selu: () => 3 / 4,
};

const knownNonlinearity = oneOf(...Object.keys(gains));

/**
 * The factor for the spread of a weight that makes up for how much the nonlinearity after it shrinks signals (PyTorch's
 * `calculate_gain`); `slope`, 0.01 by default, is that of leakyRelu below 0.
 * @throws ArgumentError if there is no such nonlinearity; ValueError if the slope is not finite
 */
export function gain(nonlinearity: Nonlinearity, slope = 0.01): number {
  knownNonlinearity("gain", "the nonlinearity", nonlinearity);
  finite("gain", "the slope", slope);
  return gains[nonlinearity](slope);
}

/**
 * U(-b, b) with b = scale sqrt(6 / (fanIn + fanOut)), in the given shape [outputs, inputs, ...] (Glorot & Bengio 2010).
 * The scale is 1 by default.
 * @throws ValueError if the shape has fewer than two axes
 */
export function xavierUniform(shape: Shape, random: Random, scale = 1): Tensor {
  checkDraw("xavierUniform", shape, random);
  finite("xavierUniform", "the scale", scale);
  const { fanIn, fanOut } = fans(shape);
  const bound = scale * Math.sqrt(6 / (fanIn + fanOut));
  return uniform(shape, random, -bound, bound);
}

/**
 * N(0, scale^2 2 / (fanIn + fanOut)), in the given shape [outputs, inputs, ...] (Glorot & Bengio 2010). The scale is 1
 * by default.
 * @throws ValueError if the shape has fewer than two axes
 */
export function xavierNormal(shape: Shape, random: Random, scale = 1): Tensor {
  checkDraw("xavierNormal", shape, random);
  finite("xavierNormal", "the scale", scale);
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

const kaimingOptions: Checks<KaimingOptions> = {
  mode: oneOf("fanIn", "fanOut"),
  nonlinearity: knownNonlinearity,
  slope: finite,
};

function kaimingDeviation(operation: string, shape: Shape, random: Random, options: KaimingOptions): number {
  checkDraw(operation, shape, random);
  checkOptions(operation, options, kaimingOptions);
  const { mode = "fanIn", nonlinearity = "leakyRelu", slope = 0 } = options;
  return gain(nonlinearity, slope) / Math.sqrt(fans(shape)[mode]);
}

/**
 * U(-b, b) with b = gain sqrt(3 / fan), in the given shape [outputs, inputs, ...] (He et al. 2015).
 * @throws ValueError if the shape has fewer than two axes
 */
export function kaimingUniform(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingDeviation("kaimingUniform", shape, random, options);
  return uniform(shape, random, -bound, bound);
}

/**
 * N(0, gain^2 / fan), in the given shape [outputs, inputs, ...] (He et al. 2015).
 * @throws ValueError if the shape has fewer than two axes
 */
export function kaimingNormal(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  return normal(shape, random, 0, kaimingDeviation("kaimingNormal", shape, random, options));
}

/** U(-b, b) with b = 1 / sqrt(inputs), or 0 without inputs: PyTorch's default for a linear layer's weight and bias. */
export function linearUniform(shape: Shape, random: Random, inputs: number): Tensor {
  checkDraw("linearUniform", shape, random);
  integerFrom(0)("linearUniform", "inputs", inputs);
  const bound = inputs > 0 ? 1 / Math.sqrt(inputs) : 0;
  return uniform(shape, random, -bound, bound);
}

/**
 * At position d = 0, 1, ... of the last axis: U(-b, b) with b = 0.01 / max(1, d^2), in the given shape (Loretz 2024).
 * @throws ValueError if the shape has no axes
 */
export function polynomialUniform(shape: Shape, random: Random): Tensor {
  checkDraw("polynomialUniform", shape, random);
  const terms = shape.at(-1);
  if (terms === undefined)
    throw new ValueError("polynomialUniform: needs a shape of one axis or more, the last for the powers, got []");
  const weights = uniform(shape, random, -1, 1);
  for (let at = 0; at < weights.size; at++) {
    const degree = at % terms;
    weights.data[at] *= 0.01 / Math.max(1, degree * degree);
  }
  return weights;
}
