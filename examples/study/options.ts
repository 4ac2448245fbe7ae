/** The command-line options that all experiments have, and their help text. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { integer } from "../mnist/options.ts";

/** What an experiment is. */
export interface Definition {
  /** The name of the command, of its directory of results and, unless `page` says another, of its page. */
  readonly name: string;
  readonly page?: string;
  /** What it asks, in a few lines of at most 120 characters. */
  readonly about: string;
  /** How many seeds there are by default. */
  readonly seeds: number;
  /** The first seed. Defaults to 0. */
  readonly firstSeed?: number;
  /** The default of --quick. Defaults to `seeds`. */
  readonly quickSeeds?: number;
  /** Further options, such as "images DIR" with a value or "tune" without one, and what each means. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Whether runs are kept as they are done, so that an experiment that was stopped goes on. Defaults to true. */
  readonly resumes?: boolean;
}

/** The options of an experiment. */
export interface StudyOptions {
  /** Whether to do a small part, in about a tenth of the time. */
  readonly quick: boolean;
  /** The directory of the results. */
  readonly out: string;
  readonly seeds: number;
  /** How many runs are done at a time. */
  readonly processes: number;
  /** Whether to write the figures of the experiment's page in docs/results, too. */
  readonly write: boolean;
  /** The values of the further options; undefined for one that was not given, and "true" for one without a value. */
  readonly extra: Readonly<Partial<Record<string, string>>>;
}

const RESUMES = " A run that is in DIR already is not done again, so";

/** The text of --help. */
export function helpOf(definition: Definition): string {
  const { name, page = name, about, seeds, firstSeed = 0, quickSeeds, extra, resumes = true } = definition;
  const ofQuick = quickSeeds === undefined || quickSeeds === seeds ? "" : `; ${quickSeeds} with --quick`;
  const lines = [
    ["--quick", "a small part of it, in about a tenth of the time"],
    ["--seeds N", `how many seeds; they count from ${firstSeed} (${seeds}${ofQuick})`],
    ["--out DIR", `the directory of the results (${defaultOut(name)})`],
    ["--processes N", "runs at a time; does not change the results (all cores)"],
    ...Object.entries(extra ?? {}).map(([option, meaning]) => [`--${option}`, meaning]),
    ["--write", `write the figures of docs/results/${page}.md, too`],
    ["--help", "print this help"],
  ];
  const width = Math.max(...lines.map(([option]) => option.length));
  return [
    `Usage: pnpm example ${name} [options]\n`,
    `${about}\n`,
    ...lines.map(([option, meaning]) => `  ${option.padEnd(width)}   ${meaning}`),
    `\nIt prints a table, and writes results.json and report.html to DIR.${resumes ? RESUMES : ""}`,
    `${resumes ? "an experiment that was stopped goes on where it was. " : ""}Ctrl-C, SIGTERM and SIGHUP end it.`,
    "Exit codes: 0 done, 2 error, 129, 130 or 143 stopped by SIGHUP, SIGINT or SIGTERM.",
  ].join("\n");
}

/**
 * Parses the command line.
 *
 * @returns the options, or undefined for `--help`
 * @throws Error if an option is unknown or its value is invalid; the message names the option and the values it accepts
 */
export function parseStudy(
  { name, seeds, quickSeeds = seeds, extra }: Definition,
  args: readonly string[],
): StudyOptions | undefined {
  const [text, flag] = [{ type: "string" } as const, { type: "boolean" } as const];
  const further = Object.keys(extra ?? {}).map((option) => option.split(" "));
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(further.map(([option, value]) => [option, value === undefined ? flag : text])),
      ...{ quick: flag, out: text, seeds: text, processes: text, write: flag, help: flag },
    },
  });
  if (values.help) return undefined;
  const given: Partial<Record<string, string>> = {};
  for (const [option, value] of Object.entries(values))
    if (further.some(([name]) => name === option)) given[option] = String(value);
  const quick = values.quick ?? false;
  return {
    quick,
    out: values.out ?? defaultOut(name),
    seeds: integer("seeds", values.seeds ?? String(quick ? quickSeeds : seeds), 1, 1000),
    processes: integer("processes", values.processes ?? String(availableParallelism()), 1, 1024),
    write: values.write ?? false,
    extra: given,
  };
}

function defaultOut(name: string): string {
  return `results/${name}`;
}
