/** Losses between predicted and wanted numbers. PyTorch's definitions and defaults. */
import type { Variable } from "@polygrad/autograd";
import { type Checks, checkOptions } from "@polygrad/tensor/internal";
import { aboveZero } from "./checks.ts";
import { type LossOptions, lossOptions, pairOf, reduce } from "./loss.ts";
import type { Input } from "./module.ts";

/**
 * (prediction - target)^2, averaged: [...], [...] -> [], or [...] for the reduction "none".
 * @throws ShapeError if the shapes differ, or there are no elements
 */
export function mseLoss(prediction: Input, target: Input, options: LossOptions = {}): Variable {
  checkOptions("mseLoss", options, lossOptions);
  const [x, y] = pairOf("mseLoss", prediction, target);
  return reduce("mseLoss", x.sub(y).square(), options.reduction ?? "mean");
}

/**
 * |prediction - target|, averaged: [...], [...] -> [], or [...] for the reduction "none". The gradient at 0 is 0.
 * @throws ShapeError if the shapes differ, or there are no elements
 */
export function l1Loss(prediction: Input, target: Input, options: LossOptions = {}): Variable {
  checkOptions("l1Loss", options, lossOptions);
  const [x, y] = pairOf("l1Loss", prediction, target);
  return reduce("l1Loss", x.sub(y).abs(), options.reduction ?? "mean");
}

/** Options of the Huber loss. */
export interface HuberLossOptions extends LossOptions {
  /** The error from which on the loss is linear, above 0; 1 by default. */
  readonly delta?: number;
}

const huberOptions: Checks<HuberLossOptions> = { ...lossOptions, delta: aboveZero };

/**
 * d^2 / 2 for errors d = prediction - target up to delta, delta (|d| - delta / 2) beyond, averaged: [...], [...] -> [],
 * or [...] for the reduction "none" (Huber 1964).
 * @throws ShapeError if the shapes differ, or there are no elements; ValueError if delta is not above 0 and finite
 */
export function huberLoss(prediction: Input, target: Input, options: HuberLossOptions = {}): Variable {
  checkOptions("huberLoss", options, huberOptions);
  const { reduction = "mean", delta = 1 } = options;
  const [x, y] = pairOf("huberLoss", prediction, target);
  return reduce("huberLoss", huber(x.sub(y), delta), reduction);
}

/** Options of the smooth L1 loss. */
export interface SmoothL1LossOptions extends LossOptions {
  /** The error from which on the loss is linear, above 0; 1 by default. */
  readonly beta?: number;
}

const smoothL1Options: Checks<SmoothL1LossOptions> = { ...lossOptions, beta: aboveZero };

/**
 * The Huber loss with delta = beta, divided by beta: [...], [...] -> [], or [...] for the reduction "none". It has the
 * slope 1 for large errors.
 * @throws ShapeError if the shapes differ, or there are no elements; ValueError if beta is not above 0 and finite
 */
export function smoothL1Loss(prediction: Input, target: Input, options: SmoothL1LossOptions = {}): Variable {
  checkOptions("smoothL1Loss", options, smoothL1Options);
  const { reduction = "mean", beta = 1 } = options;
  const [x, y] = pairOf("smoothL1Loss", prediction, target);
  return reduce("smoothL1Loss", huber(x.sub(y), beta).div(beta), reduction);
}

/** c^2 / 2 + delta max(|d| - delta, 0), where c is d limited to [-delta, delta]: no part of it is Infinity times 0. */
function huber(d: Variable, delta: number): Variable {
  return d.clamp(-delta, delta).square().mul(0.5).add(d.abs().sub(delta).relu().mul(delta));
}
