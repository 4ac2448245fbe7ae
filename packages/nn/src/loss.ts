/** Losses over classes, and what all losses share: reductions, and their checks. PyTorch's definitions and defaults. */
import { Variable } from "@polygrad/autograd";
import { type Indices, indexSelect, ShapeError, Tensor, ValueError } from "@polygrad/tensor";
import {
  type Check,
  type Checks,
  checkLabels as checkEachLabel,
  checkOptions,
  indexList,
  instance,
  integerFrom,
  oneOf,
  sameShape,
  show,
} from "@polygrad/tensor/internal";
import { share } from "./checks.ts";
import { type Input, inputOf } from "./module.ts";

/** How to reduce the losses of a batch: to their mean (the default), to their sum, or not at all. */
export type Reduction = "mean" | "sum" | "none";

/** Options of every loss. */
export interface LossOptions {
  readonly reduction?: Reduction;
}

export const lossOptions: Checks<LossOptions> = { reduction: oneOf("mean", "sum", "none") };

/** The losses reduced. @throws ShapeError if there are none */
export function reduce(operation: string, losses: Variable, reduction: Reduction): Variable {
  if (losses.size === 0) throw new ShapeError(`${operation}: the batch is empty; pass at least one sample`);
  if (reduction === "none") return losses;
  return reduction === "sum" ? losses.sum() : losses.mean();
}

/** A prediction and its target as variables. @throws ShapeError if the shapes differ */
export function pairOf(operation: string, prediction: Input, target: Input): [x: Variable, y: Variable] {
  const x = inputOf(operation, prediction, "the prediction");
  const y = inputOf(operation, target, "the target");
  if (!sameShape(x.shape, y.shape))
    throw new ShapeError(
      `${operation}: prediction ${show(x.shape)} and target ${show(y.shape)} must have one shape; reshape one`,
    );
  return [x, y];
}

/** A tensor of finite numbers from 0 up. */
export const weights: Check = (operation, what, value) => {
  instance(Tensor, "a tensor, such as tensor([1, 2])")(operation, what, value);
  if (value instanceof Tensor && value.size > 0 && !(value.min().item() >= 0 && Number.isFinite(value.max().item())))
    throw new ValueError(`${operation}: ${what} must consist of finite numbers from 0 up, got ${value}`);
};

/** Options of losses over classes. */
export interface ClassLossOptions extends LossOptions {
  /** A weight for each class, [classes], finite and 0 or more; all 1 by default. The mean is the weighted mean. */
  readonly weight?: Tensor;
}

const classOptions: Checks<ClassLossOptions> = { ...lossOptions, weight: weights };

function checkLabels(operation: string, x: Variable, labels: Indices, weight: Tensor | undefined): void {
  indexList(operation, "labels", labels);
  if (x.rank !== 2 || x.shape[0] !== labels.length)
    throw new ShapeError(
      `${operation}: needs [batch, classes] and a label for each row, got ${show(x.shape)} and ${labels.length} labels`,
    );
  if (labels.length === 0) throw new ShapeError(`${operation}: the batch is empty; pass at least one sample`);
  checkEachLabel(operation, labels, x.shape[1]);
  if (weight !== undefined && (weight.rank !== 1 || weight.size !== x.shape[1]))
    throw new ShapeError(
      `${operation}: needs a weight for each of ${x.shape[1]} classes, got weights ${show(weight.shape)}`,
    );
}

/** The sum of the weights of all labels, which the weighted mean divides by. @throws ValueError if it is 0 */
function totalWeight(operation: string, weight: Tensor, labels: Indices): Tensor {
  const total = indexSelect(weight, 0, labels).sum();
  if (total.item() === 0)
    throw new ValueError(`${operation}: the weights of all labels of the batch are 0, so there is no weighted mean`);
  return total;
}

/**
 * The negative log-likelihood -x[b, label[b]] of log-probabilities x: [batch, classes], [batch] -> [], or [batch] for
 * the reduction "none".
 * @throws ShapeError if labels or weights do not fit, or the batch is empty; ValueError if a label is not a class, a
 * weight is negative or not finite, or the weights of all labels are 0 and the reduction is "mean"
 */
export function nllLoss(logProbabilities: Input, labels: Indices, options: ClassLossOptions = {}): Variable {
  checkOptions("nllLoss", options, classOptions);
  const { reduction = "mean", weight } = options;
  const x = inputOf("nllLoss", logProbabilities, "the log-probabilities");
  checkLabels("nllLoss", x, labels, weight);
  return negativeLogLikelihood("nllLoss", x, labels, reduction, weight);
}

function negativeLogLikelihood(
  operation: string,
  x: Variable,
  labels: Indices,
  reduction: Reduction,
  weight: Tensor | undefined,
): Variable {
  const losses = x.gather(1, labels).squeeze(1).neg();
  if (weight === undefined) return reduce(operation, losses, reduction);
  const weighted = losses.mul(indexSelect(weight, 0, labels));
  if (reduction === "mean") return weighted.sum().div(totalWeight(operation, weight, labels));
  return reduce(operation, weighted, reduction);
}

/** Options of cross entropy. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** The share of every target that is spread evenly over the classes (Szegedy et al. 2016); 0 by default. */
  readonly labelSmoothing?: number;
}

const crossEntropyOptions: Checks<CrossEntropyOptions> = { ...classOptions, labelSmoothing: share };

/**
 * ln(sum_c e^logits[b, c]) - logits[b, label[b]], averaged over the batch: [batch, classes], [batch] -> [], or [batch]
 * for the reduction "none".
 * @throws ShapeError if labels or weights do not fit, or the batch is empty; ValueError if a label is not a class, a
 * weight is negative or not finite, the weights of all labels are 0 and the reduction is "mean", or the label smoothing
 * does not lie between 0 and 1
 */
export function crossEntropy(logits: Input, labels: Indices, options: CrossEntropyOptions = {}): Variable {
  checkOptions("crossEntropy", options, crossEntropyOptions);
  const { reduction = "mean", weight, labelSmoothing = 0 } = options;
  const x = inputOf("crossEntropy", logits, "the logits");
  checkLabels("crossEntropy", x, labels, weight);
  if (reduction === "mean" && weight === undefined && labelSmoothing === 0) return x.crossEntropy(labels);
  const logProbabilities = x.logSoftmax(1);
  const hard = negativeLogLikelihood("crossEntropy", logProbabilities, labels, reduction, weight);
  if (labelSmoothing === 0) return hard;
  const spread = logProbabilities
    .mul(weight ?? 1)
    .sum(1)
    .neg();
  const total = weight && reduction === "mean" ? totalWeight("crossEntropy", weight, labels) : labels.length;
  const soft = reduction === "mean" ? spread.sum().div(total) : reduce("crossEntropy", spread, reduction);
  return hard.mul(1 - labelSmoothing).add(soft.mul(labelSmoothing / x.shape[1]));
}

/**
 * The loss as a number, for the training loop.
 * @throws ValueError if it is NaN or infinite; the message gives the step. ShapeError if the loss is not one number
 */
export function lossValue(loss: Variable, step: number): number {
  instance(Variable, "a variable, such as a loss")("lossValue", "the loss", loss);
  integerFrom(0)("lossValue", "the step", step);
  const value = loss.item();
  if (!Number.isFinite(value))
    throw new ValueError(
      `the loss is ${value} at step ${step}; lower the learning rate, clip the gradients, or normalise the inputs`,
    );
  return value;
}
