/** A table: numbers aligned at their decimal points, with a caption and headers that screen readers can announce. */
import type { Caption, Table } from "./figure.ts";

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Whether it holds text, at the left, or numbers, at the right; by default, as the first row has it. */
  readonly kind?: "text" | "number";
  /** How a number is printed; by default, with thousands separated and at most four significant digits after the point. */
  readonly format?: (value: number) => string;
}

export interface TableData extends Caption {
  readonly columns: readonly (string | Column)[];
  /** The cells of each row; the first names the row. An undefined cell is shown as a dash. */
  readonly rows: readonly (readonly (string | number | undefined)[])[];
  /** The rows that stand out, counted from 0; none by default. */
  readonly highlighted?: readonly number[];
}

export function table(data: TableData): Table {
  return { title: data.title, html: "" };
}
