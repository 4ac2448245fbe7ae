/** How a column grows while a table is read, one value after the other. */
import { type CategoryColumn, type Column, type NumberColumn, quoted } from "./column.ts";

/** A value of a table before it is in a column. Text may be a number too, as everything is text in a CSV file. */
export type Value = number | string;

/** A column that is being read. */
export interface GrowingColumn {
  /** Appends a value; returns what is wrong with it, or undefined if nothing is. */
  add(value: Value): string | undefined;
  addMissing(count: number): void;
  finish(name: string): Column;
}

/** Decimal numbers, with white space around them. Each part matches in one way only, so long texts take no longer. */
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A value as a number; undefined if it is not one, or not a finite one. */
export function numberOf(value: Value): number | undefined {
  const number = typeof value === "number" ? value : NUMBER.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** An array that doubles when it is full, so that adding n elements copies less than 2 n. */
export class GrowingArray<Values extends Float64Array | Int32Array> {
  readonly #make: (length: number) => Values;
  #values: Values;
  #length = 0;

  constructor(make: (length: number) => Values) {
    this.#make = make;
    this.#values = make(64);
  }

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const longer = this.#make(2 * this.#length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length++] = value;
  }

  /** A copy of the elements, without the room behind them. */
  finish(): Values {
    const values = this.#make(this.#length);
    for (let at = 0; at < values.length; at++) values[at] = this.#values[at];
    return values;
  }
}

/** A column of numbers that is being read. */
export class GrowingNumbers implements GrowingColumn {
  readonly #numbers = new GrowingArray((length) => new Float64Array(length));

  add(value: Value): string | undefined {
    const number = numberOf(value);
    if (number === undefined)
      return `${quoted(value)} is not a number; correct it, list it in missing, or list the column in categories`;
    this.#numbers.add(number);
    return undefined;
  }

  addMissing(count: number): void {
    for (let k = 0; k < count; k++) this.#numbers.add(Number.NaN);
  }

  finish(name: string): NumberColumn {
    return { name, numbers: this.#numbers.finish() };
  }
}

/** A column of categories that is being read. */
export class GrowingCategories implements GrowingColumn {
  readonly #codes = new GrowingArray((length) => new Int32Array(length));
  readonly #codeOf = new Map<string, number>();
  readonly #known: readonly string[] | undefined;
  readonly #declared: boolean;

  /**
   * @param declared whether the user says that these are categories; otherwise a number among them is an error
   * @param known the only categories that are allowed, in the order of their codes
   */
  constructor(declared: boolean, known?: readonly string[]) {
    this.#declared = declared;
    this.#known = known;
    for (const category of known ?? []) this.#codeOf.set(category, this.#codeOf.size);
  }

  add(value: Value): string | undefined {
    const text = String(value);
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      if (this.#known !== undefined)
        return `${quoted(text)} is not a category of the table in the option like, which has ${this.#known.map(quoted).join(", ")}; correct it, or list it in the option missing`;
      if (!this.#declared && numberOf(value) !== undefined)
        return `${quoted(text)} is a number, but values before it are text; list the column in categories or numbers, or the texts in missing`;
      code = this.#codeOf.size;
      this.#codeOf.set(copied(text), code);
    }
    this.#codes.add(code);
    return undefined;
  }

  addMissing(count: number): void {
    for (let k = 0; k < count; k++) this.#codes.add(-1);
  }

  finish(name: string): CategoryColumn {
    const codes = this.#codes.finish();
    if (this.#known !== undefined) return { name, codes, categories: this.#known };
    const found = [...this.#codeOf.keys()];
    const categories = sorted(found);
    const position = new Map(categories.map((category, code) => [category, code]));
    const codeOf = Int32Array.from(found, (category) => position.get(category) ?? -1);
    return { name, codes: codes.map((code) => (code === -1 ? -1 : codeOf[code])), categories };
  }
}

/** The order must not depend on that of the rows: else the same data in another order would get other codes. */
function sorted(categories: readonly string[]): readonly string[] {
  const inOrder = categories.toSorted();
  const areNumbers = inOrder.every((category) => numberOf(category) !== undefined);
  return areNumbers ? inOrder.sort((a, b) => Number(a) - Number(b)) : inOrder;
}

/** The same text in memory of its own: engines make a part of a text by pointing into the whole, and keep all of it. */
function copied(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
