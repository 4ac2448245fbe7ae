/** The tables of the experiment, made from its record. */
import type { Table } from "../study/index.ts";
import { variantsAt } from "./grid.ts";
import {
  initialTable,
  momentTable,
  pathTable,
  percent,
  powerOfTwo,
  scientific,
  signalTable,
} from "./measured-tables.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { EDGE } from "./path.ts";
import { cellsOf, type Findings } from "./record.ts";
import { article, changes, constant, recommended, remedies, type Variant, variants } from "./variants.ts";

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
      table: outcomeTable(record, [recommended, constant, ...changes], sizesOf(record, changes)),
    },
    {
      title: "All hidden sizes",
      note: `Hidden sizes ${record.grid.hidden.join(", ")}.`,
      table: outcomeTable(record, [article, recommended, constant], record.grid.hidden),
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
    {
      title: "What is left of the image",
      note:
        "In the same trainings, the percentage of the mean square of the last LayerNorm's output that is variance over the images. " +
        "The rest is the same for all images.",
      table: signalTable(record),
    },
    {
      title: "The moments of what a layer reads",
      note:
        "The means of z^2, z^4, ... where z is the output of the first LayerNorm before training, and for comparison those of a " +
        "standard normal variable, 1, 1 * 3, 1 * 3 * 5, .... They are the mean squares of the powers of degree 1, 2, 3, ....",
      table: momentTable(record),
    },
  ];
}

/** The hidden sizes at which some recipes are tried; all, if they are at none. */
function sizesOf({ grid }: Findings, [first]: readonly Variant[]): readonly number[] {
  const tried = grid.hidden.filter((hidden) => variantsAt(hidden, grid).includes(first));
  return tried.length > 0 ? tried : grid.hidden;
}

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
  return variants.flatMap(({ name, recipe, epochs = 1 }) => {
    if (epochs > 1) return [];
    // The first step of a cycle has a 25th of its rate, and clipping does not change the signs.
    const rate = recipe.schedule === "one-cycle" ? recipe.learningRate / 25 : recipe.learningRate;
    const start = variants.find(
      ({ recipe: other, name: measured }) =>
        (["basis", "squash", "initialiser", "bias"] as const).every((key) => other[key] === recipe[key]) &&
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
