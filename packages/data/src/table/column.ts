/** Columns of a table: numbers, or categories by their codes. */
import { ArgumentError } from "@polygrad/tensor";
import { type Check, described } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";

/** A column of numbers. */
export interface NumberColumn {
  readonly name: string;
  /** `[rows]`; NaN is a missing value. */
  readonly numbers: Float64Array;
}

/** A column of categories. */
export interface CategoryColumn {
  readonly name: string;
  /** `[rows]`, positions in `categories`; -1 is a missing value. */
  readonly codes: Int32Array;
  /** The different values, in ascending order if all are numbers, and otherwise in the order of their UTF-16 codes. */
  readonly categories: readonly string[];
}

export type Column = NumberColumn | CategoryColumn;

/** Anything with columns, such as a table. */
export interface Columns {
  readonly columns: readonly Column[];
}

/** An array of texts. */
export const texts: Check = (operation, what, value) => {
  if (!isTexts(value))
    throw new ArgumentError(`${operation}: ${what} must be an array of texts, got ${described(value)}`);
};

function isTexts(value: unknown): value is readonly string[] {
  // Array.from visits holes, which every() skips.
  return Array.isArray(value) && Array.from(value).every((each) => typeof each === "string");
}

/**
 * Checks that columns are columns, that their names differ and their lengths agree, and that each code has a category.
 *
 * @returns the number of rows
 * @throws ArgumentError or DatasetError if not
 */
export function checkColumns(operation: string, columns: readonly Column[]): number {
  if (!Array.isArray(columns) || columns.length === 0)
    throw new ArgumentError(`${operation}: columns must be an array of at least one column, got ${described(columns)}`);
  const lengths = Array.from(columns, (column, k) => lengthOf(operation, column, k));
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new DatasetError(`${operation}: two columns are called ${quoted(twice)}; rename one`);
  const other = lengths.findIndex((length) => length !== lengths[0]);
  if (other !== -1)
    throw new DatasetError(
      `${operation}: columns have different lengths: ${shownName(names[0])} ${lengths[0]}, ` +
        `${shownName(names[other])} ${lengths[other]}; give each column a value for every row`,
    );
  return lengths[0];
}

function lengthOf(operation: string, column: Column, k: number): number {
  if (typeof column === "object" && column !== null && typeof column.name === "string") {
    if ("numbers" in column && column.numbers instanceof Float64Array) return column.numbers.length;
    if ("codes" in column && column.codes instanceof Int32Array && isTexts(column.categories)) {
      const { name, codes, categories } = column;
      const wrong = codes.find((code) => code < -1 || code >= categories.length);
      if (wrong === undefined) return codes.length;
      throw new DatasetError(
        `${operation}: column ${shownName(name)}: the code ${wrong} has no category; ` +
          `codes are positions in categories, here from 0 to ${categories.length - 1}, or -1 for a missing value`,
      );
    }
  }
  throw new ArgumentError(
    `${operation}: columns[${k}] must be { name, numbers: Float64Array } or ` +
      `{ name, codes: Int32Array, categories: string[] }, got ${described(column)}`,
  );
}

/** The name of a column in messages: in quotes if it has characters, such as line breaks, that could mislead. */
export function shownName(name: string): string {
  return /^[\p{Letter}\p{Number}_ ()./-]+$/u.test(name) ? name : quoted(name);
}

/** A value in quotes, for messages. */
export function quoted(value: number | string): string {
  const text = String(value);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
