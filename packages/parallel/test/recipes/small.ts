/** A recipe for small networks on random points; its options describe layers, optimiser and data. */
import type { Plan, Recipe } from "@polygrad/parallel";
import {
  Adam,
  AdamW,
  type Batch,
  BSpline,
  cosine,
  crossEntropy,
  Dropout,
  type Layer,
  LayerNorm,
  Linear,
  loretz2024,
  type Optimiser,
  oneCycle,
  Polynomial,
  Random,
  type Schedule,
  Sequential,
  SGD,
  type Subset,
  stepDecay,
  subset,
  TensorDataset,
  uniform,
  type Variable,
} from "polygrad";

export interface LayerOptions {
  readonly kind: "polynomial" | "linear" | "spline";
  readonly outputs: number;
  /** The degree of a polynomial layer, or the order of a spline layer. */
  readonly degree: number;
  readonly norm: boolean;
  /** The probability of dropping an output; there is no such layer for 0. */
  readonly dropout: number;
}

export interface SmallOptions {
  readonly inputs: number;
  readonly classes: number;
  readonly layers: readonly LayerOptions[];
  readonly train: number;
  /** The number of test samples; there is no test data for 0. */
  readonly test: number;
  /** Whether the training data is every other sample of a larger dataset. */
  readonly everyOther: boolean;
  readonly optimiser: "sgd" | "momentum" | "nesterov" | "adam" | "adamw";
  readonly schedule: "constant" | "decay" | "cosine" | "one cycle";
}

export const small: SmallOptions = {
  inputs: 3,
  classes: 3,
  layers: [{ kind: "polynomial", outputs: 6, degree: 2, norm: true, dropout: 0 }],
  train: 30,
  test: 25,
  everyOther: false,
  optimiser: "momentum",
  schedule: "constant",
};

/** Random points in a cube; the class of a point depends on its distance from the centre. */
function points(count: number, { inputs, classes }: SmallOptions, seed: number): TensorDataset {
  const values = uniform([count, inputs], new Random(seed), -1, 1);
  const distances = values.square().mean(1).data;
  const labels = Array.from(distances, (distance) => Math.min(classes - 1, Math.floor(distance * 2 * classes)));
  return new TensorDataset(values, labels, classes);
}

export function data(options: SmallOptions): {
  train: Subset | TensorDataset;
  test?: TensorDataset;
} {
  const { train: count, test, everyOther } = options;
  const train = everyOther
    ? subset(
        points(2 * count, options, 1),
        Int32Array.from({ length: count }, (_, row) => 2 * row),
      )
    : points(count, options, 1);
  return test === 0 ? { train } : { train, test: points(test, options, 2) };
}

export function model({ inputs, classes, layers }: SmallOptions, random: Random): Sequential {
  const all: Layer[] = [];
  let width = inputs;
  for (const { kind, outputs, degree, norm, dropout } of layers) {
    if (kind === "polynomial") all.push(new Polynomial(width, outputs, { ...loretz2024, degree, random }));
    else if (kind === "spline") all.push(spline(width, outputs, degree, random));
    else all.push(new Linear(width, outputs, { random }));
    if (norm) all.push(new LayerNorm(outputs));
    if (dropout > 0) all.push(new Dropout(dropout, { random: random.split() }));
    width = outputs;
  }
  return new Sequential(...all, new Linear(width, classes, { random }));
}

/** A layer whose knots have followed data where the model is built, as every thread does. */
function spline(inputs: number, outputs: number, order: number, random: Random): BSpline {
  const layer = new BSpline(inputs, outputs, { order, grid: 3, random });
  layer.updateGrid(uniform([16, inputs], new Random(order), -1, 1));
  return layer;
}

export function loss(network: Sequential, { inputs, labels }: Batch): Variable {
  return crossEntropy(network.forward(inputs), labels);
}

function rate(highest: number, { schedule }: SmallOptions, { epochs, stepsPerEpoch }: Plan): number | Schedule {
  const steps = epochs * stepsPerEpoch;
  if (schedule === "decay") return stepDecay(highest, { size: 2, gamma: 0.7 });
  if (schedule === "cosine") return cosine(highest, { steps });
  return schedule === "one cycle" ? oneCycle(highest, { steps }) : highest;
}

export function optimiser(parameters: readonly Variable[], options: SmallOptions, plan: Plan): Optimiser {
  const own = { learningRate: rate(options.optimiser.startsWith("adam") ? 0.02 : 0.1, options, plan) };
  switch (options.optimiser) {
    case "sgd":
      return new SGD(parameters, own);
    case "momentum":
      return new SGD(parameters, { ...own, momentum: 0.9, dampening: 0.1, weightDecay: 1e-3 });
    case "nesterov":
      return new SGD(parameters, { ...own, momentum: 0.8, nesterov: true });
    case "adam":
      return new Adam(parameters, { ...own, weightDecay: 1e-3 });
    case "adamw":
      return new AdamW(parameters, own);
  }
}

/** The mean loss, and the fraction of correct answers. */
export function evaluate(network: Sequential, { inputs, labels }: Batch): { loss: number; accuracy: number } {
  const logits = network.forward(inputs);
  const right = logits.value.argmax(1).filter((answer, row) => answer === labels[row]).length;
  return { loss: crossEntropy(logits, labels).item(), accuracy: right / labels.length };
}

export default { data, model, loss, optimiser, evaluate } satisfies Recipe<SmallOptions, Sequential>;
