/** The two networks of the training tests, small, and one step of training. */
import type { Tensor } from "@polygrad/tensor";
import {
  clipGradNorm,
  crossEntropy,
  LayerNorm,
  Linear,
  loretz2024,
  type Optimiser,
  Polynomial,
  ReLU,
  Sequential,
} from "../src/index.ts";

/** 12 -> 8 -> 5, as in training.json, or with other sizes. */
export const networks: Readonly<
  Record<"LINEAR" | "POLY", (inputs?: number, hidden?: number, outputs?: number) => Sequential>
> = {
  LINEAR: (inputs = 12, hidden = 8, outputs = 5) =>
    new Sequential(new Linear(inputs, hidden), new ReLU(), new LayerNorm(hidden), new Linear(hidden, outputs)),
  POLY: (inputs = 12, hidden = 8, outputs = 5) =>
    new Sequential(
      new Polynomial(inputs, hidden, loretz2024),
      new LayerNorm(hidden),
      new Polynomial(hidden, outputs, loretz2024),
    ),
};

/** Gradients of the mean cross entropy, clipped if asked, and one update. */
export function trainStep(
  model: Sequential,
  optimiser: Optimiser,
  inputs: Tensor,
  labels: readonly number[],
  maxNorm?: number,
): { loss: number; norm: number | undefined } {
  optimiser.zeroGrad();
  const loss = crossEntropy(model.forward(inputs), labels);
  loss.backward();
  const norm = maxNorm === undefined ? undefined : clipGradNorm(optimiser.parameters, maxNorm);
  optimiser.step();
  return { loss: loss.item(), norm };
}
