/** The article's table, from the runs that results.json holds. */
import { type Published, published } from "../mnist/article.ts";
import {
  meanText,
  namesOf,
  type Results,
  type Sample,
  sampleOf,
  signFlipTest,
  type Table,
  withinTwoErrors,
} from "../study/index.ts";
import { settings } from "./recipe.ts";

/** The networks in the order of the table, with their titles. */
export const models = {
  linear: "linear, ReLU",
  polynomial: "polynomial",
  activated: "output activations",
} as const;

/** The datasets in the order of the table, with their titles. */
export const datasets = { mnist: "MNIST", fashion: "FashionMNIST" } as const;

/** A line of the table. */
export interface Row {
  readonly dataset: keyof typeof datasets;
  readonly model: keyof typeof models;
  readonly parameters: number;
  readonly epochs: number;
  /** In percent. */
  readonly accuracy: Sample;
  readonly loss: Sample;
  /** The article's values; undefined where it has none. */
  readonly article: Published | undefined;
}

/** The lines of the table, those that have runs. */
export function rowsOf({ runs }: Pick<Results, "runs">): Row[] {
  return namesOf(datasets).flatMap((dataset) =>
    namesOf(models).flatMap((model) => {
      const own = runs.filter(({ options }) => options.dataset === dataset && options.model === model);
      if (own.length === 0) return [];
      const figure = (name: string) => own.map(({ figures }) => figures[name] ?? Number.NaN);
      const { epochs } = own[0];
      return {
        ...{ dataset, model, epochs, parameters: figure("parameters")[0] },
        accuracy: sampleOf(figure("testAccuracy").map((share) => 100 * share)),
        loss: sampleOf(figure("testLoss")),
        article: model === "activated" ? undefined : published({ ...settings, dataset, model, epochs }),
      };
    }),
  );
}

/** The figures of the article's table: their titles, and how they are printed. */
const columns = {
  accuracy: { title: "test accuracy, %", digits: 2, factor: 100 },
  loss: { title: "test loss", digits: 4, factor: 1 },
} as const;

/**
 * The article's table for one of its figures: means and sample standard deviations, the article's value, whether it lies
 * within two standard errors of the mean, and how many standard errors it is away.
 */
export function tableOf(rows: readonly Row[], figure: keyof typeof columns): Table {
  const { title, digits, factor } = columns[figure];
  return [
    ["network", "data", "parameters", "seeds", title, "article", "within 2 errors"],
    ...rows.map((row) => [
      ...[models[row.model], datasets[row.dataset], row.parameters.toLocaleString("en"), String(row[figure].count)],
      meanText(row[figure], digits),
      ...(row.article ? compared(row[figure], factor * row.article[figure], digits) : ["-", "-"]),
    ]),
  ];
}

function compared(ours: Sample, value: number, digits: number): string[] {
  const away = (Math.abs(ours.mean - value) / ours.error).toFixed(1);
  return [value.toFixed(digits), `${withinTwoErrors(ours, value) ? "yes" : "NO"} (${away})`];
}

/** The pairs of networks that are compared, seed by seed. */
const pairs = [
  ["polynomial", "linear"],
  ["activated", "polynomial"],
] as const;

/** Differences between two networks with the same seed, and the p-value of the exact sign-flip test. */
export function pairsOf({ runs }: Pick<Results, "runs">): Table {
  const accuracies = (dataset: string, model: string) =>
    runs
      .filter(({ options }) => options.dataset === dataset && options.model === model)
      .map(({ figures }) => 100 * (figures.testAccuracy ?? Number.NaN));
  return [
    ["difference", "data", "pairs", "accuracy, points", "p"],
    ...namesOf(datasets).flatMap((dataset) =>
      pairs.map(([model, other]) => {
        const others = accuracies(dataset, other);
        const differences = accuracies(dataset, model).map((accuracy, k) => accuracy - others[k]);
        const p = differences.length <= 12 ? signFlipTest(differences).toFixed(3) : "-";
        const title = `${models[model]} - ${models[other]}`;
        return [title, datasets[dataset], String(differences.length), meanText(sampleOf(differences), 2), p];
      }),
    ),
  ];
}
