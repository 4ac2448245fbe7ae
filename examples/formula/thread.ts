/** What a thread does: one run, of which it gets the name of the formula and the seed. */
import { find } from "./find.ts";
import { type FoundRun, foundRunOf } from "./findings.ts";
import { targets } from "./targets.ts";

/** A run to do. */
export type Job = Pick<FoundRun, "formula" | "seed">;

export default async function run({ formula, seed }: Job): Promise<FoundRun> {
  return foundRunOf(formula, seed, await find(targets[formula], seed));
}
