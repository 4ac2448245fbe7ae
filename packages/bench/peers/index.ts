/** `pnpm bench:peers`: runs the same training in Polygrad and in its peers, by turns, on this machine. */
import { fileURLToPath } from "node:url";
import { CASES, LEARNING_RATE, PRODUCTS, RACE, SEED, TRAININGS } from "./cases.ts";
import { killAll } from "./child.ts";
import { findTorch, installPackages } from "./install.ts";
import { measureProducts, measureTraining, type Session } from "./measure.ts";
import { help, type Options, parseOptions } from "./options.ts";
import { installOurs } from "./packed.ts";
import { writePages } from "./pages.ts";
import { measureRace } from "./race.ts";
import {
  type Case,
  caseOf,
  leftOutSentences,
  machine,
  type Report,
  readReport,
  torchOf,
  verdict,
  writeReport,
} from "./report.ts";
import { share } from "./share.ts";
import { caseTable, coresTable, memoryTable, summaryTable } from "./tables.ts";
import { messageOf } from "./turns.ts";

const CACHE = fileURLToPath(new URL("../../../.cache/bench-peers", import.meta.url));

async function main(options: Options): Promise<number> {
  if (options.from === undefined) await measureAll(options);
  // As it has been written, with rounded numbers: so the pages can be made from it again.
  const report = await readReport(options.from ?? options.out);
  console.log(["", summaryTable(report), "", coresTable(report), "", memoryTable(report), ""].join("\n"));
  console.log(introductions(report.cases).join("\n"));
  const { agree, sentences } = verdict(report.cases);
  console.log(
    ["", ...leftOutSentences(report), ...sentences, `The report is in ${options.from ?? options.out}.`].join("\n"),
  );
  if (options.write) console.log(`Written: ${(await writePages(report)).join(", ")}.`);
  return agree ? 0 : 1;
}

/** Measures the chosen cases. The report is written after each, so that what is done is not lost. */
async function measureAll(options: Options): Promise<Report> {
  const { rounds, turnSeconds, only, out } = options;
  const date = new Date().toISOString();
  const session = await prepare(options);
  console.log(
    Object.entries(machine())
      .map(([key, value]) => `${key} ${value}`)
      .join(", "),
  );
  const cases: Case[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  const settings = { rounds, turnSeconds, learningRate: LEARNING_RATE, seed: SEED, target: RACE.target };
  const report = (): Report => ({ format: 1, date, machine: machine(), settings, cases, leftOut });
  for (const name of CASES.filter((candidate) => only.includes(candidate))) {
    try {
      const measured = await measureCase(name, cases, session);
      showProgress("");
      for (const one of measured) console.log(`\n${caseTable(one)}`);
      cases.push(...measured);
    } catch (error) {
      leftOut.push({ name, reason: messageOf(error) });
      console.log(`\n${name} is left out: ${messageOf(error)}`);
    }
    await writeReport(out, report());
  }
  return report();
}

/** Installs what the chosen contenders need, and writes the files that they read. */
async function prepare({ rounds, turnSeconds, only, peers }: Options): Promise<Session> {
  const notChosen = new Error("not chosen with --peers");
  const places = {
    ours: peers.includes("ours") ? await installOurs(`${CACHE}/ours`) : notChosen,
    packages: peers.some((family) => !["ours", "torch"].includes(family)) ? await installPackages(CACHE) : notChosen,
    python: peers.includes("torch") ? await findTorch() : notChosen,
  };
  const datasets = TRAININGS.filter(({ name }) => only.includes(name)).map(({ dataset }) => dataset);
  const epochs = Math.max(rounds + 1, RACE.most);
  const shared = await share(CACHE, { seed: SEED, epochs, datasets: [...new Set([RACE.dataset, ...datasets])] });
  return { rounds, turnSeconds, families: peers, places, shared, onProgress: showProgress };
}

async function measureCase(name: string, before: readonly Case[], session: Session): Promise<Case[]> {
  if (name === PRODUCTS) {
    const all = await measureProducts(session);
    return all.map(({ shape, measured }) =>
      caseOf({ name: `${PRODUCTS} ${shape.join(" x ")}`, kind: "product", shape }, measured),
    );
  }
  if (name === RACE.name) {
    const sameNetwork = before.filter((one) => one.dataset === RACE.dataset && one.model === RACE.model);
    const known = sameNetwork.find(({ batchSize }) => batchSize === RACE.batchSize) ?? sameNetwork[0];
    const fastest = known && torchOf(known)?.name;
    return [caseOf({ name, kind: "race" }, await measureRace(fastest, session))];
  }
  const training = TRAININGS.find((candidate) => candidate.name === name);
  return training === undefined
    ? []
    : [caseOf({ ...training, kind: "training" }, await measureTraining(training, session))];
}

/** What the contenders report about themselves, one line each. */
function introductions(cases: readonly Case[]): string[] {
  const lines = cases.flatMap(({ entries }) =>
    entries.map(({ name, about }) => {
      const facts = Object.entries(about).map(([key, value]) => `${key} ${value}`);
      return `${name}: ${facts.join(", ")}`;
    }),
  );
  return [...new Set(lines)];
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
