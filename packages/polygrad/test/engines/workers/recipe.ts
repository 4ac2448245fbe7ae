/** The recipe of the training in ../training.ts, for `DataParallel` in a page: it fetches MNIST from the page's server. */
import type { Recipe } from "@polygrad/parallel";
import { Adam, type Batch, crossEntropy, type Dataset, IMAGE_FILES, imageDataset, type Sequential } from "polygrad";
import { firstOf, makeModel, RATE } from "../training.ts";

export interface Options {
  /** The number of training images, from the first on. */
  readonly images: number;
}

async function read(file: string): Promise<Uint8Array> {
  const response = await fetch(`/data/${file}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function data({ images }: Options): Promise<{ train: Dataset; test: Dataset }> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(IMAGE_FILES.map(read));
  return {
    train: firstOf(imageDataset(trainImages, trainLabels), images),
    test: imageDataset(testImages, testLabels),
  };
}

function evaluate(model: Sequential, { inputs, labels }: Batch): { loss: number; accuracy: number } {
  const logits = model.forward(inputs);
  const correct = logits.value.argmax(1).filter((answer, row) => answer === labels[row]).length;
  return { loss: crossEntropy(logits, labels).item(), accuracy: correct / labels.length };
}

export default {
  data,
  model: (_options, random) => makeModel(random),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters) => new Adam(parameters, { learningRate: RATE }),
  evaluate,
} satisfies Recipe<Options, Sequential>;
