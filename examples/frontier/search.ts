/** The search: one procedure for all families, by successive halving on images that are held out from the training set. */
import { type Asha, asha, choice, logUniform } from "@polygrad/sweep";
import type { StudyRun } from "../study/index.ts";
import type { Family } from "./networks.ts";
import type { Configuration } from "./recipe.ts";

/** How long one search is: the number of configurations, and the epochs of the first and the last of them. */
export interface Effort {
  readonly trials: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** What is searched besides the learning rate, the weight decay, the dropout and the number of layers. */
const degrees: Readonly<Record<Family, readonly number[]>> = { polynomial: [3, 5], mlp: [0], spline: [3, 5] };

/** Where the search for networks of a family with a budget looks. */
export function searchOf(
  { dataset, data, family, budget }: Pick<Configuration, "dataset" | "data" | "family" | "budget">,
  { trials, minimum, maximum }: Effort,
): Asha<Configuration> {
  const space = {
    ...{ dataset, data, family, budget },
    degree: choice(degrees[family]),
    firstDegree: 1,
    basis: "chebyshev",
    squash: "tanh",
    norm: true,
    layers: choice([1, 2] as const),
    learningRate: logUniform(4e-3, 3e-2),
    weightDecay: logUniform(1e-2, 0.3),
    dropout: choice([0, 0, 0.05]),
    schedule: "oneCycle",
    average: 0.999,
    clipNorm: 1,
    stage: "tuning",
    shifts: 0,
    seed: 0,
  } as const;
  return asha(space, { trials, minimum, maximum, metric: "validationAccuracy", mode: "max" });
}

/** The best configuration of a search: of those that were trained longest, the one that was right most often. */
export function bestOf(runs: readonly StudyRun<Configuration>[]): StudyRun<Configuration> {
  const longest = Math.max(...runs.map(({ until }) => until));
  const accuracy = ({ figures }: StudyRun<Configuration>) => figures.validationAccuracy;
  return runs
    .filter(({ until }) => until === longest)
    .reduce((best, run) => (accuracy(run) > accuracy(best) ? run : best));
}
