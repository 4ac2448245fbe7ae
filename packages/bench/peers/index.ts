/** `pnpm bench:peers`: runs the same training in Polygrad and in its peers, in turn, on this machine. */
import { fileURLToPath } from "node:url";
import { CASES, SEED } from "./cases.ts";
import { killAll } from "./child.ts";
import { findTorch, installPackages } from "./install.ts";
import { type Measured, measure } from "./measure.ts";
import { help, type Options, parseOptions } from "./options.ts";
import { introductions, machine, table, verdict, writeReport } from "./report.ts";
import { share } from "./share.ts";

const CACHE = fileURLToPath(new URL("../../../.cache/bench-peers", import.meta.url));

/** Measures all chosen cases; returns the exit code. */
async function main({ rounds, only, peers, out }: Options): Promise<number> {
  const date = new Date();
  const fromNpm = peers.some((family) => family !== "ours" && family !== "torch");
  const packages = fromNpm ? await installPackages(CACHE) : new Error("not chosen with --peers");
  const python = peers.includes("torch") ? await findTorch() : new Error("not chosen with --peers");
  const shared = await share(CACHE, SEED, rounds + 1);
  const about = machine();
  console.log(
    Object.entries(about)
      .map(([key, value]) => `${key} ${value}`)
      .join(", "),
  );
  const all: Measured[] = [];
  for (const name of CASES.filter((candidate) => only.includes(candidate))) {
    const session = { rounds, families: peers, places: { packages, python }, shared, onProgress: showProgress };
    const measured = await measure(name, session);
    showProgress("");
    for (const one of measured) console.log(`\n${table(one)}`);
    all.push(...measured);
    await writeReport(out, date, rounds, all);
  }
  console.log(introductions(all).join("\n"));
  const { agree, sentences } = verdict(all);
  console.log(["", ...sentences, `The figures are in ${out}.`].join("\n"));
  return agree ? 0 : 1;
}

/** Shows a line that the next one replaces; does nothing unless standard error is a terminal. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

process.on("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(help);
  process.exitCode = options === undefined ? 0 : await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
