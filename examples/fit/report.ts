/** The pictures of the experiment: functions and their fits, errors over time, and the page report.html. */
import { join } from "node:path";
import { readSafetensors } from "@polygrad/formats/node";
import { noGrad, Random, toFloat64 } from "polygrad";
import type { Figure, FitPanel, Line } from "../report/index.ts";
import { namesOf, type Results, type StudyRun, type Table } from "../study/index.ts";
import { curveOf, pointsOf, type Task, tasks, titleOf } from "./data.ts";
import { methods } from "./networks.ts";
import recipe, { type Configuration } from "./recipe.ts";
import { errorTable, REACHED, summaryTable, timeTable } from "./rows.ts";

type Fit = StudyRun<Configuration>;

/** The functions of one variable, the first of which have the shapes that the article's readers ask about. */
const DRAWN: readonly Task[] = ["sine", "kink", "waves", "step"];

/** What the networks of the first seed made of the functions of one variable, with the interval of training and beyond. */
export async function fitsOf(runs: readonly Fit[]): Promise<Figure> {
  const { fits } = await import("../report/index.ts");
  const panels = await Promise.all(
    DRAWN.filter((task) => runs.some(({ options }) => options.task === task)).map((task) => panelOf(task, runs)),
  );
  return fits({
    title: "Functions of one variable, and their fits",
    note: "Networks of at most 300 parameters, trained for equally long, of the first seed. Training points lie in [-1, 1].",
    panels,
  });
}

async function panelOf(task: Task, runs: readonly Fit[]): Promise<FitPanel> {
  const { inputs, targets } = curveOf(task, runs[0].options.seed);
  const lines: Record<string, Line> = {};
  for (const { options, directory } of runs) {
    if (options.task !== task || options.seed !== runs[0].options.seed) continue;
    const model = recipe.model(options, new Random(0), await pointsOf(task, options.seed));
    model.loadStateDict((await readSafetensors(join(directory, "weights.safetensors"))).tensors);
    const outputs = noGrad(() => model.eval().forward(inputs)).value;
    lines[methods[options.method].title] = { x: toFloat64(inputs).data, y: toFloat64(outputs).data };
  }
  const truth = { x: toFloat64(inputs).data, y: toFloat64(targets).data };
  return { name: titleOf(task), truth, fits: lines, trained: [-1, 1] };
}

/** How the test error on a task went over the seconds of training. */
export async function errorsOverTime(runs: readonly Fit[], task: Task): Promise<Figure> {
  const { curves } = await import("../report/index.ts");
  const series = namesOf(methods).map((method) => {
    const own = runs.filter(({ options }) => options.task === task && options.method === method);
    const seconds = own.map(({ metrics }) => metrics.reduce((sum, { seconds }) => sum + seconds, 0) / metrics.length);
    const perEpoch = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
    return {
      name: methods[method].title,
      runs: own.map(({ metrics }) => metrics.map(({ testMse }) => Math.sqrt(testMse))),
      x: own[0].metrics.map((_, k) => (k + 1) * perEpoch),
    };
  });
  return curves({ title: titleOf(task), x: "seconds of training", y: "test RMSE", scale: "log", series });
}

/** The tables, each with what it shows and how to read it. */
export function tablesOf(
  results: Pick<Results, "runs">,
): { readonly title: string; readonly note: string; readonly table: Table }[] {
  const unit = "In thousandths of the target's standard deviation: mean ± standard deviation over the seeds.";
  return [
    {
      title: "Summary",
      note:
        "Errors are divided by those of the ReLU network with the same seeds: the geometric mean over the targets, on how many of them " +
        "the error is lower, and p of the exact sign-flip test. Times are of all runs together, divided by those of the ReLU network.",
      table: summaryTable(results),
    },
    { title: "Test RMSE", note: unit, table: errorTable(results, "testMse") },
    {
      title: "Seconds of training to a test RMSE of 0.1",
      note: `The median over the seeds. A dash stands for networks of which half do not come to ${REACHED} standard deviations.`,
      table: timeTable(results),
    },
    {
      title: "RMSE outside the interval of training",
      note: `${unit} The points lie up to a quarter of the half-width outside.`,
      table: errorTable(results, "validationMse"),
    },
  ];
}

/** The page report.html. */
export async function reportOf(results: Results, drawn: Figure, runs: readonly Fit[]): Promise<string> {
  const { page, table } = await import("../report/index.ts");
  const tables = tablesOf(results).map(({ title, note, table: [columns, ...rows] }) =>
    table({ title, note, columns, rows }),
  );
  const done = tasks.filter((task) => runs.some(({ options }) => options.task === task));
  const overTime = await Promise.all(done.map((task) => errorsOverTime(runs, task)));
  return page({
    title: "Functions fitted",
    question:
      "How well do networks of learned polynomials, of B-splines, and of linear layers with ReLU fit functions and tables, with " +
      "equally many parameters?",
    command: "pnpm example fit",
    configuration: { hash: results.configurationSha256 },
    sections: [
      { heading: "Fits", parts: [drawn] },
      { heading: "Errors", parts: tables },
      { heading: "Errors over time", parts: overTime },
    ],
  });
}
