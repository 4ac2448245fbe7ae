/** The penguins of npm's `vega-datasets`: 344 birds of three species (Horst, Hill & Gorman 2020, CC0). */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { type Regression, Table } from "polygrad";

/** The target: the body mass in grams. The inputs: everything else. Birds without one of the values are left out. */
export async function penguins(): Promise<Regression> {
  // The package is installed for the examples, and this may run from a bundle that is elsewhere.
  const require = createRequire(resolve(process.argv[1]));
  const list: readonly { readonly Sex: string | null }[] = JSON.parse(
    await readFile(require.resolve("vega-datasets/data/penguins.json"), "utf8"),
  );
  // Of one bird the sex is ".".
  return Table.from(list.filter(({ Sex }) => Sex !== ".")).regression({ target: "Body Mass (g)", missing: "drop" });
}
