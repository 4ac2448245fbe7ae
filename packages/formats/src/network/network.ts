/** The steps of a network: goes through its layers. Read steps.ts first. */
import type { Variable } from "@polygrad/autograd";
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  Polynomial,
  RadialBasis,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { ArgumentError, type Floats, ShapeError, type Tensor } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { type Activation, isOfAnySize, type Step } from "./steps.ts";

/**
 * The steps of a model: of Sequential, its layers one after the other; Dropout and Flatten are none.
 * @throws ArgumentError if a layer has no step, and names it; ShapeError if sizes do not fit
 */
export function stepsOf(operation: string, model: Layer): Step[] {
  if (typeof model !== "object" || model === null || typeof model.forward !== "function")
    throw new ArgumentError(`${operation}: the model must have a method forward, got ${described(model)}`);
  const steps = visit(operation, model, "");
  let size: number | undefined;
  for (const step of steps) {
    if (isOfAnySize(step)) continue;
    if (size !== undefined && size !== step.inputs)
      throw new ShapeError(
        `${operation}: ${step.path} needs ${step.inputs} inputs, but the layer before it gives ${size}; ` +
          "each layer must apply to all values of one sample",
      );
    size = "outputs" in step ? step.outputs : step.inputs;
  }
  return steps;
}

/** The number of values that the first layer with a size takes; undefined if there is none. */
export function inputsOf(steps: readonly Step[]): number | undefined {
  for (const step of steps) if (!isOfAnySize(step)) return step.inputs;
  return undefined;
}

function visit(operation: string, layer: Layer, path: string): Step[] {
  if (isA(Sequential, layer))
    return layer.layers.flatMap((inner, k) => visit(operation, inner, `${path === "" ? "" : `${path}.`}layers.${k}`));
  if (isA(Flatten, layer) || isA(Dropout, layer)) return [];
  const step = stepOf(operation, layer, path === "" ? "the model" : path);
  return [{ ...step, path: path === "" ? "the model" : path, layer }];
}

/** The elementwise layers without settings. */
const plain: readonly (readonly [{ readonly prototype: Layer }, Activation])[] = [
  [ReLU, "relu"],
  [GELU, "gelu"],
  [SiLU, "silu"],
  [Softplus, "softplus"],
  [Tanh, "tanh"],
  [Sigmoid, "sigmoid"],
];

function stepOf(operation: string, layer: Layer, path: string) {
  for (const [Class, name] of plain) if (isA(Class, layer)) return { kind: "activation", name, parameter: 0 } as const;
  if (isA(LeakyReLU, layer)) return { kind: "activation", name: "leaky relu", parameter: layer.slope } as const;
  if (isA(ELU, layer)) return { kind: "activation", name: "elu", parameter: layer.alpha } as const;
  if (isA(Softmax, layer)) return { kind: "softmax", logarithm: false } as const;
  if (isA(LogSoftmax, layer)) return { kind: "softmax", logarithm: true } as const;
  if (isA(Linear, layer)) {
    const { inputs, outputs, weight, bias } = layer;
    return { kind: "linear", inputs, outputs, weight: numbersOf(weight), bias: bias && numbersOf(bias) } as const;
  }
  if (isA(Polynomial, layer)) {
    const { inputs, outputs, degree, basis, squash, elementwise, weight, bias } = layer;
    const settings = { inputs, outputs, degree, basis, squash, elementwise };
    return { kind: "polynomial", ...settings, weight: numbersOf(weight), bias: bias && numbersOf(bias) } as const;
  }
  if (isA(BSpline, layer)) {
    const { inputs, outputs, order, knots, weight, baseWeight } = layer;
    const values = { knots: numbersOf(knots), weight: numbersOf(weight), base: baseWeight && numbersOf(baseWeight) };
    return { kind: "spline", inputs, outputs, order, ...values } as const;
  }
  if (isA(RadialBasis, layer)) {
    const { inputs, outputs, centres, range, weight, baseWeight } = layer;
    const places = { centres, range, first: range[0], distance: (range[1] - range[0]) / (centres - 1) };
    const values = { weight: numbersOf(weight), base: baseWeight && numbersOf(baseWeight) };
    return { kind: "gaussians", inputs, outputs, ...places, ...values } as const;
  }
  if (isA(LayerNorm, layer)) {
    const { weight, bias, epsilon } = layer;
    const affine = { weight: numbersOf(weight), bias: numbersOf(bias) };
    return { kind: "layer norm", inputs: weight.size, epsilon, ...affine } as const;
  }
  if (isA(BatchNorm1d, layer)) return batchNorm(operation, layer, path);
  throw new ArgumentError(
    `${operation}: ${path} is ${described(layer)}, which it cannot write down; it knows Sequential, Linear, Polynomial, ` +
      "BSpline, RadialBasis, LayerNorm, BatchNorm1d, Softmax, LogSoftmax, Flatten, Dropout and the activations, with the forward pass that they come with; " +
      "for a model of your own, pass the Sequential in it",
  );
}

function batchNorm(operation: string, layer: BatchNorm1d, path: string) {
  const { features: inputs, epsilon, weight, bias, runningMean, runningVariance } = layer;
  if (runningMean === undefined || runningVariance === undefined)
    throw new ArgumentError(
      `${operation}: ${path} normalises by the statistics of the batch, so it is not a function of one sample; ` +
        "make the BatchNorm1d with running statistics",
    );
  const affine = weight && bias && { weight: numbersOf(weight), bias: numbersOf(bias) };
  const statistics = { mean: numbersOf(runningMean), variance: numbersOf(runningVariance) };
  return { kind: "batch norm", inputs, epsilon, ...statistics, affine } as const;
}

/** The elements, row by row. */
function numbersOf({ value }: Variable | { readonly value: Tensor }): Floats {
  return value.clone().data;
}

/** Whether a layer computes as that class defines it: not as a subclass does, or a method set on the layer. */
export function isA<Known extends Layer>(Class: { readonly prototype: Known }, layer: Layer): layer is Known {
  return layer.forward === Class.prototype.forward;
}
