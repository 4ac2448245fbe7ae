/** Losses between predicted and wanted probabilities. PyTorch's definitions. */
import type { Variable } from "@polygrad/autograd";
import { ShapeError, Tensor } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, oneOf, show } from "@polygrad/tensor/internal";
import { numberIn } from "./checks.ts";
import { type LossOptions, lossOptions, pairOf, reduce, weights } from "./loss.ts";
import type { Input } from "./module.ts";

/** Options of binary cross entropy. */
export interface BinaryLossOptions extends LossOptions {
  /**
   * The factor for the loss of positive targets, finite and 0 or more, broadcast against the target; 1 by default.
   */
  readonly positiveWeight?: Tensor | number;
}

const positiveWeights: Check = (operation, what, value) => {
  const check = value instanceof Tensor ? weights : numberIn(0, Number.POSITIVE_INFINITY);
  check(operation, what, value);
};

const binaryOptions: Checks<BinaryLossOptions> = { ...lossOptions, positiveWeight: positiveWeights };

/**
 * -(p t ln s(x) + (1 - t) ln(1 - s(x))) with logits x, targets t, the logistic function s and p = `positiveWeight`,
 * averaged: [...], [...] -> [], or [...] for the reduction "none".
 *
 * Computed as (1 - t) x + (1 + (p - 1) t) softplus(-x), which does not overflow for any x.
 * @throws ShapeError if the shapes differ, or there are no elements; ValueError if a weight is negative or not finite
 */
export function binaryCrossEntropyWithLogits(logits: Input, target: Input, options: BinaryLossOptions = {}): Variable {
  const operation = "binaryCrossEntropyWithLogits";
  checkOptions(operation, options, binaryOptions);
  const { reduction = "mean", positiveWeight = 1 } = options;
  const [x, t] = pairOf(operation, logits, target);
  const excess = positiveWeight instanceof Tensor ? positiveWeight.sub(1) : positiveWeight - 1;
  const losses = t.neg().add(1).mul(x).add(t.mul(excess).add(1).mul(x.neg().softplus()));
  return reduce(operation, losses, reduction);
}

/** Options of the Kullback-Leibler divergence. */
export interface KLDivLossOptions {
  /**
   * "batchMean" (the default): the divergences of the samples, averaged; "sum": the sum of all terms; "none": the terms.
   * PyTorch's default, "mean", divides by the number of elements, which is not a mean of divergences.
   */
  readonly reduction?: "batchMean" | "sum" | "none";
}

const klOptions: Checks<KLDivLossOptions> = { reduction: oneOf("batchMean", "sum", "none") };

/**
 * The Kullback-Leibler divergence of targets t from predictions given as log-probabilities x: the sum of
 * t (ln t - x) over all elements but the first axis, averaged over it: [batch, ...], [batch, ...] -> []. With the
 * reduction "none", the terms: [...], [...] -> [...]. A term whose target is 0 is 0.
 * @throws ShapeError if the shapes differ, there are no elements, or "batchMean" gets fewer than two axes
 */
export function klDivLoss(logProbabilities: Input, target: Input, options: KLDivLossOptions = {}): Variable {
  checkOptions("klDivLoss", options, klOptions);
  const { reduction = "batchMean" } = options;
  const [x, t] = pairOf("klDivLoss", logProbabilities, target);
  if (reduction === "batchMean" && x.rank < 2)
    throw new ShapeError(
      `klDivLoss: needs [batch, ...] to average over a batch, got ${show(x.shape)}; use the reduction "sum"`,
    );
  const isZero = t.eq(0);
  // Where the target is 0, neither ln 0 nor a log-probability of -Infinity may be multiplied by it.
  const terms = t.mul(isZero.where(1, t).log().sub(isZero.where(0, x)));
  const reduced = reduce("klDivLoss", terms, reduction === "none" ? "none" : "sum");
  return reduction === "batchMean" ? reduced.div(x.shape[0]) : reduced;
}
