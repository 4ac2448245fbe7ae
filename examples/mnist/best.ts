/**
 * `--recipe best`: the polynomial networks with at most as many parameters as the article's that `pnpm example frontier` has
 * found, on images that were held out from the training set. See docs/results/frontier.md.
 */
import type { Recipe } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { widthOf } from "../frontier/networks.ts";
import frontier, { type Configuration } from "../frontier/recipe.ts";
import example, { type Images } from "./recipe.ts";

/** What all of them share. */
const common = {
  family: "polynomial",
  budget: 63_560,
  firstDegree: 1,
  basis: "chebyshev",
  squash: "tanh",
  norm: true,
  schedule: "oneCycle",
  average: 0.999,
  clipNorm: 1,
  shifts: 0,
  stage: "final",
  seed: 0,
} as const;

/** What the search has chosen. */
const chosen = {
  mnist: {
    degree: 5,
    layers: 2,
    learningRate: 0.0109912328294069,
    weightDecay: 0.02333447944877509,
    dropout: 0.05,
  },
  fashion: {
    degree: 3,
    layers: 2,
    learningRate: 0.012947633380361416,
    weightDecay: 0.020539205182566647,
    dropout: 0,
  },
} as const;

/** The best configuration for a dataset, whose files are in the directory `data`. */
export function bestFor(dataset: Configuration["dataset"], data: string): Configuration {
  return { ...common, ...chosen[dataset], dataset, data };
}

/** The settings of `--recipe best` for a dataset. */
export function usualOfBest(dataset: Configuration["dataset"]) {
  const { degree, learningRate } = chosen[dataset];
  return { degree, learningRate, hidden: widthOf(bestFor(dataset, "")), epochs: 30, batch: 128 };
}

const ofArticle = { model: "polynomial", degree: 3, hidden: 20, batch: 2048, learningRate: 0.1, shards: 4 } as const;

export default {
  ...frontier,
  data: ({ dataset, data }, signal) => example.data({ ...ofArticle, dataset, data }, signal),
} satisfies Recipe<Configuration, Sequential, Images>;
