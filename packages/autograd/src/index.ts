/** @polygrad/autograd: reverse-mode automatic differentiation of any order. In reading order. */
export { GradientError } from "./errors.ts";
export { isRecording, noGrad } from "./recording.ts";
export { constant, Variable, variable } from "./variable.ts";
export type { Fused, Op, Raw, Rule, RuleForEach, Rules } from "./rule.ts";
export type { BackwardOptions } from "./backward.ts";
export { rules } from "./rules/index.ts";
import "./methods.ts";
export { type Differentiable, grad, hessian, jacobian, jvp, valueAndGrad, vjp } from "./transforms.ts";
export { type GradientsOptions, gradients } from "./gradients.ts";
export { type CheckOptions, checkGradients, GradientMismatch } from "./check.ts";
export { custom } from "./custom.ts";
export { type Captured, type CaptureOptions, capture } from "./capture/capture.ts";
