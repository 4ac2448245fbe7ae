/** The page of the frontier, and the figures of docs/results/frontier.md. */
import { join } from "node:path";
import { readSafetensors } from "@polygrad/formats/node";
import { FASHION_MNIST, MNIST, Random } from "polygrad";
import { fashionMnist, mnist } from "polygrad/node";
import { learnedBy } from "../mnist/learned.ts";
import { curves, type Figure, page, type Section, scatter, standalone, table } from "../report/index.ts";
import { jsonText, namesOf, pageFile, type Results, type Study, type StudyRun, writeText } from "../study/index.ts";
import { FAMILIES, makeNetwork } from "./networks.ts";
import { published } from "./published.ts";
import type { Configuration } from "./recipe.ts";
import { DATASETS, type DatasetName, type Point, pointsOf, tablesOf } from "./rows.ts";

/** The least accuracy shown, in percent; what lies below is named in the figure's description. */
const LEAST = { mnist: 93, fashion: 84 } as const;

/** Accuracy over the number of parameters, with what others have published. */
export function frontierFigure(points: readonly Point[], dataset: DatasetName): Figure {
  const own = points.filter((point) => point.dataset === dataset);
  const series = Object.entries(FAMILIES).map(([family, name]) => ({
    name,
    points: own
      .filter((point) => point.family === family)
      .map(({ parameters, accuracy: { mean, deviation } }) => ({ x: parameters, y: mean, error: deviation })),
  }));
  const greatest = Math.max(...own.map(({ accuracy }) => accuracy.mean + accuracy.deviation));
  return scatter({
    title: `${DATASETS[dataset]}: accuracy for the number of parameters`,
    note: "Means over the seeds after the last epoch; bars: standard deviations. Hollow: published, many of them the best test epoch.",
    ...{ x: "parameters", y: "test accuracy, %", series, range: [LEAST[dataset], greatest + 0.3] },
    published: published.flatMap(({ name, parameters, [dataset]: accuracy }) =>
      accuracy === undefined ? [] : [{ name, x: parameters, y: accuracy }],
    ),
  });
}

/** Writes the files beside docs/results/frontier.md. */
export async function writePage(results: Results): Promise<void> {
  await writeText(pageFile("frontier.json"), jsonText(results));
  const points = pointsOf(results.runs, "final");
  for (const dataset of namesOf(DATASETS))
    await writeText(pageFile(`frontier-${dataset}.svg`), standalone(frontierFigure(points, dataset)));
}

/** The page, as HTML. */
export async function reportOf(
  study: Study,
  { configuration, configurationSha256, runs }: Results,
  done: readonly StudyRun<Configuration>[],
): Promise<string> {
  const points = pointsOf(runs, "final");
  const datasets = namesOf(DATASETS).filter((name) => points.some(({ dataset }) => dataset === name));
  const [each, compared, changed, shifted] = tablesOf({ runs }).map(({ title, note, table: [columns, ...rows] }) =>
    table({ title, note, columns, rows }),
  );
  const sections: Section[] = [
    { heading: "The frontier", parts: [...datasets.map((dataset) => frontierFigure(points, dataset)), each, compared] },
    { heading: "What gives what", parts: [changed] },
    { heading: "With shifted images", parts: [shifted] },
    ...(await Promise.all(datasets.map((dataset) => bestSection(study, dataset, done)))),
  ];
  return page({
    title: "The frontier: accuracy for parameters",
    question:
      "How accurate can networks whose only nonlinearities are learned functions of one variable be for their number of parameters, " +
      "and how do ReLU networks and B-spline networks compare, if all are searched for in the same way?",
    command: `pnpm example frontier${study.options.quick ? " --quick" : ""}`,
    configuration: {
      "SHA-256": configurationSha256,
      runs: runs.length,
      seeds: study.options.seeds,
      quick: Boolean(configuration.quick),
    },
    sections,
  });
}

/** How the polynomial network with the article's budget trains, and what it has learned. */
async function bestSection(
  { options: { extra }, signal }: Study,
  dataset: DatasetName,
  done: readonly StudyRun<Configuration>[],
): Promise<Section> {
  const own = done.filter(
    ({ part, options }) => part === "final" && options.family === "polynomial" && options.dataset === dataset,
  );
  const largest = own.filter(({ options }) => options.budget === own[0].options.budget);
  const [{ options, directory }] = largest;
  const { test } = await (dataset === "mnist" ? mnist : fashionMnist)({ directory: extra[dataset], signal });
  const model = makeNetwork(options, new Random(0));
  const { tensors } = await readSafetensors(join(directory, "weights.safetensors"));
  model.loadStateDict(tensors);
  const { classNames } = dataset === "mnist" ? MNIST : FASHION_MNIST;
  const losses = [
    { name: "training loss", runs: largest.map(({ metrics }) => metrics.map(({ trainLoss }) => trainLoss)) },
    { name: "test loss", runs: largest.map(({ metrics }) => metrics.map(({ testLoss }) => testLoss)) },
  ];
  const training = curves({
    title: `${DATASETS[dataset]}: training with ${options.budget.toLocaleString("en")} parameters at most`,
    ...{ y: "loss", scale: "log", series: losses },
    note: "Lines: means; bands: from the lowest to the highest of the seeds.",
  });
  const [learned] = learnedBy(model, test, classNames);
  return {
    heading: `The best polynomial network on ${DATASETS[dataset]}`,
    parts: [training, ...(learned?.parts ?? [])],
  };
}
