/** The figures of a dataset, from those of its parts, in their order: means of numbers, and metrics. */
import type { Metric, MetricState } from "@polygrad/nn";
import { metricFrom } from "@polygrad/nn/internal";
import { ValueError } from "@polygrad/tensor";
import type { Evaluation, Figures } from "./recipe.ts";

/** The figures of one part of a dataset, in a form that `postMessage` can send. */
export interface PartFigures {
  /** The number of the part, from 0. */
  readonly part: number;
  /** The number of samples in it. */
  readonly rows: number;
  readonly figures: Readonly<Record<string, number | MetricState>>;
}

/** The figures of a part, from what the recipe's `evaluate` returns. */
export function partFigures(part: number, rows: number, evaluation: Evaluation): PartFigures {
  const plain = Object.entries(evaluation).map(([name, figure]) => [
    name,
    typeof figure === "number" ? figure : figure.state,
  ]);
  return { part, rows, figures: Object.fromEntries(plain) };
}

/** The figures of a whole dataset. */
export interface WholeFigures {
  /** The mean of every number, weighted by samples, and the value of every metric whose value is a number. */
  readonly figures: Figures;
  /** The metrics, merged. */
  readonly metrics: ReadonlyMap<string, Metric<unknown>>;
}

/**
 * Puts the figures of all parts together, in the order of the parts.
 * @throws ValueError if a part lacks a figure that another one has
 */
export function wholeFigures(unordered: readonly PartFigures[]): WholeFigures {
  const parts = unordered.toSorted((a, b) => a.part - b.part);
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  const [figures, metrics] = [new Map<string, number>(), new Map<string, Metric<unknown>>()];
  for (const [name, first] of Object.entries(parts[0]?.figures ?? {})) {
    if (typeof first === "number") {
      figures.set(name, parts.reduce((sum, { rows, figures: own }) => sum + rows * numberIn(own, name), 0) / total);
      continue;
    }
    const metric = metricFrom(first);
    for (const { figures: own } of parts.slice(1)) metric.merge(metricIn(own, name));
    metrics.set(name, metric);
    if (typeof metric.value === "number") figures.set(name, metric.value);
  }
  return { figures: Object.fromEntries(figures), metrics };
}

function numberIn(figures: PartFigures["figures"], name: string): number {
  const figure = figures[name];
  if (typeof figure === "number") return figure;
  throw differs(name);
}

function metricIn(figures: PartFigures["figures"], name: string): MetricState {
  const figure = figures[name];
  if (typeof figure === "object") return figure;
  throw differs(name);
}

function differs(name: string): ValueError {
  return new ValueError(
    `DataParallel: the recipe's evaluate returns ${name} for some batches, but not for others; return the same figures always`,
  );
}
