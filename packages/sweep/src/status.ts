/** What people see of a sweep at work: how many runs are done, which are running, the best so far, the time left. */

import type { JsonObject } from "@polygrad/parallel/internal";
import type { Failure, Summary } from "./job.ts";

/** The figure by which the best run is found. */
export interface Best {
  /** The name of a figure of the summary, such as "testAccuracy". */
  readonly metric: string;
  /** Whether it is better the smaller or the larger it is. */
  readonly mode: "min" | "max";
}

/** A run that is under way. */
export interface Running {
  readonly worker: string;
  readonly label: string;
  readonly epoch: number;
  readonly until: number;
}

/** A run that has ended, for progress. */
export interface Ended {
  readonly label: string;
  readonly reused: boolean;
  readonly worker: string | undefined;
  readonly summary: Summary | undefined;
  readonly error: Failure | undefined;
}

/** The state of a sweep, as it changes. */
export class Status {
  readonly engine: string;
  readonly #total: () => number;
  readonly #best: Best | undefined;
  readonly #started = performance.now();
  readonly #running = new Map<string, Running>();
  done = 0;
  failed = 0;
  reused = 0;
  /** The figure of the best run so far, and its label. */
  best: { readonly metric: string; readonly value: number; readonly label: string } | undefined;

  /**
   * @param engine the name of the engine
   * @param total how many runs there will be, as far as is known
   * @param best the figure that decides; defaults to the first of some usual ones that the runs have
   */
  constructor(engine: string, total: () => number, best: Best | undefined) {
    this.engine = engine;
    this.#total = total;
    this.#best = best;
  }

  get total(): number {
    return this.#total();
  }

  /** The runs that are under way, in the order in which they began. */
  get running(): readonly Running[] {
    return [...this.#running.values()];
  }

  /** Notes that a run begins or has come to an epoch. */
  update(key: string, running: Running): void {
    this.#running.set(key, running);
  }

  /** Notes that a run has ended. */
  end(key: string, { label, reused, summary }: Ended): void {
    this.#running.delete(key);
    if (summary === undefined) this.failed++;
    else this.done++;
    if (reused) this.reused++;
    if (summary !== undefined) this.#compare(label, summary);
  }

  #compare(label: string, summary: Summary): void {
    const { metric, mode } = this.#best ?? usual(summary);
    const value: unknown = Reflect.get(summary, metric);
    if (typeof value !== "number" || Number.isNaN(value)) return;
    const before = this.best?.value;
    if (before === undefined || (mode === "min" ? value < before : value > before))
      this.best = { metric, value, label };
  }

  /** An estimate of the time left, in seconds, from the runs that were not reused; undefined before the first has ended. */
  get secondsLeft(): number | undefined {
    const ended = this.done + this.failed;
    const own = ended - this.reused;
    if (own === 0) return undefined;
    return ((performance.now() - this.#started) / 1000 / own) * Math.max(0, this.total - ended);
  }
}

/** The figure that people ask for first, of those that a summary has. */
function usual(summary: Summary): Best {
  const names = ["validationAccuracy", "validationLoss", "testAccuracy", "testLoss"];
  const metric = names.find((name) => name in summary) ?? "trainLoss";
  return { metric, mode: metric.endsWith("Accuracy") ? "max" : "min" };
}

/** The options by which configurations differ, as text: "degree=2 seed=1". Of one configuration, all of them. */
export function labelled(configurations: readonly JsonObject[]): (options: JsonObject) => string {
  const values = new Map<string, Set<string>>();
  for (const options of configurations)
    for (const [name, value] of Object.entries(options))
      values.set(name, (values.get(name) ?? new Set()).add(JSON.stringify(value)));
  const differing = [...values].filter(([, seen]) => seen.size > 1).map(([name]) => name);
  const shown = differing.length > 0 ? differing : [...values.keys()];
  return (options) =>
    shown.flatMap((name) => (name in options ? [`${name}=${shortened(options[name])}`] : [])).join(" ");
}

function shortened(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : JSON.stringify(value);
}
