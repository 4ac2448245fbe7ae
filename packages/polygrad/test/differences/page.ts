/** Reads docs/pytorch.md: its tables, and the code in their cells. */
import { readFileSync } from "node:fs";

export const text: string = readFileSync(new URL("../../../../docs/pytorch.md", import.meta.url), "utf8");

/** The rows of all tables with these columns. */
export function rowsOf(columns: readonly string[]): string[][] {
  const header = `| ${columns.join(" | ")} |`;
  return text
    .split("\n\n")
    .map((block) => block.trimEnd().split("\n"))
    .filter(([first]) => first === header)
    .flatMap(([, , ...lines]) => lines.map(cellsOf));
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.replaceAll("\\|", "|").trim());
}

/** The code in a cell or a page. */
export function codeIn(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);
}
