/** The report: everything that was measured, and the figures made from it, in the form in which it is written as JSON. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { disagreement, TOLERANCE } from "./agreement.ts";
import type { DatasetName, ModelName, Shape } from "./cases.ts";
import { CORES, type Contender } from "./contenders.ts";
import type { Measured, Missing, Result } from "./measure.ts";
import { median, pairedRatio, present, type Ratio } from "./statistics.ts";

/** A contender in a case, with its figures. */
export interface Entry extends Contender, Omit<Result, "contender"> {
  readonly medianSeconds: number;
  readonly fastestSeconds: number;
  /** Their time over Polygrad's on one worker, and on all of them: above 1 if they are slower. */
  readonly toOne?: Ratio | undefined;
  readonly toAll?: Ratio | undefined;
  /** See `agreement.ts`. */
  readonly disagreement?: number | undefined;
  /** Of the race only. */
  readonly startSeconds?: readonly number[];
  readonly accuracies?: readonly number[];
}

export interface Case {
  readonly name: string;
  readonly kind: "training" | "race" | "product";
  /** Of a training. */
  readonly dataset?: DatasetName;
  readonly model?: ModelName;
  readonly batchSize?: number;
  /** Of a product. */
  readonly shape?: Shape;
  readonly entries: readonly Entry[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

export interface Report {
  /** Which version of this form it is. */
  readonly format: 1;
  readonly date: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly settings: Readonly<Record<string, number>>;
  readonly cases: readonly Case[];
  /** Cases that could not be measured. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** A case with the figures of its contenders. */
export function caseOf(about: Pick<Case, "name" | "kind"> & Partial<Case>, { results, missing }: Measured): Case {
  const one = results.find(({ contender }) => contender.role === "one")?.seconds;
  const all = results.find(({ contender }) => contender.role === "all")?.seconds;
  const entries = results.map(({ contender, ...result }): Entry => {
    const seconds = present(result.seconds);
    return {
      ...contender,
      ...result,
      medianSeconds: median(seconds),
      fastestSeconds: Math.min(...seconds),
      toOne: pairedRatio(result.seconds, one),
      toAll: pairedRatio(result.seconds, all),
      disagreement: disagreement(result, results),
    };
  });
  const absent = ({ contender, reason }: Missing) => ({ name: contender.name, reason });
  return { ...about, entries, missing: missing.map(absent) };
}

/** The entry with the lowest median time. */
export function fastestOf(entries: readonly Entry[]): Entry | undefined {
  return [...entries].sort((a, b) => a.medianSeconds - b.medianSeconds).at(0);
}

/** PyTorch at its best in a case: of one variant, or of all; undefined if it did not take part. */
export function torchOf({ entries }: Case, variant?: string): Entry | undefined {
  const torch = entries.filter(({ family }) => family === "torch");
  return fastestOf(variant === undefined ? torch : torch.filter((entry) => entry.variant === variant));
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

/** Whether the contenders trained the same thing, as sentences. */
export function verdict(cases: readonly Case[]): { readonly agree: boolean; readonly sentences: readonly string[] } {
  const compared = cases.flatMap(({ name, entries }) =>
    entries.flatMap((entry) =>
      typeof entry.disagreement === "number" ? [{ name, contender: entry.name, difference: entry.disagreement }] : [],
    ),
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

/** Which cases are left out and why, one sentence for each reason. */
export function leftOutSentences({ leftOut }: Report): string[] {
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))];
  const names = (why: string) => leftOut.filter(({ reason }) => reason === why).map(({ name }) => name);
  return reasons.map((reason) => `Left out: ${names(reason).join(", ")}, because ${reason}.`);
}

/** Numbers are rounded to six digits; lists of numbers stay on one line. */
export function toJson(report: Report): string {
  const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(6)) : value);
  const text = JSON.stringify(report, rounded, 1);
  return `${text.replace(/\[[\d\s.,e+null-]*\]/g, (list) => list.replace(/\s+/g, " "))}\n`;
}

export async function writeReport(file: string, report: Report): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, toJson(report));
}

/** @throws Error if the file is not a report of this form */
export async function readReport(file: string): Promise<Report> {
  const report: Report = JSON.parse(await readFile(file, "utf8"));
  if (report.format !== 1) throw new Error(`${file} is not a report of bench:peers of this version; measure again`);
  return report;
}
