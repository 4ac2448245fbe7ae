/** The pages that the tests open: of a small run, and of the charts that such a run has not. */
import { Adam, crossEntropy, DataLoader, manualSeed, Random, subset } from "polygrad";
import { mnist } from "polygrad/node";
import { makeModel } from "../../mnist/model.ts";
import { parseOptions } from "../../mnist/options.ts";
import { reportOf } from "../../mnist/report.ts";
import type { Epoch } from "../../mnist/results.ts";
import { curves, type Figure, fits, heatMap, page, scatter, table } from "../../report/index.ts";

const EPOCHS = 6;

/** The page of a network that was trained on 600 images of digits. */
export async function trained(): Promise<string> {
  const options = parseOptions(["--epochs", String(EPOCHS), "--batch", "100", "--lr", "0.02"]);
  if (options === undefined) throw new Error("no options");
  const images = await mnist();
  const part = subset(
    images.train,
    Int32Array.from({ length: 600 }, (_, k) => k),
  );
  manualSeed(1);
  const model = makeModel(options, new Random(1), images.train);
  const optimiser = new Adam(model.parameters(), { learningRate: options.learningRate });
  const epochs: Epoch[] = [];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    let loss = 0;
    for (const { inputs, labels } of new DataLoader(part, { batchSize: options.batch, shuffle: true })) {
      const each = crossEntropy(model.forward(inputs), labels);
      optimiser.zeroGrad();
      each.backward();
      optimiser.step();
      loss += each.item() / 6;
    }
    epochs.push({ epoch, trainLoss: loss, testLoss: 1.2 * loss, testAccuracy: 1 - loss / 3, seconds: 1 });
  }
  const { trainLoss, testLoss, testAccuracy } = epochs[EPOCHS - 1];
  const reached = {
    ...{ dataset: "mnist", model: "polynomial", parameters: 63560, epochs: EPOCHS, batchSize: 100, learningRate: 0.02 },
    ...{ seed: 1, workers: 1, shards: 1, trainLoss, testLoss, testAccuracy, secondsPerEpoch: { min: 1, median: 1 } },
    ...{ weightsSha256: "0".repeat(64), engine: "Node", node: "", cpu: "" },
  };
  return reportOf(options, reached, epochs, model, images);
}

export const frontier: Figure = scatter({
  ...{ title: "Frontier", x: "parameters", y: "test accuracy", percent: true },
  series: ["polynomial", "ReLU"].map((name, k) => ({
    name,
    points: [8e3, 16e3, 32e3].map((x, at) => ({ x, y: 0.95 + 0.01 * (at - k), error: 0.002 })),
  })),
  published: [{ name: "somebody else's", x: 2e4, y: 0.955 }],
});

/** A page of the charts that a run has not. */
export function charts(): string {
  const x = Array.from({ length: 50 }, (_, k) => k / 25 - 1);
  const seeds = (rate: number) => [1, 2, 3].map((seed) => x.map((_, k) => 0.1 * seed + Math.exp(-k * rate)));
  return page({
    ...{
      title: "Charts",
      question: "Do they show?",
      command: "pnpm example none",
      configuration: { seeds: [1, 2, 3] },
    },
    sections: [
      {
        heading: "Charts",
        parts: [
          curves({
            title: "Curves",
            y: "loss",
            series: ["a", "b"].map((name, k) => ({ name, runs: seeds(0.1 + k) })),
          }),
          frontier,
          heatMap({
            ...{ title: "Map", x: "degree", y: "hidden", value: "accuracy", percent: true },
            panels: [2, 3].map((depth) => ({
              name: `depth ${depth}`,
              cells: [2, 3, 4].flatMap((degree) =>
                [20, 64].map((hidden) => ({ x: degree, y: hidden, value: degree === 4 ? undefined : degree / 4 })),
              ),
            })),
          }),
          fits({
            title: "Fits",
            panels: ["one", "two"].map((name) => ({
              ...{
                name,
                truth: { x, y: x.map(Math.abs) },
                data: { x: x.slice(9, 20), y: x.slice(9, 20) },
                trained: [-0.5, 0.5],
              },
              fits: { line: { x, y: x }, cube: { x, y: x.map((at) => at ** 3) } },
            })),
          }),
          table({
            title: "A wide table",
            columns: ["model", ...Array.from({ length: 12 }, (_, k) => `column number ${k}`)],
            rows: [["linear", ...Array.from({ length: 12 }, (_, k) => 1000 * k)]],
          }),
        ],
      },
    ],
  });
}
