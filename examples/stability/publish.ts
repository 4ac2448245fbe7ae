/** What the experiment shows of its record: a table and maps in the terminal. */

import type { StudyOptions } from "../study/index.ts";
import { textTable } from "../study/index.ts";
import { mapText, outcomes } from "./outcome.ts";
import { cellsOf, type Record, variantsIn } from "./record.ts";
import { remedyTable } from "./tables.ts";

export async function publish(record: Record, options: StudyOptions): Promise<void> {
  console.log(terminalText(record));
}

/** A map for each recipe, and a table of all. */
export function terminalText(record: Record): string {
  const maps = variantsIn(record).map(({ name, title }) => `${title}\n${mapText(cellsOf(record, name), record.grid)}`);
  const legend = Object.values(outcomes).map(({ character, meaning }) => `${character} ${meaning}`);
  return [
    maps.join("\n\n"),
    `Lines are hidden sizes, columns degrees.  ${legend.join("   ")}`,
    textTable(remedyTable(record)),
    `configuration ${record.configurationSha256}`,
  ].join("\n\n");
}
