/** `pnpm example fit`: functions and tables fitted by polynomials of each basis, B-splines, and linear layers with ReLU. */
import { range } from "@polygrad/sweep";
import type { Output } from "../output.ts";
import {
  type Definition,
  jsonText,
  namesOf,
  pageFile,
  resultsOf,
  runStudy,
  type Study,
  type StudyRun,
  writeResults,
  writeText,
} from "../study/index.ts";
import { budgetOf, isTable, tasks } from "./data.ts";
import { type Method, methods } from "./networks.ts";
import type { Configuration } from "./recipe.ts";

const definition: Definition = {
  name: "fit",
  about: `Fits functions of one, two and several variables and two tables with networks of equally many parameters, for equally many
steps and for an equally long time, and measures the error inside and outside the interval of training.`,
  seeds: 3,
  quickSeeds: 1,
};

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    const steps = await fits(study, "steps", () => 1);
    const time = await fits(study, "time", (method) => 1 / method.cost);
    const results = resultsOf(study, [...steps, ...time]);
    await writeResults(study, results);
    if (study.options.write) await writeText(pageFile("fit.json"), jsonText(results));
    for (const run of results.runs) console.log(run.part, JSON.stringify(run.options), JSON.stringify(run.figures));
    console.log(`configuration ${results.configurationSha256}`);
  });
}

/** The runs in which the networks of a method are trained for `share` times the epochs. */
function fits(study: Study, part: string, share: (method: Method) => number): Promise<StudyRun<Configuration>[]> {
  const { quick, seeds } = study.options;
  return study.runs<Configuration>({
    ...{ part, weights: true },
    recipe: new URL("./recipe.ts", import.meta.url),
    source: "fit/recipe.ts",
    space: tasks.flatMap((task) =>
      namesOf(methods).flatMap((method) =>
        range(seeds).map((seed) => ({
          task,
          method,
          seed,
          budget: budgetOf(task),
          learningRate: methods[method].learningRate,
        })),
      ),
    ),
    settings: ({ task, method }) => {
      const table = isTable(task);
      const epochs = Math.max(1, Math.round(share(methods[method]) * (table ? 100 : 50) * (quick ? 0.1 : 1)));
      return { epochs, batchSize: table ? 32 : 64, shards: 1 };
    },
  });
}
