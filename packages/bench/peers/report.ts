/** The report: tables for people, and JSON with everything that was measured. */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { disagreement, TOLERANCE } from "./agreement.ts";
import { LEARNING_RATE, SEED } from "./cases.ts";
import { CORES, OURS, OURS_ALL } from "./contenders.ts";
import type { Measured, Missing, Result } from "./measure.ts";
import { median, pairedRatio } from "./statistics.ts";

/** The figures of one result. */
function figures(result: Result, results: readonly Result[]) {
  const of = (name: string) => results.find(({ contender }) => contender.name === name)?.seconds;
  return {
    name: result.contender.name,
    medianSeconds: median(result.seconds),
    /** Their time over ours: above 1 if they are slower. */
    toOurs: pairedRatio(result.seconds, of(OURS)),
    toOursOnAllCores: pairedRatio(result.seconds, of(OURS_ALL)),
    disagreement: disagreement(result, results),
  };
}

/** A table in Markdown, aligned so that it can be read as plain text. */
export function table({ name, results, missing }: Measured): string {
  const product = name.startsWith("gemm");
  const flops = product
    ? name
        .replace("gemm ", "")
        .split(" x ")
        .reduce((all, size) => all * Number(size), 2)
    : 0;
  const header = product
    ? [name, "GFLOPS", "time / ours"]
    : [name, "s/epoch", `time / ${OURS}`, `time / ${OURS_ALL}`, "last loss", "losses differ by"];
  const rows = results.map((result) => {
    const { name, medianSeconds, toOurs, toOursOnAllCores, disagreement } = figures(result, results);
    if (product) return [name, (flops / medianSeconds / 1e9).toFixed(1), ratio(toOurs)];
    return [
      `${name}${result.contender.slow ? " (worked out from some batches)" : ""}`,
      medianSeconds.toFixed(3),
      ratio(toOurs),
      ratio(toOursOnAllCores),
      result.losses.at(-1)?.toFixed(5) ?? "-",
      disagreement === undefined ? "-" : `${(100 * disagreement).toFixed(4)} %`,
    ];
  });
  const absent = missing.map(({ contender, reason }) => `missing: ${contender.name}: ${reason}`);
  return [...aligned([header, ...rows]), ...absent, ""].join("\n");
}

function ratio(value: number | undefined): string {
  return value === undefined ? "-" : value.toFixed(2);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const padded = rows.map((row) =>
    line(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k])))),
  );
  const rule = line(widths.map((width, k) => (k === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)));
  return [padded[0], rule, ...padded.slice(1)];
}

/** What the contenders report about themselves, one line each. */
export function introductions(all: readonly Measured[]): string[] {
  const lines = all.flatMap(({ results }) =>
    results.map(({ contender, about }) => {
      const facts = Object.entries(about).map(([key, value]) => `${key} ${value}`);
      return `${contender.name}: ${facts.join(", ")}`;
    }),
  );
  return [...new Set(lines)];
}

/** Whether the contenders trained the same thing, as sentences. */
export function verdict(all: readonly Measured[]): { readonly agree: boolean; readonly sentences: readonly string[] } {
  const compared = all.flatMap(({ name, results }) =>
    results.flatMap((result) => {
      const difference = disagreement(result, results);
      return difference === undefined ? [] : { name, contender: result.contender.name, difference };
    }),
  );
  const wrong = compared.filter(({ difference }) => difference > TOLERANCE);
  const sentences = wrong.map(
    ({ name, contender, difference }) =>
      `${name}: ${contender} trains something else: its losses differ by ${(100 * difference).toFixed(2)} %`,
  );
  const most = Math.max(...compared.map(({ difference }) => difference));
  if (wrong.length === 0 && compared.length > 0)
    sentences.push(`All train the same thing: their losses differ by ${(100 * most).toFixed(4)} % at most.`);
  return { agree: wrong.length === 0, sentences };
}

/** The machine and the versions of Node and V8. */
export function machine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: CORES,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    v8: process.versions.v8,
  };
}

export async function writeReport(file: string, date: Date, rounds: number, all: readonly Measured[]): Promise<void> {
  const absent = ({ contender, reason }: Missing) => ({ name: contender.name, reason });
  const cases = all.map(({ name, results, missing }) => ({
    name,
    contenders: results.map((result) => {
      const { seconds, losses, headLoss, about, contender } = result;
      const extrapolated = contender.slow ?? false;
      return { ...figures(result, results), about, seconds, extrapolated, losses, headLoss };
    }),
    missing: missing.map(absent),
  }));
  const settings = { rounds, learningRate: LEARNING_RATE, seed: SEED, tolerance: TOLERANCE };
  const report = { date: date.toISOString(), machine: machine(), settings, cases };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}
