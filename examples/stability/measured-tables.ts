/** The tables of what was measured. */
import type { Table } from "../study/index.ts";
import type { Findings } from "./record.ts";
import { variants } from "./variants.ts";

const titles = new Map(variants.map(({ name, title }) => [name, title]));
const titleOf = (name: string): string => titles.get(name) ?? name;

/** A row for each recipe, a column for each degree. */
export function initialTable(
  record: Findings,
  depth: number,
  print: (measured: Findings["initial"][number]) => string,
): Table {
  const measured = record.initial.filter((each) => each.depth === depth);
  const degrees = unique(measured.map(({ degree }) => degree));
  const names = unique(measured.map(({ variant }) => variant));
  const rows = names.map((name) => [
    titleOf(name),
    ...degrees.map((degree) => {
      const found = measured.find((each) => each.variant === name && each.degree === degree);
      return found === undefined ? "-" : print(found);
    }),
  ]);
  return [["recipe", ...degrees.map((degree) => `degree ${degree}`)], ...rows];
}

export function pathTable(record: Findings): Table {
  const steps = unique(record.paths.flatMap(({ points }) => points.map(({ step }) => step)));
  const rows = record.paths.map(({ variant, degree, depth, points }) => [
    ...[titleOf(variant), String(degree), String(depth)],
    ...steps.map((step) => scientific(points.find((point) => point.step === step)?.adam)),
    scientific(points.at(-1)?.loss),
  ]);
  return [["recipe", "degree", "layers", ...steps.map(String), "loss"], ...rows];
}

export function signalTable(record: Findings): Table {
  const steps = unique(record.paths.flatMap(({ points }) => points.map(({ step }) => step)));
  const rows = record.signals.map(({ variant, degree, depth, shares }) => [
    ...[titleOf(variant), String(degree), String(depth)],
    ...steps.map((_, k) => percent(shares[k] ?? undefined)),
  ]);
  return [["recipe", "degree", "layers", ...steps.map(String)], ...rows];
}

/** The degrees whose moments are shown. */
const SHOWN = [1, 2, 3, 4, 6, 8, 12, 20];

export function momentTable({ moments }: Findings): Table {
  const normal: number[] = [];
  for (let degree = 1; degree <= 20; degree++) normal.push((normal[degree - 2] ?? 1) * (2 * degree - 1));
  const row = (name: string, means: readonly number[]) => [
    name,
    ...SHOWN.map((degree) => scientific(means[degree - 1])),
  ];
  const rows = moments.map(({ hidden, means }) => row(`hidden size ${hidden}`, means));
  return [["z", ...SHOWN.map((degree) => `degree ${degree}`)], ...rows, row("standard normal", normal)];
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

/** Two digits: 210, 0.0012, 1.3e7. */
export function scientific(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  if (value !== 0 && (Math.abs(value) >= 10_000 || Math.abs(value) < 0.001))
    return value.toExponential(1).replace("+", "");
  return String(Number(value.toPrecision(2)));
}

/** 2^-7 for 1/128. */
export function powerOfTwo(value: number): string {
  return value === 0 ? "< 2^-24" : value === 1 ? "1" : `2^${Math.round(Math.log2(value))}`;
}

export function percent(share: number | undefined): string {
  return share === undefined ? "-" : (100 * share).toFixed(1);
}
