/** The figures of the experiment, made from its record. */
import type { Figure, HeatPanel } from "../report/index.ts";
import { EDGE } from "./path.ts";
import { cellsOf, type Findings } from "./record.ts";
import { article, recommended, type Variant, variants } from "./variants.ts";

/** Names that fit into a legend. */
const short: Readonly<Partial<Record<string, string>>> = {
  article: "article",
  variance: "variance-preserving",
  bias: "one bias",
  tanh: "tanh",
  chebyshev: "Chebyshev, tanh",
  hermite: "Hermite",
  recommended: "recommended",
};
const nameOf = (variant: string): string => short[variant] ?? variant;

/** The map of a recipe: for each depth, the accuracy by degree and hidden size. */
export async function mapOf(record: Findings, { name, title }: Variant): Promise<Figure> {
  const { heatMap } = await import("../report/index.ts");
  return heatMap({ ...mapText, title: `Accuracy, ${title}`, panels: panelsOf(record, name, "") });
}

/** The maps of the article's recipe and of the recommended one, side by side. */
export async function comparedMaps(record: Findings): Promise<Figure> {
  const { heatMap } = await import("../report/index.ts");
  const [before, after] = [
    panelsOf(record, article.name, "article, "),
    panelsOf(record, recommended.name, "recommended, "),
  ];
  return heatMap({
    ...mapText,
    title: "Accuracy after one epoch, with the article's recipe and the recommended one",
    panels: before.flatMap((panel, k) => [panel, after[k]]),
  });
}

const mapText = {
  note: "10 % is guessing. From 80 % on, a network counts as trained.",
  ...{ x: "degree", y: "hidden units", value: "accuracy, %", percent: true },
  range: [0, 1] as const,
};

function panelsOf(record: Findings, variant: string, prefix: string): HeatPanel[] {
  const cells = cellsOf(record, variant);
  return record.grid.depths.map((depth) => ({
    name: `${prefix}${depth} layers`,
    cells: record.grid.hidden.flatMap((hidden) =>
      record.grid.degrees.flatMap((degree) => {
        const found = cells.find((cell) => cell.degree === degree && cell.hidden === hidden && cell.depth === depth);
        return found === undefined ? [] : [{ x: degree, y: hidden, value: found.accuracy ?? undefined }];
      }),
    ),
  }));
}

/** The largest eigenvalue of the Hessian before the first step, by degree. */
export async function sharpnessCurves(record: Findings): Promise<Figure> {
  return byDegree(record, ({ sharpness }) => sharpness, {
    title: "The largest eigenvalue of the Hessian before the first step",
    note: "Networks of two layers with 20 hidden units, on 256 images.",
    y: "largest eigenvalue",
  });
}

/** The tolerated rate of Adam's first step, by degree. */
export async function toleratedCurves(record: Findings): Promise<Figure> {
  return byDegree(record, ({ tolerated }) => Math.max(tolerated, 2 ** -25), {
    title: "The largest rate that Adam's first step tolerates",
    note: "Up to this rate, the step does not raise the loss. The same networks.",
    y: "rate",
  });
}

async function byDegree(
  record: Findings,
  figure: (measured: Findings["initial"][number]) => number | null,
  text: { readonly title: string; readonly note: string; readonly y: string },
): Promise<Figure> {
  const { curves } = await import("../report/index.ts");
  const measured = record.initial.filter(({ depth }) => depth === 2);
  return curves({
    ...{ ...text, x: "degree", scale: "log" },
    series: names(measured).map((name) =>
      series(
        name,
        measured.filter(({ variant }) => variant === name),
        ({ degree }) => degree,
        figure,
      ),
    ),
  });
}

/** The tolerated rate if only the coefficients of one degree moved. */
export async function coefficientCurves(record: Findings): Promise<Figure> {
  const { curves } = await import("../report/index.ts");
  const most = Math.max(...record.initial.map(({ degree }) => degree).filter((degree) => degree <= 12));
  const measured = record.initial.filter(({ degree, depth }) => degree === most && depth === 2);
  return curves({
    title: "The tolerated rate, if the coefficients of one degree alone move",
    note: `Networks of degree ${most} with two layers and 20 hidden units. Degree 0 are the constants.`,
    ...{ x: "degree of the coefficients", y: "rate", scale: "log" },
    series: measured.map(({ variant, toleratedByDegree }) => ({
      name: nameOf(variant),
      x: toleratedByDegree.map((_, degree) => degree),
      runs: [toleratedByDegree.map((rate) => Math.max(rate, 2 ** -25))],
    })),
  });
}

/** How sharp the loss is in Adam's terms, along training without noise. */
export async function pathCurves(record: Findings, degree: number, depth: number): Promise<Figure> {
  const { curves } = await import("../report/index.ts");
  const paths = shown(record.paths, degree, depth);
  const steps = paths[0]?.points.map(({ step }) => step) ?? [0];
  return curves({
    title: `Learning rate times preconditioned sharpness, degree ${degree}, ${depth} layers`,
    note: `Training on one batch of 256 images again and again. Above ${EDGE}, Adam is unstable where the loss is quadratic.`,
    ...{ x: "step", y: "rate times largest eigenvalue", scale: "log" },
    series: [
      ...paths.map(({ variant, points }) =>
        series(
          variant,
          points,
          ({ step }) => step,
          ({ adam }) => adam,
        ),
      ),
      { name: "edge of stability", x: steps, runs: [steps.map(() => EDGE)] },
    ],
  });
}

/** How much of what the last layer reads depends on the image, along the same training. */
export async function signalCurves(record: Findings, degree: number, depth: number): Promise<Figure> {
  const { curves } = await import("../report/index.ts");
  const steps = record.paths[0]?.points.map(({ step }) => step) ?? [];
  return curves({
    title: `What is left of the image, degree ${degree}, ${depth} layers`,
    note: "The share of the mean square of the last LayerNorm's output that is variance over the images.",
    ...{ x: "step", y: "share that depends on the image", percent: true, range: [0, 1] },
    series: shown(record.signals, degree, depth).map(({ variant, shares }) => ({
      name: nameOf(variant),
      x: steps.filter((_, k) => typeof shares[k] === "number"),
      runs: [shares.filter((share) => share !== null)],
    })),
  });
}

/** The recipes whose training is drawn: lines of more would cover each other. */
const DRAWN = ["article", "recommended", "bias", "tanh", "chebyshev"];

function shown<Item extends { readonly variant: string; readonly degree: number; readonly depth: number }>(
  items: readonly Item[],
  degree: number,
  depth: number,
): Item[] {
  const own = items.filter((item) => item.degree === degree && item.depth === depth);
  return DRAWN.flatMap((name) => own.filter(({ variant }) => variant === name));
}

function series<Item>(
  name: string,
  items: readonly Item[],
  place: (item: Item) => number,
  figure: (item: Item) => number | null,
): { name: string; x: number[]; runs: number[][] } {
  const known = items.flatMap((item) => {
    const value = figure(item);
    return value === null || value <= 0 ? [] : [{ x: place(item), y: value }];
  });
  return { name: nameOf(name), x: known.map(({ x }) => x), runs: [known.map(({ y }) => y)] };
}

function names(measured: readonly { readonly variant: string }[]): string[] {
  return variants.map(({ name }) => name).filter((name) => measured.some(({ variant }) => variant === name));
}
