/** The result of the study: the mean and the spread over the seeds, for each network. */
import { percent } from "../mnist/progress.ts";
import { meanAndSpread } from "../mnist/results.ts";

/** What the table needs of a run. */
export interface Row {
  readonly degree: number;
  readonly hidden: number;
  readonly parameters: number;
  readonly accuracy: number;
  readonly loss: number;
}

/** A table with a line for each degree and size, in ascending order. The spread is the sample standard deviation. */
export function tableOf(rows: readonly Row[]): string {
  const groups = new Map<string, Row[]>();
  for (const row of rows.toSorted((a, b) => a.degree - b.degree || a.hidden - b.hidden)) {
    const name = `${row.degree} ${row.hidden}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const lines = [...groups.values()].map((group) => {
    const [{ degree, hidden, parameters }] = group;
    const accuracy = meanAndSpread(group.map((row) => row.accuracy));
    const loss = meanAndSpread(group.map((row) => row.loss));
    return [
      ...[String(degree), String(hidden), parameters.toLocaleString("en"), String(group.length)],
      `${percent(accuracy.mean)} +- ${percent(accuracy.spread)}`,
      `${loss.mean.toFixed(4)} +- ${loss.spread.toFixed(4)}`,
    ];
  });
  const table = [["degree", "hidden", "parameters", "runs", "test accuracy", "test loss"], ...lines];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  return table.map((cells) => cells.map((cell, column) => cell.padStart(widths[column])).join("  ")).join("\n");
}
