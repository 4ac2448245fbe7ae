/** The options of `prune`, and its report. */
import type { Variable } from "@polygrad/autograd";
import { ArgumentError, Tensor } from "@polygrad/tensor";
import { type Check, type Checks, callable, described, flag, integerFrom } from "@polygrad/tensor/internal";
import { aboveZero, finiteFrom0, positiveInteger } from "../checks.ts";

/** Samples: the inputs of a model, and what it should return for them. */
export interface Samples {
  readonly inputs: Tensor;
  readonly targets: Tensor;
}

/** Options of `prune`. */
export interface PruneOptions {
  /** What the model is fine-tuned on: samples, or a function that returns the loss of a training step. */
  readonly train: Samples | ((step: number) => Variable);
  /** What decides, and what contributions are measured on: samples, or a function that returns the validation loss. */
  readonly validation: Samples | (() => Variable);
  /** How much larger than at the beginning the validation loss may become. */
  readonly tolerance: number;
  /** The loss of samples; `mseLoss` by default. */
  readonly loss?: (prediction: Variable, targets: Tensor) => Variable;
  /** The number of training steps of a fine-tuning; at most 1,000,000; 200 by default. */
  readonly steps?: number;
  /** The learning rate of AdamW at the beginning of a fine-tuning; it falls to 0. 0.003 by default. */
  readonly learningRate?: number;
  /** After how many failures in a row to leave the rest as it is; 10 by default. */
  readonly patience?: number;
  /** Whether to remove single terms of the edges that stay, and constants; true by default. */
  readonly degrees?: boolean;
}

/** Something that was removed. */
export interface Removed {
  /** The name of the layer in the model. */
  readonly layer: string;
  readonly output: number;
  readonly input: number;
  /** The degree of the term; 0 for the constant of the output; undefined for a whole edge. */
  readonly degree: number | undefined;
}

/** What `prune` did. */
export interface PruneReport {
  /** In the order in which they were removed. */
  readonly removed: readonly Removed[];
  /** The validation loss before and after, and the largest that was allowed. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  readonly lossLimit: number;
  /** The number of coefficients of all layers with edges; the constants of an output of a polynomial layer count as one. */
  readonly coefficientsBefore: number;
  readonly coefficientsAfter: number;
  /** How often something was removed to see whether the loss allows it, and all steps of fine-tuning. */
  readonly trials: number;
  readonly steps: number;
  /** For each parameter of these layers by name, 1 for each coefficient that is left and 0 for the others. */
  readonly masks: ReadonlyMap<string, Tensor>;
}

/** More steps than any fine-tuning needs: a number by mistake, which would not end. */
const MOST_STEPS = 1_000_000;

const source: Check = (operation, what, value) => {
  if (typeof value === "function") return;
  if (typeof value !== "object" || value === null || !("inputs" in value) || !("targets" in value))
    throw new ArgumentError(
      `${operation}: ${what} must be samples, { inputs, targets }, or a function that returns a loss, got ${described(value)}`,
    );
  for (const part of [value.inputs, value.targets])
    if (!(part instanceof Tensor))
      throw new ArgumentError(`${operation}: ${what} must have tensors as inputs and targets, got ${described(part)}`);
};

/** How they are checked. */
export const known: Checks<PruneOptions> = {
  train: source,
  validation: source,
  tolerance: finiteFrom0,
  loss: callable,
  steps: integerFrom(1, MOST_STEPS),
  learningRate: aboveZero,
  patience: positiveInteger,
  degrees: flag,
};
