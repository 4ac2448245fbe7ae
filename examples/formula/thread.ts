/** What a thread does: it gets the name of a formula and a seed, and answers with the run. */
import { parentPort } from "node:worker_threads";
import { find } from "./find.ts";
import { type FoundRun, foundRunOf } from "./findings.ts";
import { targets } from "./targets.ts";

/** A run to do. */
export type Job = Pick<FoundRun, "formula" | "seed">;

parentPort?.on("message", async ({ formula, seed }: Job) => {
  parentPort?.postMessage(foundRunOf(formula, seed, await find(targets[formula], seed)));
});
