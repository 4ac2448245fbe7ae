/** The tables of the experiment, made from its record. */
import type { Table } from "../study/index.ts";
import { variantsAt } from "./grid.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { EDGE } from "./path.ts";
import { cellsOf, type Findings } from "./record.ts";
import { article, changes, recommended, remedies, type Variant, variants } from "./variants.ts";

/** A table with what it shows, and how to read it. */
export interface TitledTable {
  readonly title: string;
  readonly note: string;
  readonly table: Table;
}

/** All tables, in the order of the page. */
export function tablesOf(record: Findings): TitledTable[] {
  return [
    {
      title: "The article's recipe, the recommended one, and each remedy alone",
      note:
        `Hidden sizes ${sizesOf(record, remedies).join(" and ")}. A network trains with an accuracy of 80 % or more, poorly with 50 % ` +
        "or more. Lowest and median accuracies are in percent.",
      table: outcomeTable(record, [article, recommended, ...remedies], sizesOf(record, remedies)),
    },
    {
      title: "The recommended recipe with one change",
      note: `Hidden size ${sizesOf(record, changes).join(" and ")}.`,
      table: outcomeTable(record, [recommended, ...changes], sizesOf(record, changes)),
    },
    {
      title: "All hidden sizes",
      note: `Hidden sizes ${record.grid.hidden.join(", ")}.`,
      table: outcomeTable(record, [article, recommended], record.grid.hidden),
    },
    {
      title: "How the loss curves before the first step",
      note: "The largest eigenvalue of the Hessian, for networks of two layers with 20 hidden units, by degree.",
      table: initialTable(record, 2, ({ sharpness }) => scientific(sharpness)),
    },
    {
      title: "The largest rate that Adam's first step tolerates",
      note: "The same networks: up to this rate, found by trying, the step does not raise the loss.",
      table: initialTable(record, 2, ({ tolerated }) => powerOfTwo(tolerated)),
    },
    {
      title: "The tolerated rate and the outcome",
      note: "Networks with 20 hidden units whose tolerated rate was measured, by how far the learning rate exceeds it.",
      table: excessTable(record),
    },
    {
      title: "The noise of the gradient",
      note: "The variance of a batch's gradient in proportion to the square of its mean, before the first step; two layers.",
      table: initialTable(record, 2, ({ noise }) => scientific(noise)),
    },
    {
      title: "On the way, without noise",
      note:
        `The learning rate times the largest eigenvalue of P^-1 H, where P is Adam's divisor, after 0, 1, 2, ... steps on one batch of ` +
        `256 images, again and again; Adam is stable below ${EDGE}. The last column is the loss at the end.`,
      table: pathTable(record),
    },
  ];
}

/** The hidden sizes at which some recipes are tried; all, if they are at none. */
function sizesOf({ grid }: Findings, [first]: readonly Variant[]): readonly number[] {
  const tried = grid.hidden.filter((hidden) => variantsAt(hidden, grid).includes(first));
  return tried.length > 0 ? tried : grid.hidden;
}

const titles = new Map(variants.map(({ name, title }) => [name, title]));
const titleOf = (name: string): string => titles.get(name) ?? name;

/** For each recipe, how many networks of some sizes train, and their accuracies. */
function outcomeTable(record: Findings, recipes: readonly Variant[], sizes: readonly number[]): Table {
  const kinds: Outcome[] = ["diverged", "untrained", "poor", "trained"];
  const rows = recipes.flatMap(({ name, title }) => {
    const cells = cellsOf(record, name).filter(({ hidden }) => sizes.includes(hidden));
    if (cells.length === 0) return [];
    const accuracies = cells.map(({ accuracy }) => accuracy ?? 0).sort((a, b) => a - b);
    return [
      [
        ...[title, String(cells.length)],
        ...kinds.map((kind) => String(cells.filter((cell) => outcomeOf(cell) === kind).length)),
        ...[percent(accuracies[0]), percent(accuracies[Math.floor(accuracies.length / 2)])],
      ],
    ];
  });
  return [["recipe", "networks", "diverge", "do not train", "poorly", "train", "lowest", "median"], ...rows];
}

/** A row for each recipe, a column for each degree. */
function initialTable(
  record: Findings,
  depth: number,
  print: (measured: Findings["initial"][number]) => string,
): Table {
  const measured = record.initial.filter((each) => each.depth === depth);
  const degrees = unique(measured.map(({ degree }) => degree));
  const names = unique(measured.map(({ variant }) => variant));
  const rows = names.map((name) => [
    titleOf(name),
    ...degrees.map((degree) => {
      const found = measured.find((each) => each.variant === name && each.degree === degree);
      return found === undefined ? "-" : print(found);
    }),
  ]);
  return [["recipe", ...degrees.map((degree) => `degree ${degree}`)], ...rows];
}

/** The bounds of the learning rate in proportion to the tolerated one. */
const BOUNDS = [1, 10, 100, 1000, 10_000, Number.POSITIVE_INFINITY];

/** Networks by how far the learning rate exceeds the tolerated one, and how many of them train. */
function excessTable(record: Findings): Table {
  const rows = BOUNDS.map((bound, k) => {
    const least = k === 0 ? 0 : BOUNDS[k - 1];
    const cells = excesses(record).filter(({ excess }) => excess > least && excess <= bound);
    const accuracies = cells.map(({ accuracy }) => accuracy ?? 0).sort((a, b) => a - b);
    const trained = cells.filter(({ outcome }) => outcome === "trained").length;
    const name = k === 0 ? "at most 1" : bound === Number.POSITIVE_INFINITY ? `above ${least}` : `${least} to ${bound}`;
    return [
      ...[name, String(cells.length), String(trained)],
      percent(accuracies.length === 0 ? undefined : accuracies[Math.floor(accuracies.length / 2)]),
    ];
  });
  return [["learning rate / tolerated rate", "networks", "train", "median accuracy"], ...rows];
}

/** The networks that were both measured and trained, with all recipes that begin at the measured point. */
export function excesses(record: Findings): { excess: number; accuracy: number | null; outcome: Outcome }[] {
  return variants.flatMap(({ name, recipe }) => {
    // The first step of a cycle has a 25th of its rate, and clipping does not change the signs.
    const rate = recipe.schedule === "one-cycle" ? recipe.learningRate / 25 : recipe.learningRate;
    const start = variants.find(
      ({ recipe: other, name: measured }) =>
        (["basis", "squash", "initialiser", "constants"] as const).every((key) => other[key] === recipe[key]) &&
        record.initial.some(({ variant }) => variant === measured),
    );
    return cellsOf(record, name).flatMap((cell) => {
      const found = record.initial.find(
        ({ variant, degree, hidden, depth }) =>
          variant === start?.name && degree === cell.degree && hidden === cell.hidden && depth === cell.depth,
      );
      if (found === undefined) return [];
      const excess = found.tolerated === 0 ? Number.POSITIVE_INFINITY : rate / found.tolerated;
      return [{ excess, accuracy: cell.accuracy, outcome: outcomeOf(cell) }];
    });
  });
}

function pathTable(record: Findings): Table {
  const steps = unique(record.paths.flatMap(({ points }) => points.map(({ step }) => step)));
  const rows = record.paths.map(({ variant, degree, depth, points }) => [
    ...[titleOf(variant), String(degree), String(depth)],
    ...steps.map((step) => scientific(points.find((point) => point.step === step)?.adam)),
    scientific(points.at(-1)?.loss),
  ]);
  return [["recipe", "degree", "layers", ...steps.map(String), "loss"], ...rows];
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

export function percent(share: number | undefined): string {
  return share === undefined ? "-" : (100 * share).toFixed(1);
}

/** Two digits: 210, 0.0012, 1.3e7. */
function scientific(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  if (value !== 0 && (Math.abs(value) >= 10_000 || Math.abs(value) < 0.001))
    return value.toExponential(1).replace("+", "");
  return String(Number(value.toPrecision(2)));
}

/** 2^-7 for 1/128. */
function powerOfTwo(value: number): string {
  return value === 0 ? "< 2^-24" : value === 1 ? "1" : `2^${Math.round(Math.log2(value))}`;
}
