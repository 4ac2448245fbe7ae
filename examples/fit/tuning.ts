/** `pnpm example fit --tune`: what the learning rate and the cost of each method in networks.ts come from. */
import { setImmediate } from "node:timers/promises";
import { capture, DataLoader, type Dataset, mseLoss, noGrad, Random, type Tensor } from "polygrad";
import { namesOf, type Study, textTable } from "../study/index.ts";
import { budgetOf, type Task, tuningPointsOf } from "./data.ts";
import { lengthOf } from "./fits.ts";
import { methods } from "./networks.ts";
import recipe, { type Configuration } from "./recipe.ts";

const RATES = [0.003, 0.01, 0.03, 0.1];
const TASKS: readonly Task[] = ["sine", "I.12.11", "cars"];
/** Seeds that the experiment does not use. */
const SEEDS = [1000, 1001];

/** What a run has shown. */
interface Trial extends Configuration {
  /** The root of the mean squared error on what is held out of the training data, in standard deviations of the target. */
  readonly rmse: number;
  /** The CPU time of a step, in microseconds. */
  readonly time: number;
}

/**
 * Prints, for each method, the geometric mean over some tasks and seeds of the error on held-out training data with each
 * learning rate, so that no run decides alone; and the CPU time of a step, divided by that of `relu`. The methods run by turns, in
 * this process, since other programs change its CPU time less than the time on the clock.
 */
export async function tune(study: Study): Promise<void> {
  const names = namesOf(methods);
  const trials: Trial[] = [];
  for (const seed of SEEDS)
    for (const task of TASKS)
      for (const learningRate of RATES)
        for (const method of names) {
          // Otherwise nobody could stop it.
          await setImmediate();
          study.signal.throwIfAborted();
          trials.push(await trialOf({ task, method, seed, budget: budgetOf(task), learningRate }));
          console.error(`${trials.length} of ${SEEDS.length * TASKS.length * RATES.length * names.length} runs done`);
        }
  const errors = (method: string, rate: number) =>
    trials.filter((trial) => trial.method === method && trial.learningRate === rate).map(({ rmse }) => rmse);
  const time = (method: string, task: Task) =>
    median(trials.filter((trial) => trial.method === method && trial.task === task).map(({ time }) => time));
  const cost = (method: string) => geometricMean(TASKS.map((task) => time(method, task) / time("relu", task)));
  console.log(
    textTable([
      ["method", ...RATES.map(String), "time / relu"],
      ...names.map((method) => [
        methods[method].title,
        ...RATES.map((rate) => geometricMean(errors(method, rate)).toFixed(4)),
        cost(method).toFixed(2),
      ]),
    ]),
  );
}

/** Trains as a run of the experiment does, with the data for tuning. */
async function trialOf(options: Configuration): Promise<Trial> {
  const { task, seed } = options;
  const { train, test } = await tuningPointsOf(task, seed);
  const { epochs, batchSize } = lengthOf(task);
  const model = recipe.model(options, new Random(seed), { train });
  const loader = new DataLoader(train, { batchSize, shuffle: true, seed });
  const plan = { epochs, stepsPerEpoch: loader.length };
  const optimiser = recipe.optimiser(model.parameters(), options, plan);
  const step = capture((inputs: Tensor, targets: Tensor) => {
    const loss = mseLoss(model.forward(inputs), targets);
    loss.backward();
    return loss;
  });
  const start = process.cpuUsage();
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const { inputs, targets } of loader) {
      optimiser.zeroGrad();
      step(inputs, targets);
      optimiser.step();
    }
  const { user, system } = process.cpuUsage(start);
  return { ...options, rmse: rmseOf(test), time: (user + system) / (epochs * loader.length) };

  function rmseOf(held: Dataset<Tensor>): number {
    const [batch] = new DataLoader(held, { batchSize: held.length });
    return Math.sqrt(noGrad(() => recipe.loss(model, batch)).item());
  }
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
