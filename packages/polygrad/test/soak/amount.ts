/**
 * How much the soak runs: SOAK=1, the default, is all of it; SOAK=0.1 a tenth of it.
 *
 * The soak has seven parts: programs.test.ts compares random programs with a plain evaluation, runs.test.ts kills training
 * runs, kills.test.ts kills runs that resume, files.test.ts reads mutated data files, formats.test.ts those of other
 * programs, training.test.ts watches the memory of a long training, and site/test/soak that of the playground. Each prints
 * its counts. To repeat a failure, set FAST_CHECK_SEED and SOAK_PATH to the seed and the path that it has printed, and run
 * that one test.
 */
import { writeSync } from "node:fs";

/** The share of the full soak that runs. */
export const SOAK: number = Number(process.env.SOAK ?? 1);
if (!(SOAK > 0)) throw new Error(`SOAK is "${process.env.SOAK}"; give the share of the full soak to run, such as 0.1`);

/** The seed of all that is random: FAST_CHECK_SEED, or by default one of its own for each run. */
export const SEED: number = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);

/** How many there are in this run, of so many in the full soak. */
export function share(full: number): number {
  return Math.max(1, Math.round(SOAK * full));
}

/** The options of fast-check for so many runs in the full soak. */
export function draws(full: number): { numRuns: number; seed: number; path?: string } {
  const path = process.env.SOAK_PATH;
  return { numRuns: share(full), seed: SEED, ...(path === undefined ? {} : { path }) };
}

/** Prints the counts of one part, in one line. */
export function summarise(part: string, counts: Readonly<Record<string, number | string>>): void {
  const texts = Object.entries(counts).map(([name, count]) => `${name} ${count.toLocaleString("en")}`);
  writeSync(1, `soak, ${part} (SOAK=${SOAK}, FAST_CHECK_SEED=${SEED}): ${texts.join(", ")}\n`);
}
