/** A table: numbers aligned at the right, with a caption and headers that screen readers can announce. */
import type { Caption, Table } from "./figure.ts";
import { plain } from "./format.ts";
import { inline } from "./prose.ts";
import { escaped } from "./svg.ts";

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Whether it stands at the left, as text does, or at the right, as numbers do; by default, as its first cell has it. */
  readonly kind?: "text" | "number";
  /** How a number is printed; by default, with thousands separated and at most four decimals. */
  readonly format?: (value: number) => string;
}

export interface TableData extends Caption {
  readonly columns: readonly (string | Column)[];
  /** The cells of each row; the first names the row. An undefined cell is shown as a dash. */
  readonly rows: readonly (readonly (string | number | undefined)[])[];
  /** The rows that stand out, counted from 0; none by default. */
  readonly highlighted?: readonly number[];
}

/** @throws Error if a row has another number of cells than there are columns */
export function table({ title, note, columns, rows, highlighted = [] }: TableData): Table {
  const resolved = columns.map((column, k): Required<Column> => {
    const given = typeof column === "string" ? { name: column } : column;
    const first = rows.map((row) => row[k]).find((cell) => cell !== undefined);
    return { kind: typeof first === "number" || isNumber(first) ? "number" : "text", format: plain, ...given };
  });
  const head = resolved.map(({ name, kind }) => `<th scope="col"${classOf(kind)}>${inline(name)}</th>`);
  const body = rows.map((row, at) => {
    if (row.length !== columns.length)
      throw new Error(`table: "${title}" has ${columns.length} columns, but row ${at} has ${row.length} cells`);
    const cells = row.map((cell, k) => {
      const { kind, format } = resolved[k];
      const text = cell === undefined ? "\u2013" : typeof cell === "number" ? escaped(format(cell)) : inline(cell);
      return k === 0 ? `<th scope="row"${classOf(kind)}>${text}</th>` : `<td${classOf(kind)}>${text}</td>`;
    });
    return `<tr${highlighted.includes(at) ? ' class="highlighted"' : ""}>${cells.join("")}</tr>`;
  });
  const below = note === undefined ? "" : `<p class="note">${inline(note)}</p>`;
  return {
    title,
    html:
      `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table><caption>${inline(title)}</caption>` +
      `<thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>${below}`,
  };
}

const classOf = (kind: "text" | "number"): string => (kind === "number" ? ' class="number"' : "");

/** Whether text is a number with a unit or a spread, such as "95.61 %" or "0.1628 ± 0.002". */
function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && /^[-\u2212+]?\d[\d,.]*( %| s| ms|x)?( (±|\+-) .*)?$/.test(cell);
}
