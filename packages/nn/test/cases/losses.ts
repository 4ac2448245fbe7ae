/** Cases for every loss: every reduction, batches of one, every option, and both sides of every kink. */
import type { Variable } from "@polygrad/autograd";
import { type Shape, type Tensor, tensor } from "@polygrad/tensor";
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDivLoss,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
} from "../../src/index.ts";
import { awayFrom0, type Case, type Cases, named, shares } from "./case.ts";

type Pair = (prediction: Variable, target: Variable) => Variable;

/** Errors on both sides of the kinks at 0 and, for the Huber losses below, at 0.4 and -0.4; none is near a kink. */
const errors = [0.2, -0.25, 0.7, -0.9, 1.3, 0.1, -0.15, 0.6, -1.1, 0.3, -0.8, 0.22];

/** A loss of errors, at a prediction and a target of that shape that differ by `errors`. */
function ofErrors(f: Pair, shape: Shape): Case {
  const target = awayFrom0(shape);
  const difference = tensor(errors.slice(0, target.size)).reshape(shape);
  return { f, inputs: [target.add(difference), target] };
}

/** A loss of errors with every reduction, at a batch of one and at three axes. */
function errorCases<Options extends object>(
  loss: (x: Variable, t: Variable, options: Options & { reduction?: "mean" | "sum" | "none" }) => Variable,
  options: Options,
): Cases {
  const reduced = (["mean", "sum", "none"] as const).map((reduction): [string, Case] => [
    `the reduction "${reduction}"`,
    ofErrors((x, t) => loss(x, t, { ...options, reduction }), [3, 4]),
  ]);
  return {
    ...Object.fromEntries(reduced),
    "a batch of one": ofErrors((x, t) => loss(x, t, options), [1, 4]),
    "three axes": ofErrors((x, t) => loss(x, t, options), [2, 2, 3]),
  };
}

/** A loss over classes with every reduction, with and without class weights, at a batch and a batch of one. */
function classCases<Options extends object>(
  loss: (
    x: Variable,
    labels: readonly number[],
    options: Options & { reduction?: "mean" | "sum" | "none"; weight?: Tensor },
  ) => Variable,
  options: Options,
): Cases {
  const batches = { "a batch": [2, 0, 2], "a batch of one": [1] };
  const weights = { "equal classes": {}, "weighted classes": { weight: tensor([0.5, 2, 1]) } };
  return Object.fromEntries(
    Object.entries(batches).flatMap(([batch, labels]) =>
      Object.entries(weights).flatMap(([classes, weight]) =>
        (["mean", "sum", "none"] as const).map((reduction): [string, Case] => [
          `${batch}, ${classes}, the reduction "${reduction}"`,
          {
            f: (x) => loss(x, labels, { ...options, ...weight, reduction }),
            inputs: [awayFrom0([labels.length, 3])],
          },
        ]),
      ),
    ),
  );
}

/** A loss of logits or log-probabilities and of targets between 0 and 1. */
const ofShares = (f: Pair, shape: Shape): Case => ({ f, inputs: [awayFrom0(shape), shares(shape)] });

const binary = binaryCrossEntropyWithLogits;
const perClass = tensor([0.5, 2, 3, 0]);

/** Cases by the name of the exported function. */
export const lossCases: Readonly<Record<string, Cases>> = {
  crossEntropy: {
    ...classCases(crossEntropy, {}),
    ...named("smoothed labels", classCases(crossEntropy, { labelSmoothing: 0.2 })),
  },
  nllLoss: classCases(nllLoss, {}),
  mseLoss: errorCases(mseLoss, {}),
  l1Loss: errorCases(l1Loss, {}),
  huberLoss: errorCases(huberLoss, { delta: 0.4 }),
  smoothL1Loss: errorCases(smoothL1Loss, { beta: 0.4 }),
  binaryCrossEntropyWithLogits: {
    'the reduction "mean"': ofShares((x, t) => binary(x, t), [3, 4]),
    'the reduction "sum"': ofShares((x, t) => binary(x, t, { reduction: "sum" }), [3, 4]),
    'the reduction "none"': ofShares((x, t) => binary(x, t, { reduction: "none" }), [3, 4]),
    "a batch of one": ofShares((x, t) => binary(x, t), [1, 4]),
    "three axes": ofShares((x, t) => binary(x, t), [2, 2, 3]),
    "one positive weight": ofShares((x, t) => binary(x, t, { positiveWeight: 2.5 }), [3, 4]),
    "a positive weight for each class": ofShares((x, t) => binary(x, t, { positiveWeight: perClass }), [3, 4]),
  },
  klDivLoss: {
    'the reduction "batchMean"': ofShares((x, t) => klDivLoss(x, t), [3, 4]),
    'the reduction "sum"': ofShares((x, t) => klDivLoss(x, t, { reduction: "sum" }), [3, 4]),
    'the reduction "none"': ofShares((x, t) => klDivLoss(x, t, { reduction: "none" }), [3, 4]),
    "a batch of one": ofShares((x, t) => klDivLoss(x, t), [1, 4]),
    "three axes": ofShares((x, t) => klDivLoss(x, t), [2, 2, 3]),
    "one distribution": ofShares((x, t) => klDivLoss(x, t, { reduction: "sum" }), [4]),
  },
};
