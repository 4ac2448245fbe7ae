/** `pnpm example fit`: functions and tables fitted by polynomials of each basis, B-splines, and linear layers with ReLU. */
import { range } from "@polygrad/sweep";
import { wrap } from "../mnist/terminal.ts";
import type { Output } from "../output.ts";
import {
  type Definition,
  jsonText,
  pageFile,
  type Results,
  resultsOf,
  runStudy,
  type Study,
  type StudyRun,
  textTable,
  writeResults,
  writeText,
} from "../study/index.ts";
import { SEEDS, type Task, tasks } from "./data.ts";
import { fits } from "./fits.ts";
import type { Configuration } from "./recipe.ts";
import { fitsOf, reportOf, tablesOf } from "./report.ts";
import { REACHED } from "./rows.ts";
import { tune } from "./tuning.ts";

const definition: Definition = {
  name: "fit",
  about: `Fits functions of one, two and several variables and two tables with networks of equally many parameters, for an
equally long time, and measures the error inside and outside the interval of training.`,
  seeds: SEEDS,
  quickSeeds: 1,
  extra: {
    "tasks NAMES": "only these functions and tables, such as sine,kan,cars",
    tune: "compare learning rates and the cost of steps instead, from which those in networks.ts come",
  },
};

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    if (study.options.extra.tune) return tune(study);
    const runs = await fits(study, { part: "fits", tasks: chosen(study), seeds: range(study.options.seeds) });
    const results = withTimes(resultsOf(study, runs), runs);
    const drawn = await fitsOf(runs);
    await writeResults(study, results, await reportOf(results, drawn, runs));
    if (study.options.write) {
      const { standalone } = await import("../report/index.ts");
      await writeText(pageFile("fit.json"), jsonText(results));
      await writeText(pageFile("fit.svg"), standalone(drawn));
    }
    for (const { title, note, table } of tablesOf(results))
      console.log(`${title}\n\n${textTable(table)}\n\n${wrap(note, 120).join("\n")}\n`);
    console.log(`configuration ${results.configurationSha256}`);
  });
}

/** Those of --quick: with all of them, starting the runs would take longer than a tenth of the time. */
const QUICK: readonly Task[] = ["sine", "kink", "kan", "I.12.11", "cars"];

/** The tasks that --tasks names. */
function chosen({ options: { extra, quick } }: Study): readonly Task[] {
  return (extra.tasks?.split(",") ?? (quick ? QUICK : tasks)).map((name) => {
    const task = tasks.find((each) => each === name);
    if (task === undefined) throw new RangeError(`--tasks must be some of ${tasks.join(",")}, got "${name}"`);
    return task;
  });
}

/** Adds to each run the training time after which its error was at most `REACHED`, `secondsToReach`; null if it never was. */
function withTimes(results: Results, runs: readonly StudyRun<Configuration>[]): Results {
  return {
    ...results,
    runs: results.runs.map((run, k) => {
      const { metrics } = runs[k];
      const reached = metrics.findIndex(({ testMse }) => Math.sqrt(testMse) <= REACHED);
      const seconds = metrics.slice(0, reached + 1).reduce((sum, { seconds }) => sum + seconds, 0);
      return { ...run, figures: { ...run.figures, secondsToReach: reached < 0 ? null : seconds } };
    }),
  };
}
