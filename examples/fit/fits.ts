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
  /** The learning rates; by default, that of each method. */
  readonly rates?: readonly number[];
}

/** The epochs of a method whose steps cost as much as those of ReLU: of functions, in each of which there are 64 steps; and of tables, with 9 steps or 8. */
const [EPOCHS, TABLE_EPOCHS] = [40, 100];
/** The points in a step. */
const [BATCH, TABLE_BATCH] = [64, 32];

/** Trains every method on every task, with every seed. */
export function fits(study: Study, { part, tasks, seeds, rates }: Fits): Promise<StudyRun<Configuration>[]> {
  const { quick } = study.options;
  return study.runs<Configuration>({
    ...{ part, weights: true },
    recipe: new URL("./recipe.ts", import.meta.url),
    source: "fit/recipe.ts",
    space: tasks.flatMap((task) =>
      namesOf(methods).flatMap((method) =>
        (rates ?? [methods[method].learningRate]).flatMap((learningRate) =>
          seeds.map((seed) => ({ task, method, seed, budget: budgetOf(task), learningRate })),
        ),
      ),
    ),
    settings: ({ task, method }) => {
      const usual = (isTable(task) ? TABLE_EPOCHS : EPOCHS) * (quick ? 0.1 : 1);
      const epochs = Math.max(1, Math.round(usual / methods[method].cost));
      return { epochs, batchSize: isTable(task) ? TABLE_BATCH : BATCH, shards: 1 };
    },
  });
}
