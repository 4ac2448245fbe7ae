/** How rows become columns: the first value of a column decides what it holds, unless an option has decided before. */

import { ArgumentError } from "@polygrad/tensor";
import { type Checks, described } from "@polygrad/tensor/internal";
import { DatasetError } from "../errors.ts";
import { type Column, type Columns, checkColumns, quoted, shownName, texts } from "./column.ts";
import {
  GrowingArray,
  GrowingCategories,
  type GrowingColumn,
  GrowingNumbers,
  numberOf,
  type Value,
} from "./growing.ts";

/** What the columns of a table hold. Without these options, the first value of each column decides. */
export interface ColumnOptions {
  /** The columns that hold categories. List those whose numbers are names, such as postal codes. */
  readonly categories?: readonly string[];
  /** The columns that hold numbers. */
  readonly numbers?: readonly string[];
  /** The columns to leave out. */
  readonly ignore?: readonly string[];
  /** The texts that stand for a missing value: "", "NA" and "NaN" by default. "-999" stands for the number too. */
  readonly missing?: readonly string[];
  /**
   * A table whose columns of the same names hold the same. Read test data with `like: training`, so that each category
   * has the same code in both; a category that `training` does not have is an error.
   */
  readonly like?: Columns;
}

/** The checks of these options. */
export const columnChecks: Checks<ColumnOptions> = {
  categories: texts,
  numbers: texts,
  ignore: texts,
  missing: texts,
  like: (operation, what, value) => {
    if (typeof value !== "object" || value === null || !("columns" in value) || !Array.isArray(value.columns))
      throw new ArgumentError(`${operation}: ${what} must be a table, got ${described(value)}`);
    checkColumns(`${operation}: ${what}`, value.columns);
  },
};

/** A column that is being read. */
interface Slot {
  readonly name: string;
  readonly ignored: boolean;
  /** Undefined until the first value decides what it holds. */
  growing: GrowingColumn | undefined;
}

/** Collects the columns of a table row by row. */
export class TableBuilder {
  readonly #operation: string;
  readonly #options: ColumnOptions;
  readonly #missing: ReadonlySet<string>;
  readonly #placeOf: (at: number) => string;
  readonly #slots = new Map<string, Slot>();
  readonly #places = new GrowingArray((length) => new Int32Array(length));
  #rows = 0;

  /** @param placeOf the place of a row in error messages, for example "line 3" */
  constructor(operation: string, options: ColumnOptions, placeOf: (at: number) => string) {
    this.#operation = operation;
    this.#options = options;
    this.#missing = new Set(options.missing ?? ["", "NA", "NaN"]);
    this.#placeOf = placeOf;
  }

  /** The names of the columns so far, with those that are left out. */
  get names(): string[] {
    return [...this.#slots.keys()];
  }

  /** Adds a column, whose values are missing in all rows so far. @throws DatasetError if there is one of that name */
  addColumn(name: string): void {
    const { numbers, categories, ignore, like } = this.#options;
    if (this.#slots.has(name)) throw this.#refusal(`two columns are called ${quoted(name)}; rename one`);
    const slot: Slot = { name, ignored: ignore?.includes(name) ?? false, growing: undefined };
    this.#slots.set(name, slot);
    const model = like?.columns.find((column) => column.name === name);
    if (model !== undefined && "codes" in model) this.#begin(slot, new GrowingCategories(true, model.categories));
    else if (model !== undefined || numbers?.includes(name)) this.#begin(slot, new GrowingNumbers());
    else if (categories?.includes(name)) this.#begin(slot, new GrowingCategories(true));
  }

  /**
   * Adds a row.
   *
   * @param values one for each column, in the order in which they were added; undefined is a missing value
   * @param at the place of the row
   * @throws DatasetError if a value does not fit into its column: names the place and the column
   */
  addRow(values: readonly (Value | undefined)[], at: number): void {
    let k = 0;
    for (const slot of this.#slots.values()) {
      const value = values[k++];
      if (slot.ignored) continue;
      if (value === undefined || this.#missing.has(String(value))) slot.growing?.addMissing(1);
      else {
        const growing = slot.growing ?? this.#begin(slot, growingFor(value));
        const wrong = growing.add(value);
        if (wrong !== undefined) throw this.#refusal(`${this.#placeOf(at)}, column ${shownName(slot.name)}: ${wrong}`);
      }
    }
    this.#places.add(at);
    this.#rows++;
  }

  /** Checks that the options name columns that exist, and each in one option at most. @throws DatasetError if not */
  checkNames(): void {
    const { categories = [], numbers = [], ignore = [] } = this.#options;
    const listed = [...new Set(categories), ...new Set(numbers), ...new Set(ignore)];
    const unknown = listed.find((name) => !this.#slots.has(name));
    if (unknown !== undefined)
      throw this.#refusal(
        `there is no column ${quoted(unknown)}; the columns are ${this.names.map(shownName).join(", ")}`,
      );
    const twice = listed.find((name, k) => listed.indexOf(name) !== k);
    if (twice !== undefined)
      throw this.#refusal(
        `column ${shownName(twice)} is in two of the options categories, numbers and ignore; choose one`,
      );
  }

  /** The columns that are not left out, and the place of each row. @throws DatasetError if none is left */
  finish(): { columns: Column[]; places: Int32Array } {
    this.checkNames();
    const used = [...this.#slots.values()].filter(({ ignored }) => !ignored);
    if (used.length === 0) throw this.#refusal("no column is left; give at least one that is not in ignore");
    // A column without any value may as well hold numbers.
    const columns = used.map((slot) => (slot.growing ?? this.#begin(slot, new GrowingNumbers())).finish(slot.name));
    return { columns, places: this.#places.finish() };
  }

  #begin(slot: Slot, growing: GrowingColumn): GrowingColumn {
    if (slot.ignored) return growing;
    growing.addMissing(this.#rows);
    slot.growing = growing;
    return growing;
  }

  #refusal(what: string): DatasetError {
    return new DatasetError(`${this.#operation}: ${what}`);
  }
}

function growingFor(value: Value): GrowingColumn {
  return numberOf(value) === undefined ? new GrowingCategories(false) : new GrowingNumbers();
}
