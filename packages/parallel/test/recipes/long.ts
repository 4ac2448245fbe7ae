/** A recipe with everything that a checkpoint must hold: groups, a frozen parameter, buffers, dropout, validation. */
import type { Recipe } from "@polygrad/parallel";
import {
  Adam,
  AdamW,
  type Batch,
  BatchNorm1d,
  cosine,
  crossEntropy,
  Dropout,
  Linear,
  loretz2024,
  Polynomial,
  Random,
  Sequential,
  SGD,
  TensorDataset,
  uniform,
} from "polygrad";

export interface LongOptions {
  readonly train: number;
  readonly hidden: number;
  readonly optimiser: "sgd" | "adam" | "adamw";
  /** The probability of dropping an output; there is no such layer for 0. */
  readonly dropout: number;
  readonly batchNorm: boolean;
  /** Whether the last bias is frozen. */
  readonly frozen: boolean;
}

export const long: LongOptions = {
  train: 60,
  hidden: 9,
  optimiser: "adamw",
  dropout: 0.2,
  batchNorm: true,
  frozen: true,
};

/** Random points in a cube; the class of a point depends on its distance from the centre. */
function points(count: number, seed: number): TensorDataset {
  const inputs = uniform([count, 3], new Random(seed), -1, 1);
  const labels = Array.from(inputs.square().mean(1).data, (distance) => Math.min(2, Math.floor(distance * 6)));
  return new TensorDataset(inputs, labels, 3);
}

function model({ hidden, dropout, batchNorm, frozen }: LongOptions, random: Random): Sequential {
  const last = new Linear(hidden, 3, { random });
  if (frozen && last.bias !== undefined) last.bias.requiresGrad = false;
  return new Sequential(
    new Polynomial(3, hidden, { ...loretz2024, degree: 2, random }),
    ...(batchNorm ? [new BatchNorm1d(hidden)] : []),
    ...(dropout > 0 ? [new Dropout(dropout, { random: random.split() })] : []),
    last,
  );
}

/** The mean loss, and the fraction of correct answers. */
export function evaluate(network: Sequential, { inputs, labels }: Batch): { loss: number; accuracy: number } {
  const logits = network.forward(inputs);
  const right = logits.value.argmax(1).filter((answer, row) => answer === labels[row]).length;
  return { loss: crossEntropy(logits, labels).item(), accuracy: right / labels.length };
}

export default {
  data: ({ train }) => ({ train: points(train, 1), validation: points(20, 2), test: points(25, 3) }),
  model,
  loss: (network, { inputs, labels }) => crossEntropy(network.forward(inputs), labels),
  groups: (name) => (name.endsWith("bias") ? "biases" : "weights"),
  optimiser: (_, options, { epochs, stepsPerEpoch }, { weights, biases = [] }) => {
    const groups = [{ parameters: weights }, { parameters: biases, weightDecay: 0, learningRate: 0.01 }];
    const learningRate = cosine(0.03, { steps: epochs * stepsPerEpoch });
    if (options.optimiser === "sgd") return new SGD(groups, { learningRate, momentum: 0.9, weightDecay: 1e-3 });
    return new (options.optimiser === "adam" ? Adam : AdamW)(groups, { learningRate, weightDecay: 1e-3 });
  },
  evaluate,
} satisfies Recipe<LongOptions, Sequential>;
