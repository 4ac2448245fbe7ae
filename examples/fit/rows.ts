/** The tables of the experiment, from the runs that results.json holds. */
import {
  meanText,
  namesOf,
  type RecordedRun,
  type Results,
  sampleOf,
  signFlipTest,
  type Table,
} from "../study/index.ts";
import { tasks, titleOf } from "./data.ts";
import { methods } from "./networks.ts";

/** The root of the mean squared error of a run, in standard deviations of the target; NaN if the run has none. */
function rmse({ figures }: RecordedRun, figure: string): number {
  return Math.sqrt(figures[figure] ?? Number.NaN);
}

/** The runs of a method on a task. */
function runsOf({ runs }: Pick<Results, "runs">, task: string, method: string): readonly RecordedRun[] {
  return runs.filter((run) => run.options.task === task && run.options.method === method);
}

/** The learning rate with which a run began, as text. */
function rateOf({ options }: RecordedRun): string {
  return String(options.learningRate);
}

/** A table with a line for each task that has runs, and a column for each method. */
function taskTable(results: Pick<Results, "runs">, cell: (task: string, method: string) => string): Table {
  const names = namesOf(methods);
  const done = tasks.filter((task) => results.runs.some(({ options }) => options.task === task));
  return [
    ["target", ...names.map((name) => methods[name].title)],
    ...done.map((task) => [titleOf(task), ...names.map((name) => cell(task, name))]),
  ];
}

/** Errors in thousandths of the target's standard deviation: mean ± standard deviation over the seeds. */
export function errorTable(results: Pick<Results, "runs">, figure: "testMse" | "validationMse"): Table {
  return taskTable(results, (task, method) => {
    const errors = runsOf(results, task, method).map((run) => 1000 * rmse(run, figure));
    if (errors.length === 0 || errors.some(Number.isNaN)) return "-";
    const sample = sampleOf(errors);
    return meanText(sample, sample.mean < 10 ? 2 : sample.mean < 100 ? 1 : 0);
  });
}

/** The training time after which a run had an error of at most `REACHED`, in seconds: the median of the seeds. */
export function timeTable(results: Pick<Results, "runs">): Table {
  return taskTable(results, (task, method) => {
    const times = runsOf(results, task, method).map(({ figures }) => figures.secondsToReach ?? Infinity);
    const median = times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? Infinity;
    return Number.isFinite(median) ? median.toFixed(2) : "-";
  });
}

/** The error that `timeTable` is about, in standard deviations of the target. */
export const REACHED = 0.1;

/**
 * A line for each method: its parameters, the training time of all its runs, divided by that of the ReLU networks, and the
 * geometric mean over the tasks of its test error divided by that of the ReLU network, on how many of the tasks it is lower, and
 * the p-value of the exact sign-flip test on the logarithms.
 */
export function summaryTable(results: Pick<Results, "runs">): Table {
  const names = namesOf(methods);
  const done = tasks.filter((task) => runsOf(results, task, "relu").length > 0);
  const logError = (task: string, method: string) =>
    sampleOf(runsOf(results, task, method).map((run) => Math.log(rmse(run, "testMse")))).mean;
  const compared = (method: string): string[] => {
    if (method === "relu") return ["1", "-", "-"];
    const differences = done.map((task) => logError(task, method) - logError(task, "relu"));
    const better = differences.filter((difference) => difference < 0).length;
    const ratio = Math.exp(sampleOf(differences).mean).toFixed(2);
    return [ratio, `${better} of ${done.length}`, signFlipTest(differences).toFixed(3)];
  };
  const figures = (method: string, figure: string) =>
    results.runs.filter(({ options }) => options.method === method).map((run) => run.figures[figure] ?? Number.NaN);
  const seconds = (method: string) => figures(method, "seconds").reduce((sum, value) => sum + value, 0);
  return [
    ["network", "parameters", "learning rate", "time / ReLU", "error / ReLU", "lower on", "p"],
    ...names.map((name) => {
      const { title } = methods[name];
      const counts = figures(name, "parameters");
      const range = `${Math.min(...counts)} to ${Math.max(...counts)}`;
      const rates = new Set(results.runs.filter(({ options }) => options.method === name).map(rateOf));
      return [title, range, [...rates].join(", "), (seconds(name) / seconds("relu")).toFixed(2), ...compared(name)];
    }),
  ];
}
