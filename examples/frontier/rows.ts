/** The tables of the frontier, from the runs that results.json holds. */
import {
  meanText,
  namesOf,
  type RecordedRun,
  type Results,
  type Sample,
  sampleOf,
  signFlipTest,
  type Table,
} from "../study/index.ts";
import { changes } from "./ablation.ts";
import { FAMILIES, type Family } from "./networks.ts";

/** The names of the datasets. */
export const DATASETS = { mnist: "MNIST", fashion: "FashionMNIST" } as const;
export type DatasetName = keyof typeof DATASETS;

/** A point of the frontier. */
export interface Point {
  readonly dataset: DatasetName;
  readonly family: Family;
  readonly budget: number;
  readonly parameters: number;
  /** On the test images, in percent. */
  readonly accuracy: Sample;
  readonly loss: Sample;
  /** The accuracies of the seeds, in percent. */
  readonly accuracies: readonly number[];
  /** What the search has chosen. */
  readonly chosen: RecordedRun["options"];
}

const figureOf = (runs: readonly RecordedRun[], name: string, scale = 1): number[] =>
  runs.map(({ figures }) => (figures[name] ?? Number.NaN) * scale);

/** The points of a part of the runs, by dataset, family and budget. */
export function pointsOf(runs: readonly RecordedRun[], part: string): Point[] {
  const budgets = [...new Set(runs.map(({ options }) => Number(options.budget)))].sort((a, b) => a - b);
  return namesOf(DATASETS).flatMap((dataset) =>
    namesOf(FAMILIES).flatMap((family) =>
      budgets.flatMap((budget) => {
        const own = runs.filter(
          ({ part: of, options }) =>
            of === part && options.dataset === dataset && options.family === family && options.budget === budget,
        );
        if (own.length === 0) return [];
        const accuracies = figureOf(own, "testAccuracy", 100);
        return {
          ...{ dataset, family, budget, accuracies, chosen: own[0].options },
          parameters: figureOf(own, "parameters")[0],
          accuracy: sampleOf(accuracies),
          loss: sampleOf(figureOf(own, "testLoss")),
        };
      }),
    ),
  );
}

/** A line for each point. */
export function pointsTable(points: readonly Point[]): Table {
  return [
    [
      "network",
      "data",
      "parameters",
      "seeds",
      "accuracy, %",
      "loss",
      "layers",
      "degree or grid",
      "rate",
      "decay",
      "dropout",
    ],
    ...points.map(({ dataset, family, parameters, accuracy, loss, chosen }) => [
      FAMILIES[family],
      DATASETS[dataset],
      parameters.toLocaleString("en"),
      String(accuracy.count),
      meanText(accuracy, 2),
      meanText(loss, 4),
      String(chosen.layers),
      family === "mlp" ? "-" : String(chosen.degree),
      Number(chosen.learningRate).toFixed(4),
      Number(chosen.weightDecay).toFixed(3),
      String(chosen.dropout),
    ]),
  ];
}

/** The differences between the polynomial network and the others at one budget, seed by seed. */
export function comparisonTable(points: readonly Point[]): Table {
  const polynomials = points.filter(({ family }) => family === "polynomial");
  return [
    ["polynomial against", "data", "budget", "difference, points", "p"],
    ...polynomials.flatMap((own) =>
      points
        .filter(
          ({ family, dataset, budget }) => family !== own.family && dataset === own.dataset && budget === own.budget,
        )
        .filter(({ accuracies }) => accuracies.length === own.accuracies.length)
        .map((other) => {
          const differences = own.accuracies.map((accuracy, k) => accuracy - other.accuracies[k]);
          const { mean, deviation } = sampleOf(differences);
          const sign = mean < 0 ? "" : "+";
          return [
            FAMILIES[other.family],
            DATASETS[own.dataset],
            own.budget.toLocaleString("en"),
            `${sign}${mean.toFixed(2)} ± ${deviation.toFixed(2)}`,
            signFlipTest(differences).toFixed(3),
          ];
        }),
    ),
  ];
}

/** What each change gives, on the images held out for tuning. */
export function ablationTable(runs: readonly RecordedRun[]): Table {
  const of = (dataset: DatasetName, change: string) =>
    runs.filter(
      ({ part, options }) =>
        part === `ablation/${changes.findIndex(({ name }) => name === change)}` && options.dataset === dataset,
    );
  const used = namesOf(DATASETS).filter((dataset) => of(dataset, changes[0].name).length > 0);
  return [
    ["change", ...used.flatMap((dataset) => [`${DATASETS[dataset]}, %`, "difference"])],
    ...changes.map(({ name }) => [
      name,
      ...used.flatMap((dataset) => {
        const accuracy = figureOf(of(dataset, name), "validationAccuracy", 100);
        const best = figureOf(of(dataset, changes[0].name), "validationAccuracy", 100);
        const { mean } = sampleOf(accuracy.map((value, k) => value - best[k]));
        return [
          meanText(sampleOf(accuracy), 2),
          name === changes[0].name ? "" : `${mean < 0 ? "" : "+"}${mean.toFixed(2)}`,
        ];
      }),
    ]),
  ];
}

/** The tables, each with what it shows and how to read it. */
export function tablesOf({
  runs,
}: Pick<Results, "runs">): { readonly title: string; readonly note: string; readonly table: Table }[] {
  const points = pointsOf(runs, "final");
  return [
    {
      title: "Each point, and what the search has chosen",
      note: "Mean ± standard deviation on the test images, after the last epoch. The rest is what the search has chosen.",
      table: pointsTable(points),
    },
    {
      title: "Seed by seed: the polynomial network against the others",
      note: "Mean ± standard deviation of the differences; p is that of the exact two-sided sign-flip test: at least 0.0625 with five pairs, and 0.125 with four.",
      table: comparisonTable(points),
    },
    {
      title: "One change at a time",
      note: "Mean ± standard deviation on the images held out for tuning, not on the test images, after shorter training.",
      table: ablationTable(runs),
    },
    {
      title: "The same networks with shifted images",
      note: "As in the first table, with four copies of each training image that are shifted by up to two pixels, in as many steps.",
      table: pointsTable(pointsOf(runs, "augmented")),
    },
  ];
}
