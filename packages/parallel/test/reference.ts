/**
 * The reference that data-parallel training must equal, bit for bit: one thread that accumulates the shards' gradients.
 */
import type { DataParallelOptions, Figures, Plan, Recipe } from "@polygrad/parallel";
import { Batch, DataLoader, type Dataset, type Module, noGrad, pinned, Random, tensor } from "polygrad";

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
export async function trainHere<Options, Model extends Module>(
  recipe: Recipe<Options, Model>,
  { options, epochs, batchSize, shards = 4, seed = 0, shuffle = true }: DataParallelOptions<Options>,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Reached<Model>> {
  const data = await recipe.data(options);
  const model = recipe.model(options, new Random(seed), data);
  const loader = new DataLoader(data.train, { batchSize, shuffle, seed });
  const plan: Plan = { epochs, stepsPerEpoch: Math.ceil(data.train.length / batchSize) };
  const optimiser = recipe.optimiser(model.parameters(), options, plan);
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
        loss.backward(tensor(shard.labels.length / batch.labels.length));
        ofBatch += loss.item() * shard.labels.length;
      }
      optimiser.step();
      sum += ofBatch;
      mean = ofBatch / batch.labels.length;
      steps++;
    }
    trainLosses.push(sum / data.train.length);
  }
  return { model, weights: weightsOf(model), trainLosses, loss: mean };
}

/** The shards of a batch. Their sizes differ by at most one sample, larger ones first; empty shards are left out. */
export function inShards({ inputs, labels, indices }: Batch, shards: number): Batch[] {
  const sizes = Array.from({ length: shards }, () => 0);
  for (let row = 0; row < labels.length; row++) sizes[row % shards]++;
  let end = 0;
  return sizes
    .filter((size) => size > 0)
    .map((size) => {
      end += size;
      return new Batch(inputs.slice(0, end - size, end), labels.slice(end - size, end), indices.slice(end - size, end));
    });
}

/** The figures of a dataset, evaluated on this thread in parts of 1000 samples. */
export function evaluateHere<Model extends Module>(
  evaluate: (model: Model, batch: Batch) => Figures,
  model: Model,
  dataset: Dataset,
): Figures {
  const sums: Record<string, number> = {};
  model.eval();
  for (let start = 0; start < dataset.length; start += 1000) {
    const indices = Int32Array.from({ length: Math.min(1000, dataset.length - start) }, (_, row) => start + row);
    const inputs = pinned([indices.length, ...dataset.sampleShape]);
    dataset.gatherInto(indices, inputs);
    const batch = new Batch(inputs, dataset.labels.slice(start, start + indices.length), indices);
    for (const [name, mean] of Object.entries(noGrad(() => evaluate(model, batch))))
      sums[name] = (sums[name] ?? 0) + mean * indices.length;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / dataset.length]));
}

/** The URL of the recipe for small networks. */
export const SMALL = new URL("./recipes/small.ts", import.meta.url);
