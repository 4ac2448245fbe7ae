/** Seconds per epoch of the article's networks, through the public API, on random images as many as MNIST's. */
import {
  Adam,
  crossEntropy,
  DataLoader,
  Flatten,
  ImageDataset,
  LayerNorm,
  Linear,
  Polynomial,
  Random,
  ReLU,
  Sequential,
} from "polygrad";
import { summarise, table } from "./measure.ts";

const IMAGES = 60_000;

/** Random images as sparse as MNIST's: a fifth of the pixels are not zero. Speed does not depend on what they show. */
function images(): ImageDataset {
  const random = new Random(1);
  const bytes = Uint8Array.from({ length: IMAGES * 784 }, () => (random.uniform() < 0.2 ? random.below(256) : 0));
  const labels = Uint8Array.from({ length: IMAGES }, () => random.below(10));
  return new ImageDataset(bytes, [28, 28], labels, 10);
}

const models = {
  POLY: (random: Random) =>
    new Sequential(
      new Flatten(),
      new Polynomial(784, 20, { degree: 3, random }),
      new LayerNorm(20),
      new Polynomial(20, 10, { degree: 3, random }),
    ),
  LINEAR: (random: Random) =>
    new Sequential(
      new Flatten(),
      new Linear(784, 20, { random }),
      new ReLU(),
      new LayerNorm(20),
      new Linear(20, 10, { random }),
    ),
};

export async function benchTraining(): Promise<void> {
  const train = images();
  const rows: string[][] = [];
  for (const batchSize of [2048, 128])
    for (const [name, makeModel] of Object.entries(models)) {
      const model = makeModel(new Random(0));
      const optimiser = new Adam(model.parameters(), { learningRate: 0.001 });
      const loader = new DataLoader(train, { batchSize, shuffle: true });
      const seconds = Array.from({ length: 9 }, () => {
        const start = performance.now();
        for (const { inputs, labels } of loader) {
          optimiser.zeroGrad();
          crossEntropy(model.forward(inputs), labels).backward();
          optimiser.step();
        }
        return (performance.now() - start) / 1000;
      });
      const { min, median } = summarise(seconds.slice(2));
      rows.push([`${name}, batch ${batchSize}`, min.toFixed(3), median.toFixed(3)]);
    }
  table([["training", "best, s/epoch", "median, s/epoch"], ...rows]);
}
