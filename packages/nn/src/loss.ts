/** Losses: one number that says how far predictions are from their targets. PyTorch's definitions and defaults. */
import { constant, type Variable } from "@polygrad/autograd";
import { type Indices, indexSelect, ShapeError, type Tensor, tensor, ValueError } from "@polygrad/tensor";
import { checkIndices } from "@polygrad/tensor/internal";
import type { Input } from "./module.ts";

/** How the losses of a batch become one: their mean (the default), their sum, or not at all. */
export type Reduction = "mean" | "sum" | "none";

/** What every loss may be told. */
export interface LossOptions {
  readonly reduction?: Reduction;
}

function reduce(losses: Variable, reduction: Reduction): Variable {
  if (losses.size === 0) throw new ShapeError("loss: the batch is empty; there is nothing to learn from");
  if (reduction === "none") return losses;
  return reduction === "sum" ? losses.sum() : losses.mean();
}

/** What losses over classes may be told. */
export interface ClassLossOptions extends LossOptions {
  /** A weight for each class, [classes]; the mean is then the weighted mean. */
  readonly weight?: Tensor;
}

function checkLabels(operation: string, x: Variable, labels: Indices, weight: Tensor | undefined): void {
  if (x.rank !== 2 || x.shape[0] !== labels.length)
    throw new ShapeError(
      `${operation}: needs [batch, classes] and a label for each row, got [${x.shape.join(", ")}] and ${labels.length} labels`,
    );
  if (labels.length === 0) throw new ShapeError(`${operation}: the batch is empty; there is nothing to learn from`);
  checkIndices(operation, labels, x.shape[1]);
  if (weight !== undefined && (weight.rank !== 1 || weight.size !== x.shape[1]))
    throw new ShapeError(
      `${operation}: needs a weight for each of ${x.shape[1]} classes, got weights [${weight.shape.join(", ")}]`,
    );
}

/**
 * The negative log-likelihood -x[b, label[b]] of log-probabilities: [batch, classes], [batch] -> [], or [batch] unreduced.
 * @throws ShapeError if labels or weights do not fit, or the batch is empty; ValueError if a label is not a class.
 */
export function nllLoss(logProbabilities: Input, labels: Indices, options: ClassLossOptions = {}): Variable {
  const { reduction = "mean", weight } = options;
  const x = constant(logProbabilities);
  checkLabels("nllLoss", x, labels, weight);
  const losses = x.gather(1, labels).squeeze(1).neg();
  if (weight === undefined) return reduce(losses, reduction);
  const weights = indexSelect(weight, 0, labels);
  const weighted = losses.mul(weights);
  return reduction === "mean" ? weighted.sum().div(weights.sum()) : reduce(weighted, reduction);
}

/** What cross entropy may be told. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** This share of every target is spread evenly over the classes (Szegedy et al. 2016); 0 by default. */
  readonly labelSmoothing?: number;
}

/**
 * ln(sum_c e^logits[b, c]) - logits[b, label[b]], averaged over the batch: [batch, classes], [batch] -> [].
 * @throws ShapeError if labels or weights do not fit, or the batch is empty; ValueError if a label is not a class.
 */
export function crossEntropy(logits: Input, labels: Indices, options: CrossEntropyOptions = {}): Variable {
  const { reduction = "mean", weight, labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ValueError(`crossEntropy: label smoothing lies between 0 and 1, got ${labelSmoothing}`);
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
  const soft = reduction === "mean" ? spread.sum().div(total) : reduce(spread, reduction);
  return hard.mul(1 - labelSmoothing).add(soft.mul(labelSmoothing / x.shape[1]));
}

function checkSameShape(operation: string, x: Variable, target: Variable): void {
  if (x.shape.join() !== target.shape.join())
    throw new ShapeError(
      `${operation}: prediction [${x.shape.join(", ")}] and target [${target.shape.join(", ")}] must have one shape`,
    );
}

/** (prediction - target)^2, averaged: [...], [...] -> []. @throws ShapeError if the shapes differ or are empty. */
export function mseLoss(prediction: Input, target: Input, { reduction = "mean" }: LossOptions = {}): Variable {
  const [x, y] = [constant(prediction), constant(target)];
  checkSameShape("mseLoss", x, y);
  return reduce(x.sub(y).square(), reduction);
}

/** What binary cross entropy may be told. */
export interface BinaryLossOptions extends LossOptions {
  /** How much more a positive target counts, broadcast against the target. */
  readonly positiveWeight?: Tensor | number;
}

/**
 * -(p t ln s(x) + (1 - t) ln(1 - s(x))) with the logistic s, averaged: [...], [...] -> [].
 *
 * As (1 - t) x + (1 + (p - 1) t) softplus(-x), which overflows for no x.
 * @throws ShapeError if the shapes differ or are empty.
 */
export function binaryCrossEntropyWithLogits(logits: Input, target: Input, options: BinaryLossOptions = {}): Variable {
  const { reduction = "mean", positiveWeight = 1 } = options;
  const [x, t] = [constant(logits), constant(target)];
  checkSameShape("binaryCrossEntropyWithLogits", x, t);
  const weight = constant(typeof positiveWeight === "number" ? tensor(positiveWeight) : positiveWeight);
  const slope = weight.sub(1).mul(t).add(1);
  return reduce(t.neg().add(1).mul(x).add(slope.mul(x.neg().softplus())), reduction);
}

/**
 * The loss as a number, for the training loop.
 * @throws ValueError naming the step if it is NaN or infinite.
 */
export function lossValue(loss: Variable, step: number): number {
  const value = loss.item();
  if (!Number.isFinite(value))
    throw new ValueError(
      `the loss is ${value} at step ${step}; lower the learning rate, clip the gradients, or normalise the inputs`,
    );
  return value;
}
