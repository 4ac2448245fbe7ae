/** The recipe of every run of the frontier: one optimiser, one schedule and one evaluation for all families of networks. */
import type { Recipe } from "@polygrad/parallel";
import type { GivenSettings } from "@polygrad/sweep";
import { AdamW, crossEntropy, type Dataset, oneCycle, randomSplit, type Sequential } from "polygrad";
import { fashionMnist, mnist } from "polygrad/node";
import example from "../mnist/recipe.ts";
import { shifted } from "./augment.ts";
import { type Architecture, makeNetwork } from "./networks.ts";

/** The options of one run. */
export interface Configuration extends Architecture {
  readonly dataset: "mnist" | "fashion";
  /**
   * "tuning" trains on 50,000 of the training images and reports figures of the other 10,000; the test images are not read.
   * "final" trains on all 60,000 and reports figures of the test images.
   */
  readonly stage: "tuning" | "final";
  /** The highest rate of the one-cycle schedule; or, if there is none, the rate of all steps. */
  readonly learningRate: number;
  readonly schedule: "oneCycle" | "constant";
  readonly weightDecay: number;
  /** The decay of the moving average of the parameters, which is what is evaluated; 0 for none. */
  readonly average: number;
  /** The greatest norm of a gradient; 0 for no limit. */
  readonly clipNorm: number;
  /** The number of copies of each training image that are shifted by a pixel or two. */
  readonly shifts: number;
  readonly seed: number;
  /** The directory of the images; "" for the usual one. */
  readonly data: string;
}

/** The settings of a run for `sweep`. */
export function settingsOf({ average, clipNorm }: Configuration): GivenSettings {
  return {
    batchSize: 128,
    ...(clipNorm > 0 && { clipNorm }),
    ...(average > 0 && { average: { decay: average } }),
  };
}

/** The share of the training images that is held out for tuning, 10,000 of 60,000. They are the same for all seeds. */
const HELD_OUT = 1 / 6;

/** The images as a run uses them. */
interface Images {
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

/** The images already prepared, for the next run in this process. */
const prepared = new Map<string, Promise<Images>>();

async function load({ dataset, data, stage, shifts }: Configuration, signal?: AbortSignal): Promise<Images> {
  const directory = data === "" ? undefined : data;
  const { train, test } = await (dataset === "mnist" ? mnist : fashionMnist)({ directory, signal });
  if (stage === "final") return { train: shifted(train, shifts), test };
  const [part, validation] = randomSplit(train, [1 - HELD_OUT, HELD_OUT], 0);
  return { train: part, validation };
}

export default {
  data: (options, signal) => {
    const { dataset, data, stage, shifts } = options;
    const key = [dataset, data, stage, shifts].join();
    const loading = prepared.get(key) ?? load(options, signal);
    prepared.set(key, loading);
    return loading;
  },
  model: makeNetwork,
  loss: (model, { inputs, labels }) => crossEntropy(model.forward(inputs), labels),
  groups: (_, { rank }) => (rank > 1 ? "weights" : "others"),
  optimiser: (_, { learningRate: rate, schedule, weightDecay }, { epochs, stepsPerEpoch }, { weights, ...others }) =>
    new AdamW(
      [
        { parameters: weights, weightDecay },
        // B-splines without LayerNorm have no others.
        ...Object.values(others).map((parameters) => ({ parameters, weightDecay: 0 })),
      ],
      { learningRate: schedule === "constant" ? rate : oneCycle(rate, { steps: epochs * stepsPerEpoch }) },
    ),
  evaluate: example.evaluate,
} satisfies Recipe<Configuration, Sequential, Images>;
