/**
 * The training of `pnpm example mnist` without threads: the gradients of a batch's shards are added one by one. It runs
 * in Node and in browsers, and every engine must compute the same bits.
 */
import {
  Adam,
  crossEntropy,
  DataLoader,
  type Dataset,
  Flatten,
  LayerNorm,
  loretz2024,
  type Module,
  noGrad,
  Polynomial,
  Random,
  Sequential,
  subset,
  tensor,
} from "polygrad";

/** What may vary. Everything else is as in the recipe of the example. */
export interface Run {
  readonly epochs: number;
  /** The number of training images, from the first on. */
  readonly images: number;
  /** The number of parts of each batch; their gradients are added in order. */
  readonly shards: number;
}

/** Results that must not depend on the engine. */
export interface Reached {
  /** Mean cross entropy over the test images. */
  readonly testLoss: number;
  /** The share of the test images that are classified correctly, from 0 to 1. */
  readonly testAccuracy: number;
  /** The hash of all parameters in order, each in row-major order, as little-endian float32. */
  readonly weightsSha256: string;
}

export const [SEED, BATCH, RATE] = [0, 2048, 0.1];
/** How many test images are evaluated at a time: as many as a worker of `@polygrad/parallel` takes. */
const PART = 1000;

/** Trains from the seed and evaluates once, at the end. */
export async function train(
  data: { readonly train: Dataset; readonly test: Dataset },
  { epochs, images, shards }: Run,
): Promise<Reached> {
  const random = new Random(SEED);
  const model = makeModel(random);
  const optimiser = new Adam(model.parameters(), { learningRate: RATE });
  const loader = new DataLoader(firstOf(data.train, images), { batchSize: BATCH, shuffle: true, seed: SEED });
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const { inputs, labels } of loader) {
      const rows = labels.length;
      optimiser.zeroGrad();
      for (let shard = 0; shard < shards; shard++) {
        const [start, stop] = [startOf(shard, rows, shards), startOf(shard + 1, rows, shards)];
        if (start === stop) continue;
        const loss = crossEntropy(model.forward(inputs.slice(0, start, stop)), labels.subarray(start, stop));
        // The mean over the batch is the mean of the shards' means, each weighted by its share of the rows.
        loss.backward(tensor((stop - start) / rows));
      }
      optimiser.step();
    }
  return { ...evaluate(model, data.test), weightsSha256: await hashWeights(model) };
}

export function makeModel(random: Random): Sequential {
  return new Sequential(
    new Flatten(),
    new Polynomial(784, 20, { ...loretz2024, degree: 3, random }),
    new LayerNorm(20),
    new Polynomial(20, 10, { ...loretz2024, degree: 3, random }),
  );
}

/** The first samples of a dataset. */
export function firstOf(dataset: Dataset, count: number): Dataset {
  return subset(
    dataset,
    Int32Array.from({ length: count }, (_, index) => index),
  );
}

/** The first row of a shard, as in `@polygrad/parallel`: if rows are left over, the first shards get one more each. */
function startOf(shard: number, rows: number, shards: number): number {
  return shard * Math.floor(rows / shards) + Math.min(shard, rows % shards);
}

function evaluate(model: Sequential, test: Dataset): { testLoss: number; testAccuracy: number } {
  let [total, correct] = [0, 0];
  noGrad(() => {
    for (const { inputs, labels } of new DataLoader(test, { batchSize: PART })) {
      const logits = model.forward(inputs);
      total += crossEntropy(logits, labels).item() * labels.length;
      for (const [i, answer] of logits.value.argmax(1).entries()) if (answer === labels[i]) correct++;
    }
  });
  return { testLoss: total / test.length, testAccuracy: correct / test.length };
}

/** Hashes the same bytes as examples/mnist/results.ts, with an interface that browsers have too. */
export async function hashWeights(model: Module): Promise<string> {
  const weights = model.parameters().flatMap(({ value }) => [...value.clone().data]);
  const bytes = new DataView(new ArrayBuffer(weights.length * 4));
  for (const [i, weight] of weights.entries()) bytes.setFloat32(4 * i, weight, true);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
