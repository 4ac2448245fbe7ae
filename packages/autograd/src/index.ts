/** @polygrad/autograd: reverse-mode automatic differentiation of any order. In reading order. */

export { apply, type BackwardOptions } from "./engine.ts";
export { GradientError } from "./errors.ts";
export type { FusedOp, Op, Raw, Rule } from "./op.ts";
export * as ops from "./ops/index.ts";
export { concat, stack } from "./ops/join.ts";
export { constant, isRecording, noGrad, type Operand, Variable, variable } from "./variable.ts";

import "./fluent.ts";

export { type CheckOptions, checkGradients, GradientMismatch } from "./check.ts";
export { custom } from "./custom.ts";
export { type Differentiable, grad, hessian, jacobian, jvp, valueAndGrad, vjp } from "./transforms.ts";
