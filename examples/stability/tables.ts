/** The tables of the experiment, made from its record. */
import type { Table } from "../study/index.ts";
import { type Outcome, outcomeOf, outcomes } from "./outcome.ts";
import { cellsOf, type Record, variantsIn } from "./record.ts";

/** For each recipe, how many networks train, and the accuracies, over the networks that all recipes are tried on. */
export function remedyTable(record: Record): Table {
  const names = variantsIn(record);
  const common = Math.max(...record.grid.hidden.filter((hidden) => hidden <= 64), record.grid.hidden[0]);
  return [
    ["recipe", "networks", "diverge", "do not train", "poorly", "train", "lowest", "median"],
    ...names.map(({ name, title }) => {
      const cells = cellsOf(record, name).filter(({ hidden }) => hidden <= common);
      const count = (outcome: Outcome) => String(cells.filter((cell) => outcomeOf(cell) === outcome).length);
      const accuracies = cells.map(({ accuracy }) => accuracy ?? 0).sort((a, b) => a - b);
      const kinds: Outcome[] = ["diverged", "untrained", "poor", "trained"];
      return [
        ...[title, String(cells.length), ...kinds.map(count)],
        ...[percent(accuracies[0]), percent(accuracies[Math.floor(accuracies.length / 2)])],
      ];
    }),
  ];
}

export function percent(share: number | undefined): string {
  return share === undefined ? "-" : (100 * share).toFixed(1);
}
void outcomes;
