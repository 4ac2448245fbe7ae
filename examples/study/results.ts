/** results.json: the configuration of an experiment, its hash, and every run with its figures. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { canonical, type JsonObject, plainObject } from "@polygrad/parallel/internal";
import { writeAtomically } from "polygrad/node";
import type { Study, StudyRun } from "./study.ts";

/** The content of results.json. A figure that is not finite is null. */
export interface Results {
  readonly experiment: string;
  /** All that the experiment sets: the options and settings of each run, grouped by part. */
  readonly configuration: JsonObject;
  /** The SHA-256 of the configuration as JSON with sorted keys. The code is not in it; it is in the key of each run. */
  readonly configurationSha256: string;
  readonly engine: string;
  readonly cpu: string;
  readonly runs: readonly RecordedRun[];
}

/** A run in results.json. */
export interface RecordedRun {
  readonly part: string;
  /** The SHA-256 of all that the run's result depends on. */
  readonly key: string;
  readonly options: JsonObject;
  readonly seed: number;
  /** The number of epochs. */
  readonly epochs: number;
  /** The figures of the last epoch. `seconds` is the time of training; all others are the same everywhere. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly weightsSha256: string;
}

/** What results.json says of some runs. */
export function resultsOf(
  { name, options }: Pick<Study, "name" | "options">,
  runs: readonly StudyRun<unknown>[],
): Results {
  const parts: Record<string, unknown[]> = {};
  for (const { part, options: own, settings, until } of runs) {
    // The number of threads and the replay of steps change no result.
    const { workers: _, capture: __, ...deciding } = settings;
    parts[part] = [...(parts[part] ?? []), { options: own, settings: deciding, until }];
  }
  const configuration = plainObject(name, "the configuration", { experiment: name, quick: options.quick, parts });
  return {
    experiment: name,
    configuration,
    configurationSha256: sha256(configuration),
    engine: `Node ${process.versions.node}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    runs: runs.map(({ part, key, options: own, settings: { seed }, until, figures, weightsSha256 }) => ({
      ...{ part, key, options: plainObject(name, "the options", own), seed, epochs: until },
      figures: Object.fromEntries(Object.entries(figures).map(([figure, value]) => [figure, finite(value)])),
      weightsSha256,
    })),
  };
}

/** The SHA-256 of a configuration, in hexadecimal. */
export function sha256(configuration: JsonObject): string {
  return createHash("sha256")
    .update(canonical("sha256", "the configuration", configuration))
    .digest("hex");
}

/** Writes results.json and report.html to the directory of the results. */
export async function writeResults(
  { options }: Pick<Study, "options">,
  results: object,
  report: string,
): Promise<void> {
  await writeText(join(options.out, "results.json"), jsonText(results));
  await writeText(join(options.out, "report.html"), report);
}

/** A file of the page of an experiment, in docs/results. */
export function pageFile(name: string): string {
  return join(resolve(dirname(process.argv[1])), "../docs/results", name);
}

/** An object as the text of a JSON file: a line for each member, and for each element of those that are lists. */
export function jsonText(value: object): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const lines = members.map(([name, member]) => {
    const text = Array.isArray(member)
      ? `[\n${member.map((element) => JSON.stringify(element)).join(",\n")}\n]`
      : JSON.stringify(member);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Writes a file, whole or not at all. Its directory is made if there is none. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, new TextEncoder().encode(text));
}

/** Reads what `writeText` and `jsonText` wrote. */
export async function readResults<Content = Results>(path: string | URL): Promise<Content> {
  return JSON.parse(await readFile(path, "utf8"));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
