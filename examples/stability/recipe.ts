/** The recipe of the map: a network of polynomial layers, trained for one epoch on pooled digits. */
import type { Data, Recipe } from "@polygrad/parallel";
import { Adam, crossEntropy, oneCycle, type Sequential } from "polygrad";
import { digits } from "./digits.ts";
import type { Configuration } from "./grid.ts";
import { makeNetwork } from "./network.ts";

export const BATCH = 128;

export default {
  data: ({ images, data }) => digits(images, data),
  model: (options, random) => makeNetwork(options, random),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters, { learningRate, schedule }, { epochs, stepsPerEpoch }) =>
    new Adam(parameters, {
      learningRate:
        schedule === "constant" ? learningRate : oneCycle(learningRate, { steps: epochs * stepsPerEpoch }),
    }),
  evaluate: (model, { inputs, labels }) => {
    const logits = model.forward(inputs);
    const correct = logits.value.argmax(1).filter((answer, i) => answer === labels[i]).length;
    return { loss: crossEntropy(logits, labels).item(), accuracy: correct / labels.length };
  },
} satisfies Recipe<Configuration, Sequential, Data>;
