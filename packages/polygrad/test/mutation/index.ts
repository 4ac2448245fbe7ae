/**
 * `pnpm test:mutation [autograd|nn] [--sample N] [--minutes N] [--file TEXT]`: changes the sources in small ways, one at a time, and
 * reports the changes that no test of the package notices.
 *
 * `--sample` takes N mutants of each package, the same ones each time; `--minutes` as many of each as can be run in that
 * time; `--file` those in files whose names contain TEXT. `--processes`, 2 by default, run at once.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compiling } from "./compiles.ts";
import { explained } from "./equivalent.ts";
import { runAll } from "./fleet.ts";
import { changed, type Mutant } from "./mutant.ts";
import { mutantsOf } from "./mutators.ts";
import { reachOf } from "./reach.ts";
import { type Fate, reportOf, shown } from "./report.ts";
import type { Task } from "./runner.ts";
import { bundleImports, cache, type PackageName, packageNames, read, root } from "./session.ts";

const options = {
  sample: { type: "string" },
  minutes: { type: "string", default: "Infinity" },
  file: { type: "string", default: "" },
  processes: { type: "string", default: "2" },
} as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const chosen = packageNames.filter((name) => positionals.length === 0 || positionals.includes(name));

/** All mutants of a package that compile, or a sample: those that come first. */
function candidates(name: PackageName): Mutant[] {
  const folder = `packages/${name}/src`;
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && `${folder}/${file}`.includes(values.file))
    .sort();
  const all = files.flatMap((file) => mutantsOf(`${folder}/${file}`, read(`${folder}/${file}`)));
  const size = values.sample === undefined ? all.length : Number(values.sample);
  return compiling(root, all)
    .toSorted((a, b) => (hash(a) < hash(b) ? -1 : 1))
    .slice(0, size);
}

/** Mutants run in the order of their hashes, so whatever has run when the time is over is a fair sample. */
function hash({ file, before, after }: Mutant): string {
  return createHash("sha1").update(`${file} ${before} ${after}`).digest("hex");
}

/** What became of the mutants so far. */
const states = new Map<Mutant, Fate["state"]>();

async function run(name: PackageName): Promise<void> {
  const mutants = candidates(name);
  const isExplained = (m: Mutant): boolean =>
    explained.some((e) => e.file === m.file && e.before === m.before && e.after === m.after);
  await bundleImports(name);
  const { tests, slowest } = await reachOf(name, mutants);
  const tasks = new Map<Task, Mutant>();
  for (const mutant of mutants) {
    const files = tests.get(mutant) ?? [];
    if (isExplained(mutant)) states.set(mutant, "explained");
    else if (files.length === 0) states.set(mutant, "not reached");
    else tasks.set({ file: mutant.file, content: changed(read(mutant.file), [mutant]), tests: files }, mutant);
  }
  const patience = 10_000 + 5 * slowest;
  console.log(
    `${name}: ${mutants.length} mutants; runs ${tasks.size}; a test may take ${Math.round(patience / 1000)} s`,
  );
  let done = 0;
  await runAll(name, [...tasks.keys()], {
    size: Number(values.processes),
    patience,
    until: performance.now() + Number(values.minutes) * 60_000,
    onOutcome: (task, { state }) => {
      const mutant = tasks.get(task);
      if (mutant !== undefined) states.set(mutant, state);
      if (mutant !== undefined && state !== "killed") console.log(`${state}: ${shown(mutant)}`);
      if (++done % 50 === 0)
        console.log(`${name}: ${done} of ${tasks.size}, ${Math.round(performance.now() / 1000)} s`);
    },
  });
}

function inSources(a: Mutant, b: Mutant): number {
  return a.file.localeCompare(b.file) || a.start - b.start;
}

/** Prints the report, also of a run that is interrupted. */
function finish(): void {
  const fates = [...states].map(([mutant, state]) => ({ mutant, state }));
  const report = reportOf(fates.toSorted((a, b) => inSources(a.mutant, b.mutant)));
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, `report-${chosen.join("-")}.txt`), `${report}\n`);
  console.log(report);
  process.exitCode = fates.some(({ state }) => state === "survived" || state === "not reached") ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    finish();
    process.exit();
  });
for (const name of chosen) await run(name);
finish();
