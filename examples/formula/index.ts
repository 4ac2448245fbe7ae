/** `pnpm example formula`: fits networks to formulas, prunes them, and prints the formulas that are left. */
import { parseArgs } from "node:util";
import { integer } from "../mnist/options.ts";
import { type Found, find } from "./find.ts";
import { type Target, targets } from "./targets.ts";

const help = `Usage: pnpm example formula [NAME ...] [options]

Fits a small polynomial network to values of a formula, removes what it can do without, multiplies it out, and prints the
polynomial that is left. Without names, it looks for all of these:

${Object.entries(targets)
  .map(([name, { about }]) => `  ${name.padEnd(9)}${about}`)
  .join("\n")}

  --seeds N    look for each N times, from seeds 1 to N, and print a table   (1)
  --network    print the pruned network, too
  --help       print this help

A formula takes about 5 seconds.`;

/** Runs the example and returns the exit code. */
export function main(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { seeds: { type: "string" }, network: { type: "boolean" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const seeds = values.seeds === undefined ? 1 : integer("seeds", values.seeds, 1, 1000);
  for (const name of positionals)
    if (!Object.hasOwn(targets, name)) throw new Error(`there is no formula "${name}"; see --help`);
  const chosen = positionals.length > 0 ? positionals : Object.keys(targets);
  if (seeds === 1) for (const name of chosen) describe(targets[name], values.network ?? false);
  else table(chosen, seeds);
  return 0;
}

function describe(target: Target, network: boolean): void {
  const { network: text, expanded, reports, rmse } = find(target, 1);
  const [{ coefficientsBefore }] = reports;
  const { coefficientsAfter } = reports[reports.length - 1];
  console.log(`${target.about}:`);
  if (network) console.log(text.replace(/^/gm, "  "));
  console.log(`  ${expanded}`);
  const errors = rmse.map((error) => error.toExponential(1));
  console.log(`  ${coefficientsBefore} -> ${coefficientsAfter} coefficients, error ${errors[0]} -> ${errors[1]}\n`);
}

/** One line for each formula: how often it was found, and medians over the seeds. */
function table(names: readonly string[], seeds: number): void {
  console.log("formula   found    coefficients   terms   error before   after    steps");
  for (const name of names) {
    const all = Array.from({ length: seeds }, (_, k) => find(targets[name], k + 1));
    const right = all.filter(({ isRight }) => isRight).length;
    const middle = (of: (found: Found) => number) => median(all.map(of));
    console.log(
      [
        name.padEnd(9),
        (all[0].isRight === undefined ? "-" : `${right} of ${seeds}`).padEnd(8),
        `${all[0].reports[0].coefficientsBefore} -> ${middle(({ reports }) => reports[reports.length - 1].coefficientsAfter)}`.padEnd(
          14,
        ),
        String(middle(({ expanded }) => String(expanded).split(/ [+-] /).length)).padEnd(7),
        middle(({ rmse }) => rmse[0])
          .toExponential(1)
          .padEnd(14),
        middle(({ rmse }) => rmse[1])
          .toExponential(1)
          .padEnd(8),
        Math.round(middle(({ reports }) => reports.reduce((sum, { steps }) => sum + steps, 0))),
      ].join(" "),
    );
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
