/** The inputs of a dataset: which columns to take, and which rows, because values may be missing. */
import type { Tensor } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";
import { type Column, shownName } from "./column.ts";
import { type FeatureOptions, featuresOf, matrixOf, type Source } from "./features.ts";

/** The column of that name. @throws DatasetError if there is none: lists those that there are */
export function columnOf({ operation, columns }: Source, name: string): Column {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => shownName(column.name));
  throw new DatasetError(`${operation}: there is no column ${described(name)}; the columns are ${names.join(", ")}`);
}

/** The inputs of a dataset. */
interface Inputs {
  /** `[rows.length, features.length]`. */
  readonly inputs: Tensor;
  readonly features: readonly string[];
  /** The rows of the table that they are from. */
  readonly rows: Int32Array;
}

/** The inputs for some targets. @throws DatasetError for a column or a missing value that the options do not allow */
export function inputsOf(
  source: Source,
  targets: readonly Column[],
  { inputs, encoding, missing }: FeatureOptions,
): Inputs {
  const { operation } = source;
  const columns =
    inputs === undefined
      ? source.columns.filter((column) => !targets.includes(column))
      : inputs.map((name) => columnOf(source, name));
  const both = columns.find((column) => targets.includes(column));
  if (both !== undefined)
    throw new DatasetError(
      `${operation}: column ${shownName(both.name)} is a target and an input too; take it out of inputs`,
    );
  if (columns.length === 0)
    throw new DatasetError(`${operation}: there are no inputs; a dataset needs at least one column besides the target`);
  const rows = rowsToTake(source, columns, targets, missing);
  const features = columns.map((column) => featuresOf(column, encoding));
  return { inputs: matrixOf(source, features, rows), features: features.flatMap(({ names }) => names), rows };
}

/** The rows without missing values; with "mean", those without any that the mean does not replace. */
function rowsToTake(
  { operation, length, placeOf }: Source,
  inputs: readonly Column[],
  targets: readonly Column[],
  missing: FeatureOptions["missing"],
): Int32Array {
  const strict = [...inputs.filter((column) => missing !== "mean" || !hasMean(column)), ...targets];
  const rows = Int32Array.from({ length }, (_, row) => row).filter((row) => {
    const column = strict.find((each) => isMissing(each, row));
    if (column === undefined || missing === "drop") return column === undefined;
    const fix =
      missing === "mean"
        ? 'the mean replaces numbers among the inputs only; use missing: "drop", or leave out the column'
        : 'use missing: "drop" to leave out such rows, or "mean" to put the mean of the column in their place';
    throw new DatasetError(`${operation}: ${placeOf(row)}, column ${shownName(column.name)}: missing value; ${fix}`);
  });
  if (rows.length > 0) return rows;
  const reason = length === 0 ? "the table has no rows" : "every row has a missing value";
  throw new DatasetError(`${operation}: ${reason}; a dataset needs at least one sample`);
}

function isMissing(column: Column, row: number): boolean {
  return "numbers" in column ? Number.isNaN(column.numbers[row]) : column.codes[row] === -1;
}

function hasMean(column: Column): boolean {
  return "numbers" in column && column.numbers.some((number) => !Number.isNaN(number));
}
