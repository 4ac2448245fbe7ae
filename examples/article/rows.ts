/** The article's table, from the runs that results.json holds. */
import { type Published, published } from "../mnist/article.ts";
import { meanText, namesOf, type Results, type Sample, sampleOf, type Table, withinTwoErrors } from "../study/index.ts";
import { settings } from "./recipe.ts";

/** The networks in the order of the table, with their titles. */
export const models = {
  linear: "linear, ReLU",
  polynomial: "polynomial",
  activated: "polynomial, output activations",
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

/** The table: means and sample standard deviations, and the article's values with whether they lie within two errors. */
export function tableOf(rows: readonly Row[]): Table {
  const titles = ["network", "data", "parameters", "seeds", "accuracy, %", "article", "loss", "article"];
  return [
    titles,
    ...rows.map(({ dataset, model, parameters, accuracy, loss, article }) => [
      ...[models[model], datasets[dataset], parameters.toLocaleString("en"), String(accuracy.count)],
      meanText(accuracy, 2),
      article ? compared(accuracy, 100 * article.accuracy, 2) : "-",
      meanText(loss, 4),
      article ? compared(loss, article.loss, 4) : "-",
    ]),
  ];
}

/** The published value, and how many of our standard errors it is from our mean. */
function compared(ours: Sample, value: number, digits: number): string {
  const verdict = withinTwoErrors(ours, value) ? "within" : "NOT within";
  return `${value.toFixed(digits)} (${verdict}, ${(Math.abs(ours.mean - value) / ours.error).toFixed(1)})`;
}
