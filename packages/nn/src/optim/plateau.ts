/** A schedule that falls when what is watched, such as the loss on validation data, no longer gets better. */

import { ValueError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, integerFrom, number, oneOf } from "@polygrad/tensor/internal";
import { finite, finiteFrom0, numberIn, share } from "../checks.ts";
import type { SavedState, StateDict } from "../state.ts";
import { type Entry, numberEntry, read, write } from "./entry.ts";
import type { Schedule } from "./group.ts";
import { scheduled } from "./schedule.ts";

/** Options of the plateau; the defaults are PyTorch's. */
export interface PlateauOptions {
  /** Whether small values are good, such as losses, or large ones, such as accuracies; "min" by default. */
  readonly mode?: "min" | "max";
  /** What the rate is multiplied by, from 0 to 1; 0.1 by default. */
  readonly factor?: number;
  /** How many reports in a row may be no better before the next such report lowers the rate; 10 by default. */
  readonly patience?: number;
  /** By which share of the best value a better one must differ from it, in [0, 1); 0.0001 by default. */
  readonly threshold?: number;
  /** The rate never falls below this; 0 by default. */
  readonly minimum?: number;
}

const known: Checks<PlateauOptions> = {
  mode: oneOf("min", "max"),
  factor: share,
  patience: integerFrom(0),
  threshold: numberIn(0, 1),
  minimum: finiteFrom0,
};

/** A learning rate that reports may lower. It is a schedule, which returns the same rate for every step until then. */
export interface Plateau extends Schedule {
  /**
   * Takes a new value of what is watched, once for each epoch, for example. If it and more than `patience` before it were
   * no better than the best so far, the rate falls.
   * @throws ArgumentError if the value is not a number; ValueError if it is not finite
   */
  report(value: number): void;
  /** What it remembers: `rate`, `best` and `waited`, the number of reports in a row that were no better. */
  stateDict(): StateDict;
  /** Takes over such a state, or what JSON made of it. @throws ArgumentError, ValueError or ShapeError before it does */
  loadStateDict(state: SavedState): void;
}

/**
 * `rate`, multiplied by `factor` whenever more than `patience` reports in a row were no better than the best one before
 * (PyTorch's ReduceLROnPlateau).
 *
 *     const schedule = plateau(0.1, { patience: 3 });
 *     const optimiser = new SGD(model.parameters(), { learningRate: schedule });
 *     // after each epoch
 *     schedule.report(validationLoss);
 * @throws ArgumentError if an option is unknown or of the wrong kind; ValueError if a number is out of range
 */
export function plateau(rate: number, options: PlateauOptions = {}): Plateau {
  finiteFrom0("plateau", "the rate", rate);
  checkOptions("plateau", options, known);
  const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, minimum = 0 } = options;
  const sign = mode === "min" ? -1 : 1;
  const now = { rate, best: -sign * Number.POSITIVE_INFINITY, waited: 0 };
  const isBetter = (value: number) => sign * value > sign * now.best * (1 + sign * threshold);

  const entries = (): Entry[] => [
    numberEntry("rate", now.rate, finiteFrom0, (saved) => (now.rate = saved)),
    numberEntry("best", now.best, notNaN, (saved) => (now.best = saved)),
    numberEntry("waited", now.waited, integerFrom(0), (saved) => (now.waited = saved)),
  ];
  const schedule = scheduled("plateau", () => now.rate);
  return Object.assign(schedule, {
    report(value: number) {
      finite("plateau", "the reported value", value);
      const better = isBetter(value);
      if (better) now.best = value;
      now.waited = better ? 0 : now.waited + 1;
      if (now.waited <= patience) return;
      now.rate = Math.min(now.rate, Math.max(now.rate * factor, minimum));
      now.waited = 0;
    },
    stateDict: () => read(entries()),
    loadStateDict: (state: SavedState) => write("plateau.loadStateDict", entries(), state, "load a state of a plateau"),
  });
}

/** Any number but NaN: before the first report, the best value is infinite. */
const notNaN: Check = (operation, what, value) => {
  number(operation, what, value);
  if (Number.isNaN(value)) throw new ValueError(`${operation}: ${what} must not be NaN`);
};
