/** Prints what became of the mutants: a table by file, and the survivors. */
import type { Outcome } from "./fleet.ts";
import type { Mutant } from "./mutant.ts";

/** A mutant with its end: an outcome, or that it need not be run, since it is explained or no test reaches it. */
export interface Fate {
  readonly mutant: Mutant;
  readonly state: Outcome["state"] | "explained" | "not reached";
}

const COLUMNS = ["mutants", "killed", "timed out", "explained", "survived", "score"];

/** The table and the list. The score is the share of mutants killed or timed out among those not explained. */
export function reportOf(fates: readonly Fate[]): string {
  const files = [...new Set(fates.map(({ mutant }) => mutant.file))];
  const width = Math.max(...files.map((file) => file.length));
  const row = (name: string, cells: readonly string[]): string =>
    name.padEnd(width) + cells.map((cell) => cell.padStart(11)).join("");
  const survivors = fates.filter(({ state }) => state === "survived" || state === "not reached");
  const list = survivors.map(({ mutant, state }) => `${state}: ${shown(mutant)}`);
  return [
    row("file", COLUMNS),
    ...files.map((file) => row(file, countsOf(fates.filter(({ mutant }) => mutant.file === file)))),
    row("all", countsOf(fates)),
    "",
    ...list,
    `${survivors.length} unexplained`,
  ].join("\n");
}

/** The place of a mutant, and its lines before and after the change. */
export function shown({ file, line, before, after }: Mutant): string {
  return `${file}:${line}\n  - ${before}\n  + ${after}`;
}

function countsOf(fates: readonly Fate[]): string[] {
  const count = (...states: Fate["state"][]): number => fates.filter(({ state }) => states.includes(state)).length;
  const [killed, timedOut, set] = [count("killed"), count("timed out"), count("explained")];
  const share = (killed + timedOut) / (fates.length - set);
  const survived = count("survived", "not reached");
  return [...[fates.length, killed, timedOut, set, survived].map(String), `${(100 * share).toFixed(1)} %`];
}
