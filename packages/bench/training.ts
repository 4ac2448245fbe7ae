/** Seconds per epoch of the article's networks, through the public API, on random images as many as MNIST's. */
import { Adam, crossEntropy, DataLoader, Random } from "polygrad";
import { summarise, table } from "./measure.ts";
import { images, models } from "./models.ts";

const IMAGES = 60_000;

export async function benchTraining(): Promise<void> {
  const train = images(IMAGES);
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
