/** The data of a task: points of a function inside and outside the interval of training, or the rows of a table. */
import { range } from "@polygrad/sweep";
import {
  type Dataset,
  linspace,
  Random,
  randomSplit,
  type Subset,
  standardise,
  subset,
  type Tensor,
  TensorDataset,
  tensor,
} from "polygrad";
import { namesOf } from "../study/names.ts";
import { cars } from "../tables/cars.ts";
import { functions, type Target } from "./functions.ts";
import { penguins } from "./penguins.ts";

/** Training and test data with the same scales: inputs in [-1, 1], or of variance 1; targets of variance 1. */
export interface Points {
  readonly train: Dataset<Tensor>;
  readonly test: Dataset<Tensor>;
  /** Points outside the interval of training: nothing is chosen by them. Undefined for tables. */
  readonly validation?: Dataset<Tensor>;
}

/** The tables, with their titles. */
export const tables = {
  cars: { title: "cars: miles per gallon", rows: cars },
  penguins: { title: "penguins: body mass", rows: penguins },
} as const;

/** The name of a task. */
export type Task = keyof typeof functions | keyof typeof tables;

/** The names of all tasks, in the order of the tables. */
export const tasks: readonly Task[] = [...namesOf(functions), ...namesOf(tables)];

/** The numbers of points. */
const [TRAINING, TEST] = [4096, 1000];
/** How far the points outside go: to 1.25 in the scale in which the interval of training is [-1, 1]. */
export const OUTSIDE = 1.25;
/** How many seeds the experiment has. */
export const SEEDS = 3;
/** The share of a table's rows that is tested on. */
const HELD_OUT = 0.2;

/** The data of a task. The seed determines the points, and the split of a table. */
export async function pointsOf(task: Task, seed: number): Promise<Points> {
  return isTable(task) ? rowsOf(task, seed) : drawn(functions[task], new Random(seed));
}

export function isTable(task: Task): task is keyof typeof tables {
  return Object.hasOwn(tables, task);
}

/** What a task is called. */
export function titleOf(task: Task): string {
  return isTable(task) ? tables[task].title : functions[task].title;
}

/**
 * Other data with the same roles, for choosing learning rates: points of another seed, of whose training points a fifth is
 * held out; and the rows of a table that no run with a seed below `SEEDS` is tested on, of which a fifth is held out.
 */
export async function tuningPointsOf(task: Task, seed: number): Promise<Points> {
  if (isTable(task)) {
    const { dataset } = await tables[task].rows();
    const tested = new Set(range(SEEDS).flatMap((each) => [...splitOf(dataset, each)[1].indices]));
    return scaled(
      splitOf(
        subset(
          dataset,
          range(dataset.length).filter((row) => !tested.has(row)),
        ),
        seed,
      ),
    );
  }
  const { train } = await pointsOf(task, seed);
  const [kept, test] = splitOf(train, seed);
  return { train: kept, test };
}

async function rowsOf(task: keyof typeof tables, seed: number): Promise<Points> {
  const { dataset } = await tables[task].rows();
  return scaled(splitOf(dataset, seed));
}

/** The training part, and the part that is held out. */
function splitOf(dataset: Dataset<Tensor>, seed: number): Subset<Tensor>[] {
  return randomSplit(dataset, [1 - HELD_OUT, HELD_OUT], seed);
}

/** Both scales are measured on the training part: the network must not know anything of the other one. */
function scaled([train, test]: readonly Dataset<Tensor>[]): Points {
  const [inputs, targets] = [standardise(train), standardise(train, "targets")];
  const scale = (part: Dataset<Tensor>) => targets.transform(inputs.transform(part));
  return { train: scale(train), test: scale(test) };
}

function drawn(target: Target, random: Random): Points {
  const variables = target.intervals.length;
  const [train, test] = [TRAINING, TEST].map((count) => box(count, variables, 1, random));
  // Of one variable's points, a fifth is outside.
  const outside = box(10 * TEST, variables, OUTSIDE, random).filter((point) => point.some((x) => Math.abs(x) > 1));
  const scale = standardise(datasetOf(target, train), "targets");
  const [inner, tested, outer] = [train, test, outside.slice(0, TEST)].map((points) =>
    scale.transform(datasetOf(target, points)),
  );
  return { train: inner, test: tested, validation: outer };
}

/** A function of one variable from -OUTSIDE to OUTSIDE, in the scales of `pointsOf(task, seed)`: `[501, 1]` each. */
export function curveOf(task: Task, seed: number): TensorDataset<Tensor> {
  if (isTable(task)) throw new TypeError(`curveOf: ${task} is a table`);
  const target: Target = functions[task];
  const points = linspace(-OUTSIDE, OUTSIDE, 501).reshape([501, 1]);
  const trained = datasetOf(target, box(TRAINING, target.intervals.length, 1, new Random(seed)));
  return standardise(trained, "targets").transform(new TensorDataset(points, valuesOf(target, points)));
}

/** Points of the box [-size, size]^variables. */
function box(count: number, variables: number, size: number, random: Random): number[][] {
  return Array.from({ length: count }, () =>
    Array.from({ length: variables }, () => size * (2 * random.uniform() - 1)),
  );
}

/** The points, and the function's values there; the points have the scale in which every interval is [-1, 1]. */
function datasetOf(target: Target, points: readonly (readonly number[])[]): TensorDataset<Tensor> {
  return new TensorDataset(tensor(points), valuesOf(target, tensor(points)));
}

/** How many parameters a task's networks may have. */
export function budgetOf(task: Task): number {
  return isTable(task) || functions[task].intervals.length === 1 ? 300 : 600;
}

/** A function's values `[n, 1]` at points `[n, variables]`. */
export function valuesOf({ intervals, of }: Target, points: Tensor): Tensor {
  const variables = intervals.map(([low, high], k) =>
    points
      .slice(1, k, k + 1)
      .mul((high - low) / 2)
      .add((low + high) / 2),
  );
  return of(...variables);
}
