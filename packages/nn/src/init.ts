/** Where parameters start: random tensors whose spread keeps signals and gradients of one size through the layers. */
import { normal, Random, type Shape, type Tensor, uniform, ValueError } from "@polygrad/tensor";

/** What draws a parameter. */
export type Initialiser = (shape: Shape, random: Random) => Tensor;

let shared = new Random(0);

/** Reseeds the generator that layers draw from when they are not given one. It starts with seed 0. */
export function manualSeed(seed: number): void {
  shared = new Random(seed);
}

/** The generator that layers draw from when they are not given one. */
export function sharedRandom(): Random {
  return shared;
}

/** Signals into and out of one unit of a weight [outputs, inputs, ...]: the rest of the axes multiplies both. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2)
    throw new ValueError(`init: fan in and fan out need a weight with two axes or more, got [${shape.join(", ")}]`);
  const [outputs, inputs, ...rest] = shape;
  const field = rest.reduce((product, size) => product * size, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** Activations with a known gain. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/** By how much a nonlinearity shrinks signals: the factor for the spread of what feeds it (PyTorch's `calculate_gain`). */
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
      throw new ValueError(`gain: no nonlinearity is called ${String(nonlinearity satisfies never)}`);
  }
}

/** U(-b, b) with b = gain sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function xavierUniform(shape: Shape, random: Random, scale = 1): Tensor {
  const { fanIn, fanOut } = fans(shape);
  const bound = scale * Math.sqrt(6 / (fanIn + fanOut));
  return uniform(shape, random, -bound, bound);
}

/** N(0, gain^2 2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function xavierNormal(shape: Shape, random: Random, scale = 1): Tensor {
  const { fanIn, fanOut } = fans(shape);
  return normal(shape, random, 0, scale * Math.sqrt(2 / (fanIn + fanOut)));
}

/** How Kaiming's initialisers count: what comes in keeps its size forward (`fanIn`), gradients backward (`fanOut`). */
export interface KaimingOptions {
  readonly mode?: "fanIn" | "fanOut";
  readonly nonlinearity?: Nonlinearity;
  readonly slope?: number;
}

function kaimingDeviation(shape: Shape, options: KaimingOptions): number {
  const { mode = "fanIn", nonlinearity = "leakyRelu", slope = 0 } = options;
  return gain(nonlinearity, slope) / Math.sqrt(fans(shape)[mode]);
}

/** U(-b, b) with b = gain sqrt(3 / fan) (He et al. 2015). */
export function kaimingUniform(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingDeviation(shape, options);
  return uniform(shape, random, -bound, bound);
}

/** N(0, gain^2 / fan) (He et al. 2015). */
export function kaimingNormal(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  return normal(shape, random, 0, kaimingDeviation(shape, options));
}

/** U(-b, b) with b = 1 / sqrt(inputs): PyTorch's default for a linear layer's weight and bias. */
export function linearUniform(shape: Shape, random: Random, inputs: number): Tensor {
  const bound = inputs > 0 ? 1 / Math.sqrt(inputs) : 0;
  return uniform(shape, random, -bound, bound);
}

/** For the last axis d = 0, 1, ...: U(-b, b) with b = 0.01 for d = 0 and 1, and 0.01 / d^2 above (Loretz 2024). */
export function polynomialUniform(shape: Shape, random: Random): Tensor {
  const terms = shape.at(-1) ?? 0;
  const weights = uniform(shape, random, -1, 1);
  for (let at = 0; at < weights.size; at++) {
    const degree = at % terms;
    weights.data[at] *= 0.01 / Math.max(1, degree * degree);
  }
  return weights;
}
