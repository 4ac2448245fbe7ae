/** The recipe of the article's experiment: data, network, loss and optimiser. Every worker thread loads this file. */
import type { Recipe } from "@polygrad/parallel";
import { Adam, type Batch, crossEntropy, type Sequential } from "polygrad";
import { fashionMnist, mnist } from "polygrad/node";
import { checkMemory } from "./memory.ts";
import { makeModel } from "./model.ts";
import type { Experiment } from "./options.ts";

/** The training and test images, and where they came from. */
export type Images = Awaited<ReturnType<typeof mnist>>;

/** The images already loaded, which runs with other seeds use again. */
const loaded = new Map<string, Promise<Images>>();

async function load(options: Experiment, signal?: AbortSignal): Promise<Images> {
  const { dataset, data } = options;
  const directory = data === "" ? undefined : data;
  const key = `${dataset} ${data}`;
  const loading = loaded.get(key) ?? (dataset === "mnist" ? mnist : fashionMnist)({ directory, signal });
  loaded.set(key, loading);
  const images = await loading;
  const { length, sampleShape, classes } = images.train;
  checkMemory(options, { images: length, inputs: sampleShape[0] * sampleShape[1], classes });
  return images;
}

/** The mean loss, and the fraction of correct answers. */
function evaluate(model: Sequential, { inputs, labels }: Batch): { loss: number; accuracy: number } {
  const logits = model.forward(inputs);
  const correct = logits.value.argmax(1).filter((answer, i) => answer === labels[i]).length;
  return { loss: crossEntropy(logits, labels).item(), accuracy: correct / labels.length };
}

export default {
  data: load,
  model: (options, random, { train }) => makeModel(options, random, train),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters, { learningRate }) => new Adam(parameters, { learningRate }),
  evaluate,
} satisfies Recipe<Experiment, Sequential, Images>;
