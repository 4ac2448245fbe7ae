/** The runs of the experiment: every method on every task, with equally many parameters and for an equally long time. */
import { namesOf, type Study, type StudyRun } from "../study/index.ts";
import { budgetOf, isTable, type Task } from "./data.ts";
import { methods } from "./networks.ts";
import type { Configuration } from "./recipe.ts";

/** Some fits. */
export interface Fits {
  /** The name of their directory. */
  readonly part: string;
  readonly tasks: readonly Task[];
  readonly seeds: readonly number[];
}

/** The epochs of a method whose steps cost as much as those of ReLU: of functions, in each of which there are 64 steps; and of tables, with 9 steps or 8. */
const [EPOCHS, TABLE_EPOCHS] = [40, 100];
/** The points in a step. */
const [BATCH, TABLE_BATCH] = [64, 32];

/** The length and the steps of the training on a task, with a method whose steps cost as much as those of ReLU. */
export function lengthOf(task: Task): { readonly epochs: number; readonly batchSize: number } {
  return isTable(task) ? { epochs: TABLE_EPOCHS, batchSize: TABLE_BATCH } : { epochs: EPOCHS, batchSize: BATCH };
}

/** Trains every method on every task, with every seed. */
export function fits(study: Study, { part, tasks, seeds }: Fits): Promise<StudyRun<Configuration>[]> {
  const { quick } = study.options;
  return study.runs<Configuration>({
    ...{ part, weights: true },
    recipe: new URL("./recipe.ts", import.meta.url),
    source: "fit/recipe.ts",
    space: tasks.flatMap((task) =>
      namesOf(methods).flatMap((method) => {
        const { learningRate } = methods[method];
        return seeds.map((seed) => ({ task, method, seed, budget: budgetOf(task), learningRate }));
      }),
    ),
    settings: ({ task, method }) => {
      const { epochs, batchSize } = lengthOf(task);
      const whole = Math.round((epochs * (quick ? 0.1 : 1)) / methods[method].cost);
      return { epochs: Math.max(1, whole), batchSize, shards: 1 };
    },
  });
}
