/** How columns become a matrix: a column of numbers gives one feature, a column of categories one or several. */
import { type Tensor, tensor } from "@polygrad/tensor";
import { DatasetError } from "../errors.ts";
import { type Column, shownName } from "./column.ts";

/** How the columns of a table become inputs. */
export interface FeatureOptions {
  /** The columns to take, in this order. By default, all but the targets. */
  readonly inputs?: readonly string[];
  /**
   * How categories become numbers: "oneHot", the default, gives one feature for each category, 1 where it applies and 0
   * elsewhere; "integer" gives a single feature, the position of the category.
   */
  readonly encoding?: "oneHot" | "integer";
  /**
   * What to do with missing values: "refuse", the default, throws an error that names the first; "drop" leaves out the
   * rows that have one; "mean" replaces numbers among the inputs by the mean of their column. That mean includes rows
   * that you may test on later: where they must not have any influence, use "drop".
   */
  readonly missing?: "refuse" | "drop" | "mean";
}

/** What a dataset is made of, and what error messages call the operation and the place of a row, such as "line 3". */
export interface Source {
  readonly operation: string;
  readonly columns: readonly Column[];
  /** The number of rows. */
  readonly length: number;
  readonly placeOf: (row: number) => string;
}

/** What a column gives: one or more features. */
export interface Features {
  readonly column: string;
  /** The name of each feature: that of the column or, for a category, "origin=Japan". */
  readonly names: readonly string[];
  /** Writes the features of a row to `out`, which holds zeros, from position `at` on. */
  readonly write: (row: number, out: Float32Array, at: number) => void;
}

/** The features of a column. */
export function featuresOf(column: Column, encoding: FeatureOptions["encoding"] = "oneHot"): Features {
  const { name } = column;
  if ("numbers" in column) {
    const { numbers } = column;
    const mean = meanOf(numbers);
    return {
      column: name,
      names: [name],
      write: (row, out, at) => {
        out[at] = Number.isNaN(numbers[row]) ? mean : numbers[row];
      },
    };
  }
  const { codes, categories } = column;
  if (encoding === "oneHot")
    return {
      column: name,
      names: categories.map((category) => `${name}=${category}`),
      write: (row, out, at) => {
        out[at + codes[row]] = 1;
      },
    };
  return {
    column: name,
    names: [name],
    write: (row, out, at) => {
      out[at] = codes[row];
    },
  };
}

/** The mean of the numbers that are not missing. */
function meanOf(numbers: Float64Array): number {
  const given = numbers.filter((number) => !Number.isNaN(number));
  return given.reduce((sum, number) => sum + number, 0) / given.length;
}

/** The most elements of a tensor. */
const MOST = 2 ** 30;

/**
 * The features of some rows, `[rows.length, number of features]`.
 *
 * @throws DatasetError if a number is infinite in float32, or there are too many for a tensor
 */
export function matrixOf({ operation, placeOf }: Source, features: readonly Features[], rows: Int32Array): Tensor {
  const width = features.reduce((sum, { names }) => sum + names.length, 0);
  if (rows.length * width > MOST) {
    const most = features.reduce((widest, other) => (other.names.length > widest.names.length ? other : widest));
    throw new DatasetError(
      `${operation}: ${rows.length} rows of ${width} features are more than 2^30 numbers; ` +
        `leave out column ${shownName(most.column)}, or use encoding: "integer"`,
    );
  }
  const out = new Float32Array(rows.length * width);
  let at = 0;
  for (const row of rows)
    for (const { column, names, write } of features) {
      write(row, out, at);
      if (!Number.isFinite(out[at]))
        throw new DatasetError(
          `${operation}: ${placeOf(row)}, column ${shownName(column)}: the number is too large for float32; scale the column`,
        );
      at += names.length;
    }
  return tensor(out, [rows.length, width]);
}
