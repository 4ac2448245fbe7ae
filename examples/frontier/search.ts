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
  /** How many of the best are trained again with further seeds before one is chosen; none by default. */
  readonly finalists?: number;
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

const accuracy = ({ figures }: StudyRun<Configuration>): number => figures.validationAccuracy;

/** The best runs of a search: of those that were trained longest, the ones that were right most often. */
export function bestOf(runs: readonly StudyRun<Configuration>[], count: number): StudyRun<Configuration>[] {
  const longest = Math.max(...runs.map(({ until }) => until));
  return runs
    .filter(({ until }) => until === longest)
    .sort((a, b) => accuracy(b) - accuracy(a))
    .slice(0, count);
}

/** The first of the finalists that is right most often in the mean, over its own run and those with other seeds. */
export function winnerOf(
  finalists: readonly StudyRun<Configuration>[],
  others: readonly StudyRun<Configuration>[],
): StudyRun<Configuration> {
  const told = ({ options }: StudyRun<Configuration>) => JSON.stringify({ ...options, seed: 0 });
  const mean = (finalist: StudyRun<Configuration>) => {
    const own = [finalist, ...others.filter((other) => told(other) === told(finalist))];
    return own.reduce((sum, run) => sum + accuracy(run), 0) / own.length;
  };
  return finalists.reduce((best, finalist) => (mean(finalist) > mean(best) ? finalist : best));
}
