/** `pnpm example formula`: fits networks to formulas, prunes them, and prints the formulas that are left. */
import { join } from "node:path";
import { grid, range } from "@polygrad/sweep";
import { wrap } from "../mnist/terminal.ts";
import type { Output } from "../output.ts";
import { type Definition, pageFile, runStudy, type Study, textTable, writeText } from "../study/index.ts";
import { type FoundRun, findingsOf, findingsText } from "./findings.ts";
import { prunedFigure, reportOf } from "./report.ts";
import { tablesOf, termsIn } from "./tables.ts";
import { targets } from "./targets.ts";
import { findAll } from "./threads.ts";

/** Seeds 1 to 5 were used to choose the settings. */
const FIRST_SEED = 100;
/** What is printed of a formula: those that are found are shorter. */
const LONGEST = 100;

const definition: Definition = {
  name: "formula",
  page: "formulas",
  about: `Fits a small polynomial network to values of a formula, removes what it can do without, multiplies it out, and prints the
polynomial that is left:

${Object.entries(targets)
  .map(([name, { about }]) => `  ${name.padEnd(9)}${about}`)
  .join("\n")}`,
  seeds: 10,
  quickSeeds: 1,
  firstSeed: FIRST_SEED,
  extra: { "formulas NAMES": "only these, such as kinetic,field" },
  resumes: false,
};

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    const { quick, out, write, seeds, processes } = study.options;
    const jobs = grid({ formula: chosen(study), seed: range(FIRST_SEED, FIRST_SEED + seeds) });
    const runs = await findAll(jobs, { threads: processes, signal: study.signal, each: print });
    const findings = findingsOf(runs, quick);
    const drawn = await prunedFigure();
    await writeText(join(out, "results.json"), findingsText(findings));
    await writeText(join(out, "report.html"), await reportOf(findings, drawn));
    if (write) {
      const { standalone } = await import("../report/index.ts");
      await writeText(pageFile("formulas.json"), findingsText(findings));
      await writeText(pageFile("formulas.svg"), standalone(drawn));
    }
    for (const { title, note, table } of tablesOf(findings))
      console.log(`${title}\n\n${textTable(table)}\n\n${wrap(note, 120).join("\n")}\n`);
    console.log(`configuration ${findings.configurationSha256}`);
  });
}

/** The formulas that --formulas names. */
function chosen({ options: { extra } }: Study): readonly string[] {
  const names = Object.keys(targets);
  const given = extra.formulas?.split(",") ?? names;
  for (const name of given)
    if (!names.includes(name)) throw new RangeError(`--formulas must be some of ${names.join(",")}, got "${name}"`);
  return given;
}

/** Prints what a run has found. */
function print({ formula, seed, written, found, coefficients, error }: FoundRun): void {
  if (seed === FIRST_SEED) console.log(`${targets[formula].about}:`);
  const text =
    written.length <= LONGEST
      ? written
      : `${written.slice(0, written.lastIndexOf(" ", LONGEST))} ... (${termsIn(written)} terms)`;
  const verdict = found === null ? "" : found ? "found, " : "not found, ";
  const [before, after] = error.map((value) => value.toExponential(1));
  console.log(`  ${text}`);
  console.log(`    seed ${seed}: ${verdict}${coefficients.join(" -> ")} coefficients, error ${before} -> ${after}`);
}
