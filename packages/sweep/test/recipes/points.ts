/** A small recipe: points in a square, inside or outside of a circle. */
import type { Recipe } from "@polygrad/parallel";
import {
  Adam,
  crossEntropy,
  LayerNorm,
  loretz2024,
  Polynomial,
  Random,
  Sequential,
  TensorDataset,
  uniform,
} from "polygrad";

export interface Options {
  readonly hidden: number;
  readonly rate?: number;
  readonly seed: number;
}

function points(count: number, seed: number): TensorDataset {
  const inputs = uniform([count, 2], new Random(seed), -1, 1);
  const labels = Array.from(inputs.square().sum(1).data, (distance) => Number(distance < 0.6));
  return new TensorDataset(inputs, labels, 2);
}

export default {
  data: () => ({ train: points(400, 1), test: points(100, 2) }),
  model: ({ hidden }, random) =>
    new Sequential(
      new Polynomial(2, hidden, { ...loretz2024, random }),
      new LayerNorm(hidden),
      new Polynomial(hidden, 2, { ...loretz2024, random }),
    ),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters, { rate = 0.02 }) => new Adam(parameters, { learningRate: rate }),
} satisfies Recipe<Options, Sequential>;
