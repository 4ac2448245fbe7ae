/** What the experiment shows besides its table: curves over the epochs, and the page report.html. */
import type { Figure } from "../report/index.ts";
import { namesOf, type Results, type StudyRun, type Table } from "../study/index.ts";
import { type Configuration, settings } from "./recipe.ts";
import { datasets, models, pairsOf, rowsOf, tableOf } from "./rows.ts";

type Dataset = keyof typeof datasets;

/** The curves of a dataset: how the test loss of each network went. */
export async function lossCurves(runs: readonly StudyRun<Configuration>[], dataset: Dataset): Promise<Figure> {
  const { curves } = await import("../report/index.ts");
  return curves({
    title: `Test loss on ${datasets[dataset]}`,
    note: "Lines are means over the seeds; bands reach from the lowest to the highest.",
    y: "test loss",
    scale: "log",
    series: namesOf(models).map((model) => ({
      name: models[model],
      runs: runs
        .filter(({ options }) => options.dataset === dataset && options.model === model)
        .map(({ metrics }) => metrics.map(({ testLoss }) => testLoss)),
    })),
  });
}

/** The tables, each with what it shows and how to read it. */
export function tablesOf(results: Results): { readonly title: string; readonly note: string; readonly table: Table }[] {
  const rows = rowsOf(results);
  const [accuracy, loss] = [tableOf(rows, "accuracy"), tableOf(rows, "loss")];
  const note =
    "Mean ± standard deviation over the seeds. The last column says whether the article's value lies within two standard " +
    "errors of our mean (the standard error is the standard deviation / root of the number of seeds), and how many it is away.";
  return [
    { title: "Test accuracy after the last epoch", note, table: accuracy },
    { title: "Test loss after the last epoch", note: "The same for the loss.", table: loss },
    {
      title: "Networks compared seed by seed",
      note: "Mean ± standard deviation of the differences; p is that of the exact two-sided sign-flip test. With n pairs, it is at least 2 / 2^n: 0.125 for four.",
      table: pairsOf(results),
    },
  ];
}

/** The page report.html. */
export async function reportOf(results: Results, figures: readonly Figure[]): Promise<string> {
  const { page, table } = await import("../report/index.ts");
  const tables = tablesOf(results).map(({ title, note, table: [columns, ...rows] }) =>
    table({ title, note, columns, rows }),
  );
  return page({
    title: "The article's table",
    question:
      'Do the networks of M. Loretz, "Polynomials as weights and activations for MLP\'s" (2024), reach what the article says, ' +
      "with its recipe? And what do the output activations do that its notebook has commented out?",
    command: "pnpm example article",
    configuration: { ...settings, epochs: results.runs[0].epochs, hash: results.configurationSha256 },
    sections: [
      { heading: "The table", parts: tables },
      { heading: "On the way", parts: figures },
    ],
  });
}
