/** `pnpm example frontier`: how accurate networks can be for their number of parameters, by one search for all families. */
import { range } from "@polygrad/sweep";
import { wrap } from "../mnist/terminal.ts";
import type { Output } from "../output.ts";
import {
  type Definition,
  namesOf,
  resultsOf,
  runStudy,
  type Study,
  type StudyRun,
  textTable,
  writeResults,
} from "../study/index.ts";
import { changed, changes } from "./ablation.ts";
import { FAMILIES } from "./networks.ts";
import { type Configuration, settingsOf } from "./recipe.ts";
import { DATASETS, tablesOf } from "./rows.ts";
import { bestOf, type Effort, searchOf, winnerOf } from "./search.ts";

const definition: Definition = {
  name: "frontier",
  about: `Searches for the best polynomial network, ReLU MLP and B-spline KAN with at most so many parameters, on MNIST and
FashionMNIST: by successive halving on 10,000 of the training images; then trains the best of each on all of them.`,
  seeds: 5,
  quickSeeds: 2,
  extra: {
    "mnist DIR": "read the four IDX files of MNIST from this directory",
    "fashion DIR": "read the four IDX files of FashionMNIST from this directory",
  },
};

/** The article's polynomial network has 63,560 parameters. */
const ARTICLE = 63_560;
const BUDGETS = [8_000, 16_000, 32_000, ARTICLE, 128_000];
/** KANs of this size have one or two hidden units. Of one, LayerNorm leaves nothing, and of two only which is larger. */
const TOO_NARROW = 16_000;
/** A third of the epochs, in which the learning rate rises to its highest, tells which configurations are worth the rest. */
const EFFORT: Effort = { trials: 3, minimum: 3, maximum: 9 };
/**
 * The comparison that matters most, at the size of the article's network, takes more; on FashionMNIST, where an epoch takes
 * twice as long because fewer pixels are black, it has half the trials. A single run may be lucky: so many of the best are
 * trained again with further seeds on MNIST, and the mean decides.
 */
const MORE = {
  mnist: { trials: 12, minimum: 10, maximum: 30, finalists: 3 },
  fashion: { trials: 6, minimum: 10, maximum: 30, finalists: 1 },
} as const;
const FURTHER_SEEDS = [1, 2];
/** The epochs of the ablation. */
const ABLATION = 12;
/** The seeds of the other sizes. */
const FEWER = 4;
const QUICK: Effort = { trials: 3, minimum: 1, maximum: 1 };
/** Shifted copies of each image, in the row with augmentation; the number of steps stays the same. */
const SHIFTS = 4;

type Of = Pick<Configuration, "dataset" | "data" | "family" | "budget">;

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    const { quick, extra, write } = study.options;
    const datasets = quick ? (["mnist"] as const) : (["mnist", "fashion"] as const);
    const runs: StudyRun<Configuration>[] = [];
    for (const budget of quick ? [ARTICLE] : [ARTICLE, ...BUDGETS.filter((other) => other !== ARTICLE)])
      for (const dataset of datasets)
        for (const family of namesOf(FAMILIES)) {
          if (family === "spline" && budget <= TOO_NARROW) continue;
          const of = { dataset, family, budget, data: extra[dataset] ?? "" };
          const { best, deciding } = await search(study, of);
          runs.push(...deciding, ...(await trained(study, best)));
          if (budget === ARTICLE && family === "polynomial") runs.push(...(await taken(study, best)));
        }
    const results = resultsOf(study, runs);
    const { reportOf, writePage } = await import("./report.ts");
    await writeResults(study, results, await reportOf(study, results, runs));
    if (write) await writePage(results);
    for (const { title, note, table } of tablesOf(results))
      console.log(`${title}\n\n${textTable(table)}\n\n${wrap(note, 120).join("\n")}\n`);
    console.log(`configuration ${results.configurationSha256}`);
  });
}

function effortOf({ options }: Study, { budget, dataset }: Pick<Of, "budget" | "dataset">): Effort {
  if (options.quick) return QUICK;
  return budget === ARTICLE ? MORE[dataset] : EFFORT;
}

async function runsOf(study: Study, part: string, space: readonly Configuration[], epochs: number) {
  return study.runs<Configuration>({
    ...{
      part,
      space,
      weights: part === "final",
      recipe: new URL("./recipe.ts", import.meta.url),
      source: "frontier/recipe.ts",
    },
    settings: (options) => ({ ...settingsOf(options), epochs }),
  });
}

/** The best configuration of a family with a budget, and the runs that have decided it. */
async function search(
  study: Study,
  of: Of,
): Promise<{ best: StudyRun<Configuration>; deciding: StudyRun<Configuration>[] }> {
  const effort = effortOf(study, of);
  const name = [of.dataset, of.family, of.budget].join("/");
  const tried = await study.runs<Configuration>({
    part: `search/${name}`,
    ...{ recipe: new URL("./recipe.ts", import.meta.url), source: "frontier/recipe.ts" },
    space: searchOf(of, effort),
    settings: settingsOf,
  });
  const { finalists: count = 1 } = effort;
  const again = count > 1 ? FURTHER_SEEDS : [];
  const finalists = bestOf(tried, count);
  const space = finalists.flatMap(({ options }) => again.map((seed) => ({ ...options, seed })));
  const others = space.length > 0 ? await runsOf(study, `finalists/${name}`, space, effort.maximum) : [];
  const best = winnerOf(finalists, others);
  const accuracies = [best, ...others].map(({ figures: { validationAccuracy } }) =>
    (100 * validationAccuracy).toFixed(2),
  );
  console.log(
    `${DATASETS[of.dataset]}, ${FAMILIES[of.family]}, ${of.budget} parameters: ${accuracies.join(", ")} % of the held-out images`,
  );
  return { best, deciding: [...finalists, ...others] };
}

/** The best configuration, trained on all training images with every seed, and looked at on the test images. */
async function trained(study: Study, best: StudyRun<Configuration>): Promise<StudyRun<Configuration>[]> {
  const { budget } = best.options;
  const seeds = budget === ARTICLE ? study.options.seeds : Math.min(FEWER, study.options.seeds);
  const space = range(seeds).map((seed) => ({ ...best.options, stage: "final" as const, seed }));
  return runsOf(study, "final", space, effortOf(study, best.options).maximum);
}

/** The ablation, and the row with augmentation. */
async function taken(study: Study, { options }: StudyRun<Configuration>): Promise<StudyRun<Configuration>[]> {
  const { maximum } = effortOf(study, options);
  const shorter = study.options.quick ? maximum : ABLATION;
  const seeds = range(Math.min(2, study.options.seeds));
  const runs: StudyRun<Configuration>[] = [];
  for (const [k, change] of changes.entries()) {
    const space = seeds.map((seed) => changed(options, change, seed));
    runs.push(...(await runsOf(study, `ablation/${k}`, space, shorter)));
  }
  const space = range(study.options.seeds).map((seed) => ({
    ...options,
    stage: "final" as const,
    shifts: SHIFTS,
    seed,
  }));
  return [...runs, ...(await runsOf(study, "augmented", space, Math.ceil(maximum / (SHIFTS + 1))))];
}
