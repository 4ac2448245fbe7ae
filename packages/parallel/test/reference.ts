/**
 * The reference that data-parallel training must equal, bit for bit: one thread that accumulates the shards' gradients.
 */
import type { Data, DataParallelOptions, Figures, Plan, Recipe } from "@polygrad/parallel";
import {
  Batch,
  DataLoader,
  type Dataset,
  type Labels,
  type Module,
  noGrad,
  Random,
  type Targets,
  Tensor,
  tensor,
} from "polygrad";

/** All parameters of a model, element by element, in row-major order. */
export function weightsOf(model: Module): number[][] {
  return model.parameters().map(({ value }) => Array.from(value.clone().data));
}

export interface Reached<Model extends Module> {
  readonly model: Model;
  readonly weights: readonly (readonly number[])[];
  /** The mean loss over the samples of each finished epoch. */
  readonly trainLosses: readonly number[];
  /** The mean loss of the last step. */
  readonly loss: number;
}

/** Trains on this thread, for at most `most` steps. */
export async function trainHere<Options, Model extends Module, T extends Targets = Labels>(
  recipe: Recipe<Options, Model, Data<T>, T>,
  { options, epochs, batchSize, shards = 4, seed = 0, shuffle = true }: DataParallelOptions<Options>,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Reached<Model>> {
  const data = await recipe.data(options);
  const model = recipe.model(options, new Random(seed), data);
  const loader = new DataLoader(data.train, { batchSize, shuffle, seed });
  const plan: Plan = { epochs, stepsPerEpoch: Math.ceil(data.train.length / batchSize) };
  const optimiser = recipe.optimiser(model.parameters(), options, plan, { all: model.parameters() });
  const trainLosses: number[] = [];
  let [steps, mean] = [0, Number.NaN];
  while (trainLosses.length < epochs && steps < most) {
    let sum = 0;
    for (const batch of loader) {
      if (steps === most) return { model, weights: weightsOf(model), trainLosses, loss: mean };
      optimiser.zeroGrad();
      let ofBatch = 0;
      for (const shard of inShards(batch, shards)) {
        const loss = recipe.loss(model, shard);
        loss.backward(tensor(shard.indices.length / batch.indices.length));
        ofBatch += loss.item() * shard.indices.length;
      }
      optimiser.step();
      sum += ofBatch;
      mean = ofBatch / batch.indices.length;
      steps++;
    }
    trainLosses.push(sum / data.train.length);
  }
  return { model, weights: weightsOf(model), trainLosses, loss: mean };
}

/** The shards of a batch. Their sizes differ by at most one sample, larger ones first; empty shards are left out. */
export function inShards<T extends Targets>({ inputs, targets, indices }: Batch<T>, shards: number): Batch<T>[] {
  const sizes = Array.from({ length: shards }, () => 0);
  for (let row = 0; row < indices.length; row++) sizes[row % shards]++;
  let end = 0;
  return sizes
    .filter((size) => size > 0)
    .map((size) => {
      end += size;
      const start = end - size;
      return new Batch(inputs.slice(0, start, end), cut(targets, start, end), indices.slice(start, end));
    });
}

function cut<T extends Targets>(targets: T, start: number, end: number): T;
function cut(targets: Targets, start: number, end: number): Targets {
  return targets instanceof Tensor ? targets.slice(0, start, end) : targets.slice(start, end);
}

/** The figures of a dataset, evaluated on this thread in parts of 1000 samples. */
export function evaluateHere<Model extends Module, T extends Targets = Labels>(
  evaluate: (model: Model, batch: Batch<T>) => Figures,
  model: Model,
  dataset: Dataset<T>,
): Figures {
  const sums: Record<string, number> = {};
  model.eval();
  for (const batch of new DataLoader(dataset, { batchSize: 1000 }))
    for (const [name, mean] of Object.entries(noGrad(() => evaluate(model, batch))))
      sums[name] = (sums[name] ?? 0) + mean * batch.indices.length;
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / dataset.length]));
}

/** The URL of the recipe for small networks. */
export const SMALL = new URL("./recipes/small.ts", import.meta.url);
