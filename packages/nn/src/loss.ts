/** Losses: how far predictions are from their targets, as one number. PyTorch's definitions and defaults. */
import { constant, type Variable } from "@polygrad/autograd";
import { type Indices, indexSelect, ShapeError, type Tensor, tensor, ValueError } from "@polygrad/tensor";
import { checkIndices, sameShape, show } from "@polygrad/tensor/internal";
import type { Input } from "./module.ts";

/** How to reduce the losses of a batch: to their mean (the default), to their sum, or not at all. */
export type Reduction = "mean" | "sum" | "none";

/** Options of every loss. */
export interface LossOptions {
  readonly reduction?: Reduction;
}

function reduce(operation: string, losses: Variable, reduction: Reduction): Variable {
  if (losses.size === 0) throw new ShapeError(`${operation}: the batch is empty; pass at least one sample`);
  if (reduction === "none") return losses;
  return reduction === "sum" ? losses.sum() : losses.mean();
}

/** Options of losses over classes. */
export interface ClassLossOptions extends LossOptions {
  /** A weight for each class, [classes]; all 1 by default. The mean is the weighted mean. */
  readonly weight?: Tensor;
}

function checkLabels(operation: string, x: Variable, labels: Indices, weight: Tensor | undefined): void {
  if (x.rank !== 2 || x.shape[0] !== labels.length)
    throw new ShapeError(
      `${operation}: needs [batch, classes] and a label for each row, got ${show(x.shape)} and ${labels.length} labels`,
    );
  if (labels.length === 0) throw new ShapeError(`${operation}: the batch is empty; pass at least one sample`);
  checkIndices(operation, labels, x.shape[1]);
  if (weight !== undefined && (weight.rank !== 1 || weight.size !== x.shape[1]))
    throw new ShapeError(
      `${operation}: needs a weight for each of ${x.shape[1]} classes, got weights ${show(weight.shape)}`,
    );
}

/**
 * The negative log-likelihood -x[b, label[b]] of log-probabilities x: [batch, classes], [batch] -> [], or [batch] for
 * the reduction "none".
 * @throws ShapeError if labels or weights do not fit, or the batch is empty; ValueError if a label is not a class
 */
export function nllLoss(logProbabilities: Input, labels: Indices, options: ClassLossOptions = {}): Variable {
  const { reduction = "mean", weight } = options;
  const x = constant(logProbabilities);
  checkLabels("nllLoss", x, labels, weight);
  const losses = x.gather(1, labels).squeeze(1).neg();
  if (weight === undefined) return reduce("nllLoss", losses, reduction);
  const weights = indexSelect(weight, 0, labels);
  const weighted = losses.mul(weights);
  return reduction === "mean" ? weighted.sum().div(weights.sum()) : reduce("nllLoss", weighted, reduction);
}

/** Options of cross entropy. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** The share of every target that is spread evenly over the classes (Szegedy et al. 2016); 0 by default. */
  readonly labelSmoothing?: number;
}

/**
 * ln(sum_c e^logits[b, c]) - logits[b, label[b]], averaged over the batch: [batch, classes], [batch] -> [], or [batch]
 * for the reduction "none".
 * @throws ShapeError if labels or weights do not fit, or the batch is empty; ValueError if a label is not a class or
 * the label smoothing does not lie between 0 and 1
 */
export function crossEntropy(logits: Input, labels: Indices, options: CrossEntropyOptions = {}): Variable {
  const { reduction = "mean", weight, labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ValueError(`crossEntropy: labelSmoothing must lie between 0 and 1, got ${labelSmoothing}`);
  const x = constant(logits);
  if (reduction === "mean" && weight === undefined && labelSmoothing === 0) return x.crossEntropy(labels);
  checkLabels("crossEntropy", x, labels, weight);
  const logProbabilities = x.logSoftmax(1);
  const hard = nllLoss(logProbabilities, labels, options);
  if (labelSmoothing === 0) return hard;
  const spread = logProbabilities
    .mul(weight ?? 1)
    .sum(1)
    .neg();
  const total = weight === undefined ? labels.length : indexSelect(weight, 0, labels).sum();
  const soft = reduction === "mean" ? spread.sum().div(total) : reduce("crossEntropy", spread, reduction);
  return hard.mul(1 - labelSmoothing).add(soft.mul(labelSmoothing / x.shape[1]));
}

function checkSameShape(operation: string, x: Variable, target: Variable): void {
  if (!sameShape(x.shape, target.shape))
    throw new ShapeError(
      `${operation}: prediction ${show(x.shape)} and target ${show(target.shape)} must have one shape; reshape one`,
    );
}

/**
 * (prediction - target)^2, averaged: [...], [...] -> [], or [...] for the reduction "none".
 * @throws ShapeError if the shapes differ, or there are no elements
 */
export function mseLoss(prediction: Input, target: Input, { reduction = "mean" }: LossOptions = {}): Variable {
  const [x, y] = [constant(prediction), constant(target)];
  checkSameShape("mseLoss", x, y);
  return reduce("mseLoss", x.sub(y).square(), reduction);
}

/** Options of binary cross entropy. */
export interface BinaryLossOptions extends LossOptions {
  /** The factor for the loss of positive targets, broadcast against the target; 1 by default. */
  readonly positiveWeight?: Tensor | number;
}

/**
 * -(p t ln s(x) + (1 - t) ln(1 - s(x))) with logits x, targets t, the logistic function s and p = `positiveWeight`,
 * averaged: [...], [...] -> [], or [...] for the reduction "none".
 *
 * Computed as (1 - t) x + (1 + (p - 1) t) softplus(-x), which does not overflow for any x.
 * @throws ShapeError if the shapes differ, or there are no elements
 */
export function binaryCrossEntropyWithLogits(logits: Input, target: Input, options: BinaryLossOptions = {}): Variable {
  const { reduction = "mean", positiveWeight = 1 } = options;
  const [x, t] = [constant(logits), constant(target)];
  checkSameShape("binaryCrossEntropyWithLogits", x, t);
  const weight = constant(typeof positiveWeight === "number" ? tensor(positiveWeight) : positiveWeight);
  const slope = weight.sub(1).mul(t).add(1);
  const losses = t.neg().add(1).mul(x).add(slope.mul(x.neg().softplus()));
  return reduce("binaryCrossEntropyWithLogits", losses, reduction);
}

/**
 * The loss as a number, for the training loop.
 * @throws ValueError if it is NaN or infinite; the message gives the step
 */
export function lossValue(loss: Variable, step: number): number {
  const value = loss.item();
  if (!Number.isFinite(value))
    throw new ValueError(
      `the loss is ${value} at step ${step}; lower the learning rate, clip the gradients, or normalise the inputs`,
    );
  return value;
}
