/** `pnpm example article`: all rows of the article's table, with as many seeds, and a variant of its notebook. */
import { grid, range } from "@polygrad/sweep";
import type { Output } from "../output.ts";
import {
  type Definition,
  jsonText,
  pageFile,
  resultsOf,
  runStudy,
  type Study,
  textTable,
  writeResults,
  writeText,
} from "../study/index.ts";
import { type Configuration, settings } from "./recipe.ts";
import { rowsOf, tableOf } from "./rows.ts";

const definition: Definition = {
  name: "article",
  about: `Trains the networks of M. Loretz, "Polynomials as weights and activations for MLP's" (2024), on MNIST and FashionMNIST, and
compares them with the article's table: 50 epochs, batches of 2048, Adam with a learning rate of 0.1. --quick has 5 epochs.`,
  seeds: 4,
  extra: {
    mnist: "read the four IDX files of MNIST from this directory",
    fashion: "read the four IDX files of FashionMNIST from this directory",
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
    await writeResults(study, results);
    if (study.options.write) await writeText(pageFile("article.json"), jsonText(results));
    console.log(textTable(tableOf(rowsOf(results))));
    console.log(
      "\nMean ± standard deviation over the seeds, after the last epoch. In brackets: whether the article's value lies within two\n" +
        "standard errors of our mean (standard deviation / root of the number of seeds), and how many it is away.",
    );
    console.log(`configuration ${results.configurationSha256}`);
  });
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
