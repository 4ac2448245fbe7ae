/** The user's own table: the points of two of its columns, and their classes in a third. */
import { type Column, csv, Random, type Table } from "polygrad";
import { MOST_CLASSES, MOST_POINTS, printPlane } from "./points.ts";
import type { OwnPoints } from "./settings.ts";

/** The columns of a table that are shown. */
export interface Chosen {
  readonly x: string;
  readonly y: string;
  readonly label: string;
}

export interface CsvAnswer {
  /** The columns that can be axes, and those that can be classes. */
  readonly axes: readonly string[];
  readonly labels: readonly string[];
  readonly chosen: Chosen;
  readonly own: OwnPoints;
  /** The rows of the table, and how many of them are shown. */
  readonly rows: number;
  readonly shown: number;
}

/** What the page asks: the text of a file and, once the user has chosen, the columns. */
export interface CsvQuestion {
  readonly text: string;
  readonly chosen?: Chosen | undefined;
}

function isQuestion(question: unknown): question is CsvQuestion {
  return typeof question === "object" && question !== null && "text" in question && typeof question.text === "string";
}

/** @throws Error that says what is wrong with the table, and where */
export async function readCsv(question: unknown): Promise<CsvAnswer> {
  if (!isQuestion(question)) throw new Error("Planes answers questions about the text of a CSV file only.");
  const { text } = question;
  const [line] = text.split(/\r?\n|\r/, 1);
  const table = await csv(text, { delimiter: delimiterOf(line), header: !isData(line) });
  const axes = table.columns.filter((column) => "numbers" in column).map(({ name }) => name);
  const labels = table.columns.filter((column) => classesIn(column) <= MOST_CLASSES).map(({ name }) => name);
  const chosen = question.chosen ?? suggested(table, axes, labels);
  return { axes, labels, chosen, rows: table.length, ...pointsIn(table, chosen) };
}

/** The sign that most often stands between the fields of a line. */
function delimiterOf(line: string): string {
  const count = (sign: string) => line.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** Whether the first line holds numbers, and so does not name the columns. */
function isData(line: string): boolean {
  return line.split(delimiterOf(line)).some((field) => field.trim() !== "" && Number.isFinite(Number(field)));
}

/** The number of classes that a column would make; Infinity if its values are not classes. */
function classesIn(column: Column): number {
  const values = "codes" in column ? new Set(column.codes) : new Set(column.numbers);
  const whole = [...values].filter((value) => Number.isInteger(value) && !("codes" in column && value < 0));
  const kinds = whole.length;
  return kinds >= 2 && ("codes" in column || [...values].every((v) => Number.isInteger(v) || Number.isNaN(v)))
    ? kinds
    : Number.POSITIVE_INFINITY;
}

/** The last column of classes, rather of words than of numbers, and the first two other columns of numbers. */
function suggested(table: Table, axes: readonly string[], labels: readonly string[]): Chosen {
  const label = labels.findLast((name) => !axes.includes(name)) ?? labels.at(-1);
  if (label === undefined)
    throw new Error(`No column has 2 to ${MOST_CLASSES} different words or whole numbers, which could be classes.`);
  const [x, y] = axes.filter((name) => name !== label);
  if (y === undefined)
    throw new Error(
      `Two columns of numbers are needed beside the classes; the columns are ${table.columns.map(({ name }) => name).join(", ")}.`,
    );
  return { x, y, label };
}

function pointsIn(table: Table, { x, y, label }: Chosen): Pick<CsvAnswer, "own" | "shown"> {
  const { dataset, classes } = table.classification({ target: label, inputs: [x, y], missing: "drop" });
  // Which rows are shown does not depend on how the table is sorted.
  const order = new Random(0).permutation(dataset.length).subarray(0, MOST_POINTS);
  const places = dataset.inputs.contiguous().data;
  const scaled = Float64Array.from({ length: 2 * order.length }, (_, k) => places[2 * order[k >> 1] + (k & 1)]);
  for (const axis of [0, 1]) {
    const values = scaled.filter((_, k) => k % 2 === axis);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (let k = axis; k < scaled.length; k += 2)
      scaled[k] = high > low ? 0.92 * ((2 * (scaled[k] - low)) / (high - low) - 1) : 0;
  }
  const labels = order.map((row) => dataset.labels[row]);
  const names = classes.map((name) => name.replaceAll(",", " ").slice(0, 24)).join(",");
  return {
    own: { points: printPlane(scaled, labels), x: x.slice(0, 24), y: y.slice(0, 24), classes: names },
    shown: order.length,
  };
}
