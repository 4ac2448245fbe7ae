/** `pnpm example fit --tune`: what the learning rate of each method in networks.ts was chosen by. */
import { namesOf, type Study, type StudyRun, textTable } from "../study/index.ts";
import type { Task } from "./data.ts";
import { fits } from "./fits.ts";
import { methods } from "./networks.ts";
import type { Configuration } from "./recipe.ts";

const RATES = [0.003, 0.01, 0.03, 0.1];
const TASKS: readonly Task[] = ["sine", "kan", "I.12.11", "cars"];
/** Seeds that the experiment does not use: other points, and other splits of the table. */
const SEEDS = [1000, 1001, 1002];

/** Prints, for each method, the geometric mean over some tasks and seeds of the test RMSE with each learning rate, and the time of a step. */
export async function tune(study: Study): Promise<void> {
  const runs = await fits(study, { part: "tuning", tasks: TASKS, seeds: SEEDS, rates: RATES });
  const names = namesOf(methods);
  const of = (method: string, rate?: number) =>
    runs.filter(({ options }) => options.method === method && (rate ?? options.learningRate) === options.learningRate);
  const time = (method: string) => geometricMean(of(method).map(({ figures, until }) => figures.seconds / until));
  console.log(
    textTable([
      ["method", ...RATES.map(String), "time / relu"],
      ...names.map((method) => [
        methods[method].title,
        ...RATES.map((rate) => geometricMean(of(method, rate).map(rmse)).toFixed(4)),
        (time(method) / time("relu")).toFixed(2),
      ]),
    ]),
  );
}

/** The root of the mean squared error on the test points, in standard deviations of the target. */
function rmse({ figures }: StudyRun<Configuration>): number {
  return Math.sqrt(figures.testMse);
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
