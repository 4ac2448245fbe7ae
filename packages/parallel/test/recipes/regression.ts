/** A recipe for a regression with several outputs, whose targets are a matrix for each sample. */
import type { Data, Recipe } from "@polygrad/parallel";
import {
  Adam,
  type Batch,
  type Dataset,
  LayerNorm,
  Linear,
  loretz2024,
  mseLoss,
  normal,
  Polynomial,
  Random,
  Sequential,
  subset,
  type Tensor,
  TensorDataset,
  tensor,
  type Variable,
  zeros,
} from "polygrad";

export interface RegressionOptions {
  /** Whether the training data is a subset of a larger dataset. */
  readonly everyOther: boolean;
  /** Whether the training data is of a class that this library does not know. */
  readonly isOwn: boolean;
}

/** Random points x in three dimensions, and for each the matrix [[x0 x1, x1 x2], [x2 x0, x0 + x1]]. */
function points(count: number, seed: number): TensorDataset<Tensor> {
  const inputs = normal([count, 3], new Random(seed));
  const [a, b, c] = [0, 1, 2].map((axis) => inputs.select(1, axis));
  const targets = zeros([count, 2, 2]);
  for (const [k, product] of [a.mul(b), b.mul(c), c.mul(a), a.add(b)].entries())
    targets
      .select(1, Math.floor(k / 2))
      .select(1, k % 2)
      .assign(product);
  return new TensorDataset(inputs, targets);
}

/** A user's own dataset: sample i is [i, -i, 1] / 100, and its target is [[i, 0], [1, -i]] / 50. */
class Ramps implements Dataset<Tensor> {
  readonly length = 30;
  readonly sampleShape = [3];
  readonly targets = tensor(
    Array.from({ length: 30 }, (_, i) => [
      [i, 0],
      [1, -i],
    ]),
  ).mul(1 / 50);

  gatherInto(indices: Int32Array, out: Tensor): void {
    for (const [row, i] of indices.entries()) out.select(0, row).assign(tensor([i / 100, -i / 100, 0.01]));
  }
}

export function data({ everyOther, isOwn }: RegressionOptions): Data<Tensor> {
  const odd = Int32Array.from({ length: 30 }, (_, row) => 2 * row + 1);
  const train = isOwn ? new Ramps() : everyOther ? subset(points(60, 1), odd) : points(30, 1);
  return { train, test: points(1100, 2) };
}

export function model(_: RegressionOptions, random: Random): Sequential {
  return new Sequential(
    new Polynomial(3, 8, { ...loretz2024, degree: 2, random }),
    new LayerNorm(8),
    new Linear(8, 4, { random }),
  );
}

export function loss(network: Sequential, { inputs, targets }: Batch<Tensor>): Variable {
  return mseLoss(network.forward(inputs), targets.reshape(-1, 4));
}

export function optimiser(parameters: readonly Variable[]): Adam {
  return new Adam(parameters, { learningRate: 0.03 });
}

/** The mean squared error, and the mean of the first target. */
export function evaluate(network: Sequential, batch: Batch<Tensor>): { loss: number; first: number } {
  return { loss: loss(network, batch).item(), first: batch.targets.select(1, 0).select(1, 0).mean().item() };
}

export default { data, model, loss, optimiser, evaluate } satisfies Recipe<RegressionOptions, Sequential, Data<Tensor>>;
