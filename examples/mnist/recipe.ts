/** The recipe of the article's experiment: data, network, loss, optimiser. Every worker thread loads this file. */
import type { Recipe } from "@polygrad/parallel";
import { Adam, type Batch, crossEntropy, type Sequential } from "polygrad";
import { fashionMnist, mnist } from "polygrad/node";
import { makeModel } from "./model.ts";
import type { Options } from "./options.ts";

/** Images to train and to test, and where they came from. */
export type Images = Awaited<ReturnType<typeof mnist>>;

/** Runs with other seeds use the same images. */
const loaded = new Map<string, Promise<Images>>();

function load({ dataset, data: directory }: Options, signal?: AbortSignal): Promise<Images> {
  const key = `${dataset} ${directory}`;
  const images = loaded.get(key) ?? (dataset === "mnist" ? mnist : fashionMnist)({ directory, signal });
  loaded.set(key, images);
  return images;
}

/** Mean loss and share of correct answers. */
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
} satisfies Recipe<Options, Sequential, Images>;
