/** The report of a sweep: a table of its runs in CSV (RFC 4180), in the order of their configurations. */

import type { Json, JsonObject } from "@polygrad/parallel/internal";
import type { Failure, Summary } from "./job.ts";

/** A row of the report. */
export interface Row {
  readonly key: string;
  readonly options: JsonObject;
  readonly worker: string | undefined;
  readonly attempts: number;
  readonly reused: boolean;
  readonly summary: Summary | undefined;
  readonly error: Failure | undefined;
  /** Whether its worker was found to compute wrongly. */
  readonly suspect: boolean;
}

/** The report: a column for each option and each figure of any run, in the order in which they occur first. */
export function reportOf(rows: readonly Row[]): string {
  const options = namesIn(rows.map((row) => row.options));
  const figures = namesIn(rows.map((row) => row.summary ?? {}));
  const header = ["run", "status", ...options, ...figures, "attempts", "worker", "reused", "error"];
  const lines = rows.map(({ key, options: own, summary, error, attempts, worker, reused, suspect }) => [
    key.slice(0, 16),
    error !== undefined ? "failed" : suspect ? "suspect" : "done",
    ...options.map((name) => textOf(own[name])),
    ...figures.map((name) => textOf(summary && Reflect.get(summary, name))),
    ...[String(attempts), worker ?? "", String(reused), error === undefined ? "" : `${error.name}: ${error.message}`],
  ]);
  return [header, ...lines].map((fields) => `${fields.map(field).join(",")}\r\n`).join("");
}

function namesIn(objects: readonly object[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))];
}

/** A value in a field: text as it is, lists and objects as JSON, nothing for what a run does not have. */
function textOf(value: Json | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A field that contains a separator, a quote or a line break is quoted, its quotes doubled. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
