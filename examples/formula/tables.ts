/** The tables of the experiment, from the runs that results.json holds. */
import type { Table } from "../study/index.ts";
import { settings } from "./find.ts";
import type { Findings, FoundRun } from "./findings.ts";
import { targets, textOf } from "./targets.ts";

/** A table, what it shows, and how to read it. */
export interface TitledTable {
  readonly title: string;
  readonly note: string;
  readonly table: Table;
}

/** How often each formula was found, what was not found, and what was looked for. */
export function tablesOf({ runs }: Pick<Findings, "runs">): TitledTable[] {
  const formulas = new Map<string, FoundRun[]>();
  for (const run of runs) formulas.set(run.formula, [...(formulas.get(run.formula) ?? []), run]);
  const failures = runs.filter(({ found }) => found === false);
  return [
    {
      title: "How often the formula was found",
      note:
        "Found: every coefficient of the network, multiplied out, is within 0.005 of the truth, those of all other powers " +
        "within 0.005 of 0. Coefficients: those of the network, with the median after pruning and the range. Error: root mean " +
        "square on the test samples, median. Network - formula: the largest difference on the test samples between the network, " +
        "in float32, and its formula with all digits. Steps: those of fine-tuning while pruning, median.",
      table: [
        [
          ...["formula", "found", "found unpruned", "coefficients", "error unpruned", "error pruned"],
          ...["network - formula", "steps"],
        ],
        ...Array.from(formulas.values(), rowOf),
      ],
    },
    {
      title: "What was not found",
      note:
        "The coefficient that is furthest from the truth, by how much, before pruning and after; and the number of terms that are " +
        "printed, those of 0.005 and more.",
      table: [
        ["formula", "seed", "off unpruned", "off pruned", "terms", "coefficients", "error unpruned", "error pruned"],
        ...failures.map(({ formula, seed, furthest, written, coefficients, error }) => [
          ...[formula, String(seed), ...(furthest ?? []).map((off) => off.toPrecision(2))],
          ...[String(termsIn(written)), coefficients.join(" → "), ...error.map(exponential)],
        ]),
      ],
    },
    {
      title: "What was looked for",
      note: "The network has two polynomial layers of this degree, with so many units between them.",
      table: [
        ["formula", "is", "degree", "units", "what it is"],
        ...Array.from(formulas.keys(), (name) => {
          const target = targets[name];
          return [name, textOf(target), String(target.degree), String(target.hidden), target.about];
        }),
      ],
    },
  ];
}

function rowOf(runs: readonly FoundRun[]): string[] {
  const [{ formula, coefficients, found }] = runs;
  const left = runs.map((run) => run.coefficients[1]);
  const share = (is: (run: FoundRun) => boolean) =>
    found === null ? "-" : `${runs.filter(is).length} of ${runs.length}`;
  return [
    formula,
    share((run) => run.found === true),
    share(({ furthest }) => furthest !== null && furthest[0] < settings.threshold),
    `${coefficients[0]} → ${median(left)} (${Math.min(...left)} to ${Math.max(...left)})`,
    exponential(median(runs.map(({ error }) => error[0]))),
    exponential(median(runs.map(({ error }) => error[1]))),
    exponential(Math.max(...runs.map(({ difference }) => difference))),
    Math.round(median(runs.map(({ steps }) => steps))).toLocaleString("en"),
  ];
}

/** The number of terms of what is printed. */
export function termsIn(written: string): number {
  return written.split(/ [+-] /).length;
}

function exponential(value: number): string {
  return value.toExponential(1);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
