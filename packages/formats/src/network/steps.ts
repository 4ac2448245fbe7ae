/**
 * A network as a list of steps: what each layer computes from one sample in evaluation, as plain numbers and arrays.
 * Formulas and sources are made from it.
 */
import type { Layer } from "@polygrad/nn";
import type { Basis, Floats, Squash } from "@polygrad/tensor";

/** y[o] = sum_i weight[o, i] x[i] + bias[o]. */
export interface LinearStep {
  readonly kind: "linear";
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs]. */
  readonly weight: Floats;
  /** [outputs], or undefined. */
  readonly bias: Floats | undefined;
}

/**
 * y[o] = sum_i sum_k weight[o, i, k] phi_k(squash(x[i])); elementwise: y[i] = sum_k weight[i, k] phi_k(squash(x[i])). With a
 * bias, k begins with 1, and bias[o] is added last.
 */
export interface PolynomialStep {
  readonly kind: "polynomial";
  readonly inputs: number;
  readonly outputs: number;
  readonly degree: number;
  readonly basis: Basis;
  readonly squash: Squash;
  readonly elementwise: boolean;
  /** [outputs, inputs, degree + 1]; with a bias, [outputs, inputs, degree]; elementwise, [inputs, degree + 1]. */
  readonly weight: Floats;
  /** [outputs], or undefined. */
  readonly bias: Floats | undefined;
}

/** y[o] = sum_i (sum_k weight[o, i, k] B_k(x[i]) + base[o, i] silu(x[i])), with B-splines on the knots of input i. */
export interface SplineStep {
  readonly kind: "spline";
  readonly inputs: number;
  readonly outputs: number;
  readonly order: number;
  /** [inputs, functions + order + 1]. */
  readonly knots: Floats;
  /** [outputs, inputs, functions]. */
  readonly weight: Floats;
  /** [outputs, inputs], or undefined. */
  readonly base: Floats | undefined;
}

/** y[o] = sum_i (sum_k weight[o, i, k] exp(-((x[i] - c_k) / h)^2) + base[o, i] silu(x[i])), with c_k = first + k h. */
export interface GaussianStep {
  readonly kind: "gaussians";
  readonly inputs: number;
  readonly outputs: number;
  readonly centres: number;
  readonly first: number;
  readonly distance: number;
  /** The first centre and the last. */
  readonly range: readonly [low: number, high: number];
  readonly weight: Floats;
  readonly base: Floats | undefined;
}

/** y = (x - mean) / sqrt(variance + epsilon) weight + bias, with the mean and variance of the sample. */
export interface LayerNormStep {
  readonly kind: "layer norm";
  readonly inputs: number;
  readonly epsilon: number;
  readonly weight: Floats;
  readonly bias: Floats;
}

/** y = (x - mean) / sqrt(variance + epsilon) weight + bias, with the running statistics. */
export interface BatchNormStep {
  readonly kind: "batch norm";
  readonly inputs: number;
  readonly epsilon: number;
  readonly mean: Floats;
  readonly variance: Floats;
  /** Undefined without the option `affine`. */
  readonly affine: { readonly weight: Floats; readonly bias: Floats } | undefined;
}

/** The functions that apply to each element. */
export type Activation = "relu" | "leaky relu" | "elu" | "gelu" | "silu" | "softplus" | "tanh" | "sigmoid";

/** y = f(x), element by element. */
export interface ActivationStep {
  readonly kind: "activation";
  readonly name: Activation;
  /** The slope of LeakyReLU, the alpha of ELU; 0 for the others. */
  readonly parameter: number;
}

/** y[i] = exp(x[i]) / sum_j exp(x[j]), over all values of the sample; or the logarithm of that. */
export interface SoftmaxStep {
  readonly kind: "softmax";
  readonly logarithm: boolean;
}

/** What a layer computes, and where it is in the model: "layers.0", or "the model". */
export type Step = Kind & Place;

interface Place {
  readonly path: string;
  readonly layer: Layer;
}

type Kind =
  | LinearStep
  | PolynomialStep
  | SplineStep
  | GaussianStep
  | LayerNormStep
  | BatchNormStep
  | ActivationStep
  | SoftmaxStep;

/** Whether a step applies to samples of any size. */
export function isOfAnySize(step: Step): step is (ActivationStep | SoftmaxStep) & Place {
  return step.kind === "activation" || step.kind === "softmax";
}
