/** A small training run: points of three classes in eight dimensions, a polynomial network, Adam. */
import type { Recipe } from "@polygrad/parallel";
import {
  Adam,
  crossEntropy,
  LayerNorm,
  Linear,
  loretz2024,
  normal,
  Polynomial,
  Random,
  Sequential,
  TensorDataset,
} from "polygrad";

const FEATURES = 8;
const CLASSES = 3;

export default {
  data: ({ rows }) => {
    const random = new Random(5);
    const labels = Int32Array.from({ length: rows }, () => random.below(CLASSES));
    const inputs = normal([rows, FEATURES], random);
    for (const [row, label] of labels.entries()) inputs.data[row * FEATURES + label] += 2;
    return { train: new TensorDataset(inputs, labels, CLASSES) };
  },
  model: (_, random) =>
    new Sequential(
      new Polynomial(FEATURES, 16, { ...loretz2024, degree: 2, random }),
      new LayerNorm(16),
      new Linear(16, CLASSES, { random }),
    ),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters) => new Adam(parameters, { learningRate: 0.01 }),
} satisfies Recipe<{ rows: number }, Sequential>;
