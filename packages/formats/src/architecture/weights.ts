/** What the weights of one layer can be: shapes say it, mostly. Read layers.ts first. */
import type { Basis, Squash, Tensor } from "@polygrad/tensor";
import type { Architecture } from "./layers.ts";

/** The tensors of one layer by their last names, such as "weight" and "bias". */
export type Weights = Readonly<Record<string, Tensor | undefined>>;

/** A layer that some weights can belong to. */
export interface Candidate {
  readonly layer: Architecture;
  readonly inputs: number;
  readonly outputs: number;
  /** The weights by the layer's own names. */
  readonly state: Readonly<Record<string, Tensor>>;
}

/** What shapes do not show about polynomials. */
export interface PolynomialSettings {
  readonly basis: Basis;
  /** By default, "tanh" for layers with a bias, as in this library, and "none" for those without, as in the article. */
  readonly squash: Squash | undefined;
  /** Whether the network has activations, so that a weight of two axes is a linear layer's. */
  readonly activated: boolean;
}

/** All layers that have weights of exactly these names and shapes. */
export function candidates(weights: Weights, settings: PolynomialSettings): Candidate[] {
  const count = Object.keys(weights).length;
  return byShape(weights, settings).filter(({ state }) => Object.keys(state).length === count);
}

function byShape(weights: Weights, settings: PolynomialSettings): Candidate[] {
  const { weight, bias, knots, runningMean, runningVariance } = weights;
  if (runningMean !== undefined && runningVariance !== undefined && runningMean.rank === 1) {
    const affine = weight !== undefined && bias !== undefined;
    const layer = ["BatchNorm1d", runningMean.size, { affine }] as const;
    return [ofOneSize(layer, runningMean.size, { ...(affine ? { weight, bias } : {}), runningMean, runningVariance })];
  }
  if (weight === undefined) return [];
  if (weight.rank === 1 && bias?.rank === 1)
    return [ofOneSize(["LayerNorm", weight.size], weight.size, { weight, bias })];
  if (weight.rank === 3 && knots?.rank === 2) return [spline(weight, knots, weights.baseWeight)];
  if (weight.rank === 3) return polynomials(weight, bias, settings);
  if (weight.rank !== 2) return [];
  const [outputs, inputs] = weight.shape;
  const layer = ["Linear", inputs, outputs, { bias: bias !== undefined }] as const;
  const linear = { layer, inputs, outputs, state: { weight, ...(bias === undefined ? {} : { bias }) } };
  return bias === undefined && inputs > 1 && !settings.activated ? [linear, elementwise(weight, settings)] : [linear];
}

function ofOneSize(layer: Architecture, size: number, state: Candidate["state"]): Candidate {
  return { layer, inputs: size, outputs: size, state };
}

function spline(weight: Tensor, knots: Tensor, baseWeight: Tensor | undefined): Candidate {
  const [outputs, inputs, functions] = weight.shape;
  const order = knots.shape[1] - functions - 1;
  const layer = [
    "BSpline",
    inputs,
    outputs,
    { grid: functions - order, order, base: baseWeight !== undefined },
  ] as const;
  return { layer, inputs, outputs, state: { weight, knots, ...(baseWeight === undefined ? {} : { baseWeight }) } };
}

function polynomials(weight: Tensor, bias: Tensor | undefined, settings: PolynomialSettings): Candidate[] {
  const [outputs, inputs, terms] = weight.shape;
  const { basis, squash = bias === undefined ? "none" : "tanh" } = settings;
  const own = {
    basis,
    squash,
    degree: terms - Number(bias === undefined),
    bias: bias === undefined ? "edges" : "outputs",
  };
  const state = { weight, ...(bias === undefined ? {} : { bias }) };
  const dense: Candidate = { layer: ["Polynomial", inputs, outputs, own], inputs, outputs, state };
  return outputs === 1 && bias === undefined ? [dense, elementwise(weight.select(0, 0), settings)] : [dense];
}

/** A polynomial for each feature: [inputs, degree + 1], or [1, inputs, degree + 1] in the reference implementation. */
function elementwise(weight: Tensor, { basis, squash = "none" }: PolynomialSettings): Candidate {
  const [size, terms] = weight.shape;
  const layer = ["Polynomial", size, size, { basis, squash, degree: terms - 1, elementwise: true }] as const;
  return ofOneSize(layer, size, { weight });
}
