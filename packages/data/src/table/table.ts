/** Tables: named columns of numbers and categories, and the datasets made of them. */
import type { Tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, either, instance, oneOf, text } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";
import { TensorDataset } from "../in-memory.ts";
import { type ColumnOptions, columnChecks } from "./builder.ts";
import { type CategoryColumn, type Column, checkColumns, shownName, texts } from "./column.ts";
import { type FeatureOptions, featuresOf, matrixOf, type Source } from "./features.ts";
import { columnOf, inputsOf } from "./inputs.ts";
import { columnsOfRecords } from "./records.ts";

/** The options of {@link Table.classification}. */
export interface ClassificationOptions extends FeatureOptions {
  /** The column of the classes. */
  readonly target: string;
}

/** The options of {@link Table.regression}. */
export interface RegressionOptions extends FeatureOptions {
  /** The column of the targets, or several. */
  readonly target: string | readonly string[];
}

/** A dataset with labels, and what its numbers mean. */
export interface Classification {
  readonly dataset: TensorDataset;
  /** The name of each input: that of its column or, for a category, "origin=Japan". */
  readonly features: readonly string[];
  /** The name of each class. */
  readonly classes: readonly string[];
}

/** A dataset with continuous targets, and what its numbers mean. */
export interface Regression {
  readonly dataset: TensorDataset<Tensor>;
  /** The name of each input: that of its column or, for a category, "origin=Japan". */
  readonly features: readonly string[];
  /** The name of each target. */
  readonly targets: readonly string[];
}

const featureChecks: Checks<FeatureOptions> = {
  inputs: texts,
  encoding: oneOf("oneHot", "integer"),
  missing: oneOf("refuse", "drop", "mean"),
};

/**
 * Named columns of the same length. `csv` reads a table, and `Table.from` makes one of records; `classification` and
 * `regression` make a dataset of it.
 *
 * ```ts
 * const table = await csv(text);
 * const { dataset, features } = table.regression({ target: "price", missing: "drop" });
 * ```
 */
export class Table {
  readonly columns: readonly Column[];
  /** The number of rows. */
  readonly length: number;
  readonly #lines: Int32Array | undefined;

  /**
   * @param columns their arrays are kept, not copied
   * @param lines `[length]`, the line of the file on which each row begins, for error messages
   * @throws ArgumentError if a column is not one; DatasetError if names are the same, or lengths differ
   */
  constructor(columns: readonly Column[], lines?: Int32Array) {
    this.length = checkColumns("Table", columns);
    this.columns = [...columns];
    this.#lines = lines;
    if (lines === undefined) return;
    instance(Int32Array, "an Int32Array")("Table", "lines", lines);
    if (lines.length !== this.length)
      throw new DatasetError(`Table: ${lines.length} lines for ${this.length} rows; give one line per row`);
  }

  /**
   * A table of records, such as an array that `JSON.parse` returned. Each record is a row, each key a column.
   *
   * A value is a number, text, or true or false, which are categories. What is null, NaN or absent is missing, and so
   * are the texts in the option `missing`.
   * @throws DatasetError if there are no records, or a value does not suit: names the record and the column;
   * ArgumentError if an option is unknown or of the wrong kind
   */
  static from(records: Iterable<object>, options: ColumnOptions = {}): Table {
    checkOptions("Table.from", options, columnChecks);
    return new Table(columnsOfRecords("Table.from", records, options));
  }

  /** The column of that name. @throws DatasetError if there is none: lists the columns */
  column(name: string): Column {
    return columnOf(this.#source("Table.column"), name);
  }

  /**
   * A dataset whose labels are the categories of a column. In a column of integers, the different values in ascending
   * order are the classes.
   *
   * @returns the dataset, with inputs `[rows, features]`, and the names of features and classes
   * @throws DatasetError if a column does not exist or does not suit, or a value is missing: names its place
   */
  classification(options: ClassificationOptions): Classification {
    const source = this.#source("Table.classification");
    checkOptions(source.operation, options, { target: text, ...featureChecks });
    const column = columnOf(source, options?.target);
    const { inputs, features, rows } = inputsOf(source, [column], options);
    const { codes, categories } = classesOf(source, column);
    const labels = rows.map((row) => codes[row]);
    return { dataset: new TensorDataset(inputs, labels, categories.length), features, classes: categories };
  }

  /**
   * A dataset whose targets are the numbers of one column or several.
   *
   * @returns the dataset, with inputs `[rows, features]` and targets `[rows, targets]`, and the names of both
   * @throws DatasetError if a column does not exist or does not suit, or a value is missing: names its place
   */
  regression(options: RegressionOptions): Regression {
    const source = this.#source("Table.regression");
    const target = either("the name of a column, or an array of names", text, texts);
    checkOptions(source.operation, options, { target, ...featureChecks });
    const names = typeof options?.target === "object" ? options.target : [options?.target];
    if (names.length === 0) throw new DatasetError(`${source.operation}: target is empty; name at least one column`);
    const columns = names.map((name) => columnOf(source, name));
    const categories = columns.find((column) => "codes" in column);
    if (categories !== undefined)
      throw new DatasetError(
        `${source.operation}: the target ${shownName(categories.name)} holds categories; use classification, or a column of numbers`,
      );
    const { inputs, features, rows } = inputsOf(source, columns, options);
    const targets = matrixOf(
      source,
      columns.map((column) => featuresOf(column)),
      rows,
    );
    return { dataset: new TensorDataset(inputs, targets), features, targets: names };
  }

  #source(operation: string): Source {
    const lines = this.#lines;
    const placeOf = (row: number) => (lines === undefined ? `row ${row} (counted from 0)` : `line ${lines[row]}`);
    return { operation, columns: this.columns, length: this.length, placeOf };
  }
}

/** A column as categories. @throws DatasetError if it holds numbers that are not integers */
function classesOf({ operation, placeOf }: Source, column: Column): Pick<CategoryColumn, "codes" | "categories"> {
  if ("codes" in column) return column;
  const { name, numbers } = column;
  const wrong = numbers.findIndex((number) => !Number.isInteger(number) && !Number.isNaN(number));
  if (wrong !== -1)
    throw new DatasetError(
      `${operation}: ${placeOf(wrong)}, column ${shownName(name)}: the class ${numbers[wrong]} is not an integer; ` +
        "use regression, or list the column in the option categories when you read the table",
    );
  const classes = [...new Set(numbers)].filter((number) => !Number.isNaN(number)).sort((a, b) => a - b);
  const codeOf = new Map(classes.map((number, code) => [number, code]));
  const codes = Int32Array.from(numbers, (number) => codeOf.get(number) ?? -1);
  return { codes, categories: classes.map(String) };
}
