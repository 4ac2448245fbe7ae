/** What is kept of the experiment: every run, every measurement, and what they were made with. */
import type { StudyRun } from "../study/index.ts";
import { type Grid, variantsAt } from "./grid.ts";
import type { Measurements } from "./measurements.ts";
import type { Cell } from "./network.ts";
import type { Trained } from "./outcome.ts";
import type { Configuration } from "./recipe.ts";
import type { Variant } from "./variants.ts";

/** A run on the map. */
export interface MapRun extends Cell, Trained {
  readonly variant: string;
  readonly seed: number;
}

/** The content of results.json, and of docs/results/stability.json. */
export interface Findings extends Measurements {
  readonly experiment: "stability";
  readonly configurationSha256: string;
  readonly engine: string;
  readonly cpu: string;
  readonly grid: Grid;
  /** The number of training images and of seeds. */
  readonly images: number;
  readonly seeds: number;
  readonly runs: readonly MapRun[];
}

/** What is kept of a run. */
export function mapRunOf({ options, figures }: StudyRun<Configuration>, { name }: Variant): MapRun {
  const { degree, hidden, depth, seed } = options;
  const { trainLoss, validationAccuracy } = figures;
  const diverged = !Number.isFinite(trainLoss);
  return {
    ...{ variant: name, degree, hidden, depth, seed },
    trainLoss: diverged ? null : rounded(trainLoss),
    accuracy: diverged || !Number.isFinite(validationAccuracy) ? null : validationAccuracy,
  };
}

/** Six digits: what the figures of a page need, and no more. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** The record as JSON, with a line for each run and each measurement. */
export function recordText(record: Findings): string {
  const members = Object.entries(record).map(([name, value]) => {
    if (!Array.isArray(value)) return ` ${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const lines = value.map((item) => `  ${JSON.stringify(item, shortened)}`);
    return ` ${JSON.stringify(name)}: [\n${lines.join(",\n")}\n ]`;
  });
  return `{\n${members.join(",\n")}\n}\n`;
}

function shortened(_: string, value: unknown): unknown {
  return typeof value === "number" ? rounded(value) : value;
}

/** A place on the map with what its runs, one for each seed, have reached: the means, or null if one has diverged. */
export function cellsOf({ runs }: Pick<Findings, "runs">, variant: string): (Cell & Trained)[] {
  const groups = new Map<string, MapRun[]>();
  for (const run of runs.filter((each) => each.variant === variant)) {
    const place = `${run.degree} ${run.hidden} ${run.depth}`;
    groups.set(place, [...(groups.get(place) ?? []), run]);
  }
  return [...groups.values()].map((group) => {
    const [{ degree, hidden, depth }] = group;
    return { degree, hidden, depth, trainLoss: meanOf(group, "trainLoss"), accuracy: meanOf(group, "accuracy") };
  });
}

function meanOf(runs: readonly MapRun[], figure: "trainLoss" | "accuracy"): number | null {
  let sum = 0;
  for (const run of runs) {
    const value = run[figure];
    if (value === null) return null;
    sum += value;
  }
  return sum / runs.length;
}

/** The recipes that are tried at some of the hidden sizes of a record. */
export function variantsIn({ grid }: Pick<Findings, "grid">): Variant[] {
  return [...new Set(grid.hidden.flatMap((hidden) => [...variantsAt(hidden, grid)]))];
}
