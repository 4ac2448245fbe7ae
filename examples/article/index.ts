/** `pnpm example article`: all rows of the article's table, with as many seeds, and a variant of its notebook. */
import { grid, range } from "@polygrad/sweep";
import type { Output } from "../output.ts";
import {
  type Definition,
  jsonText,
  namesOf,
  type Results,
  pageFile,
  resultsOf,
  runStudy,
  type Study,
  textTable,
  writeResults,
  writeText,
} from "../study/index.ts";
import { type Configuration, settings } from "./recipe.ts";
import { lossCurves, reportOf, tablesOf } from "./report.ts";
import { datasets } from "./rows.ts";
import type { Figure } from "../report/index.ts";
import { wrap } from "../mnist/terminal.ts";

const definition: Definition = {
  name: "article",
  about: `Trains the networks of M. Loretz, "Polynomials as weights and activations for MLP's" (2024), on MNIST and FashionMNIST, and
compares them with the article's table: 50 epochs, batches of 2048, Adam with a learning rate of 0.1. --quick has 5 epochs.`,
  seeds: 4,
  extra: {
    "mnist DIR": "read the four IDX files of MNIST from this directory",
    "fashion DIR": "read the four IDX files of FashionMNIST from this directory",
  },
};

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    const runs = await study.runs<Configuration>({
      part: "runs",
      recipe: new URL("./recipe.ts", import.meta.url),
      source: "article/recipe.ts",
      space: spaceOf(study),
      settings: { epochs: study.options.quick ? 5 : 50, batchSize: settings.batch, shards: settings.shards },
    });
    const results = resultsOf(study, runs);
    const figures = await Promise.all(namesOf(datasets).map((dataset) => lossCurves(runs, dataset)));
    await writeResults(study, results, await reportOf(results, figures));
    if (study.options.write) await writePage(results, figures);
    for (const { title, note, table } of tablesOf(results))
      console.log(`${title}\n\n${textTable(table)}\n\n${wrap(note, 120).join("\n")}\n`);
    console.log(`configuration ${results.configurationSha256}`);
  });
}

/** The files beside docs/results/article.md. */
async function writePage(results: Results, figures: readonly Figure[]): Promise<void> {
  const { standalone } = await import("../report/index.ts");
  await writeText(pageFile("article.json"), jsonText(results));
  for (const [k, dataset] of namesOf(datasets).entries())
    await writeText(pageFile(`article-${dataset}.svg`), standalone(figures[k]));
}

function spaceOf({ options: { seeds, extra } }: Study): Configuration[] {
  const of = (dataset: Configuration["dataset"]): Configuration[] =>
    grid({
      ...{ dataset, data: extra[dataset] ?? "" },
      model: ["linear", "polynomial", "activated"] as const,
      seed: range(seeds),
    });
  return [...of("mnist"), ...of("fashion")];
}
