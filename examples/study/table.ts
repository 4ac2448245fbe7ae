/** Tables of results: the same cells as plain text for the terminal, and as Markdown for a page. */
import type { Sample } from "./statistics.ts";

/** Rows of cells; the first row has the titles of the columns. */
export type Table = readonly (readonly string[])[];

/** Plain text: names on the left, figures on the right. */
export function textTable(rows: Table): string {
  const widths = widthsOf(rows);
  return rows.map((cells) => cells.map(padded(widths)).join("  ").trimEnd()).join("\n");
}

/** Markdown that can be read as plain text, too. */
export function markdownTable(rows: Table): string {
  const widths = widthsOf(rows).map((width) => Math.max(3, width));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [titles, ...body] = rows.map((cells) => line(cells.map(padded(widths))));
  const rule = line(widths.map((width, k) => (k === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)));
  return [titles, rule, ...body].join("\n");
}

/** A mean and its standard deviation, such as "95.42 ± 0.41". */
export function meanText({ mean, deviation }: Sample, digits: number): string {
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

function widthsOf(rows: Table): number[] {
  return rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
}

function padded(widths: readonly number[]): (cell: string, column: number) => string {
  return (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
}
