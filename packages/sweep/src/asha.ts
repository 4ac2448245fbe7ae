/**
 * Asynchronous successive halving (ASHA): many configurations begin, and only the best of them go on.
 *
 * L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-tzur, M. Hardt, B. Recht and A. Talwalkar, "A System for
 * Massively Parallel Hyperparameter Tuning", MLSys 2020.
 */
import { ArgumentError, ValueError } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, integerFrom, oneOf, text } from "@polygrad/tensor/internal";
import type { Summary } from "./job.ts";
import { type Drawn, random, type Space } from "./random.ts";
import type { Schedule, Task } from "./schedule.ts";

/** The options of `asha`. */
export interface AshaOptions {
  /** The number of configurations to draw. */
  readonly trials: number;
  /** The figure of the summary that decides, such as "validationLoss". */
  readonly metric: string;
  /** Whether the figure is better the smaller or the larger it is. Defaults to "min". */
  readonly mode?: "min" | "max";
  /** The number of epochs after which a configuration is judged first. */
  readonly minimum: number;
  /** The number of epochs of the best configurations: the `epochs` that schedules of learning rates span in every run. */
  readonly maximum: number;
  /** One of how many is promoted to the next rung, whose runs are as many times longer. Defaults to 3. */
  readonly reduction?: number;
  /** The seed of the configurations. Defaults to 0. */
  readonly seed?: number;
  /**
   * Whether a configuration is promoted as soon as it is among the best of those that have finished, whichever these are.
   * That keeps all workers busy, but the results then depend on who finished first. Defaults to false.
   */
  readonly eager?: boolean;
}

const known: Checks<AshaOptions> = {
  trials: integerFrom(1, 1_000_000),
  metric: text,
  mode: oneOf("min", "max"),
  minimum: integerFrom(1),
  maximum: integerFrom(1),
  reduction: integerFrom(2),
  seed: integerFrom(0),
  eager: flag,
};

/**
 * Random search that stops bad configurations early, for the option `space` of `sweep`.
 *
 * The configurations are those of `random(space, trials, { seed })`. Each is trained for `minimum` epochs, the first rung;
 * the best of a rung go on to the next, which is `reduction` times longer, up to `maximum` epochs. A run that goes on
 * continues from its checkpoint, so no epoch is trained twice.
 *
 * The results of a rung are considered in the order in which the configurations entered it: after m of them, those among
 * the best floor(m / reduction) that have not been promoted are promoted. So the decisions, and all results, are the same
 * whatever the number of workers and their speed; see the option `eager`.
 *
 * @throws ArgumentError or ValueError if an option is missing, unknown or out of range, or the space is none
 */
export function asha<const Options extends Space>(space: Options, options: AshaOptions): Asha<Drawn<Options>> {
  if (options === undefined) throw new ArgumentError("asha: got no options; pass { trials, metric, minimum, maximum }");
  checkOptions("asha", options, known);
  const { trials, metric, minimum, maximum, mode = "min", reduction = 3, seed = 0, eager = false } = options;
  for (const [name, value] of Object.entries({ trials, metric, minimum, maximum }))
    if (value === undefined) throw new ArgumentError(`asha: the option ${name} is missing`);
  if (minimum > maximum)
    throw new ValueError(`asha: minimum is ${minimum} epochs, more than the maximum of ${maximum}`);
  return new Asha(random(space, trials, { seed }), { metric, mode, minimum, maximum, reduction, eager });
}

/** The rule of an `Asha`: the options of `asha`, with their defaults. */
export type Rule = Required<Omit<AshaOptions, "trials" | "seed">>;

/** What `asha` returns: configurations, and the rule by which they go on. */
export class Asha<Options> {
  readonly configurations: readonly Options[];
  readonly rule: Rule;

  constructor(configurations: readonly Options[], rule: Rule) {
    this.configurations = configurations;
    this.rule = rule;
  }
}

/** The numbers of epochs of the rungs: minimum * reduction^k while that is at most the maximum, which the last one is. */
export function rungs({ minimum, maximum, reduction }: Pick<Rule, "minimum" | "maximum" | "reduction">): number[] {
  const budgets: number[] = [];
  for (let budget = minimum; budget <= maximum; budget *= reduction) budgets.push(budget);
  return budgets.with(-1, maximum);
}

/** A rung: the configurations that have entered it, and what is known of them. */
interface Rung {
  /** The trials in the order in which their results are considered. */
  readonly order: number[];
  /** The figure of each trial that has finished; undefined if it has failed. */
  readonly figures: Map<number, number | undefined>;
  readonly promoted: Set<number>;
  /** How many results have been considered. */
  considered: number;
}

/** The schedule of successive halving for `trials` configurations. */
export function halving(trials: number, rule: Rule): Schedule {
  const budgets = rungs(rule);
  const ladder: Rung[] = budgets.map(() => ({ order: [], figures: new Map(), promoted: new Set(), considered: 0 }));
  let issued = 0;
  const enter = (trial: number, level: number): Task => {
    issued++;
    if (!rule.eager) ladder[level].order.push(trial);
    return { trial, until: budgets[level] };
  };
  return {
    first: () => Array.from({ length: trials }, (_, trial) => enter(trial, 0)),
    next({ trial, until }, summary) {
      const level = budgets.indexOf(until);
      const rung = ladder[level];
      rung.figures.set(trial, summary && figureOf(summary, rule.metric));
      if (rule.eager) rung.order.push(trial);
      if (level === budgets.length - 1) return [];
      return promotions(rung, rule).map((promoted) => enter(promoted, level + 1));
    },
    get total() {
      return Math.max(issued, expected(trials, budgets.length, rule.reduction));
    },
  };
}

/** Considers the results that are known, in order, and returns the trials that they promote. */
function promotions(rung: Rung, { mode, reduction }: Rule): number[] {
  const found: number[] = [];
  while (rung.considered < rung.order.length && rung.figures.has(rung.order[rung.considered])) {
    rung.considered++;
    const best = ranked(rung, mode).slice(0, Math.floor(rung.considered / reduction));
    for (const trial of best)
      if (!rung.promoted.has(trial)) {
        rung.promoted.add(trial);
        found.push(trial);
      }
  }
  return found;
}

/** The trials considered so far, the best first; of equal ones, that which entered first. Failed ones are left out. */
function ranked({ order, considered, figures }: Rung, mode: Rule["mode"]): number[] {
  const sign = mode === "min" ? 1 : -1;
  return order
    .slice(0, considered)
    .flatMap((trial) => {
      const figure = figures.get(trial);
      return figure === undefined || Number.isNaN(figure) ? [] : [{ trial, cost: sign * figure }];
    })
    .sort((a, b) => (a.cost === b.cost ? 0 : a.cost - b.cost))
    .map(({ trial }) => trial);
}

function figureOf(summary: Summary, metric: string): number {
  const value: unknown = Reflect.get(summary, metric);
  if (typeof value === "number") return value;
  const figures = Object.keys(summary).filter((name) => name !== "weightsSha256");
  throw new ValueError(`asha: a summary has no figure ${metric}; it has ${figures.join(", ")}`);
}

/** How many runs there are if a rung promotes one in `reduction`. */
function expected(trials: number, levels: number, reduction: number): number {
  let [total, entrants] = [0, trials];
  for (let level = 0; level < levels; level++) {
    total += entrants;
    entrants = Math.floor(entrants / reduction);
  }
  return total;
}
