/** Early stopping: ends a training whose figure no longer improves. */
import { type Checks, checkOptions, integerFrom, number, oneOf } from "@polygrad/tensor/internal";
import { numberIn, positiveInteger } from "./checks.ts";
import { loadNumbers, type SavedNumbers, saveNumbers } from "./saved-numbers.ts";
import type { SavedState, StateDict } from "./state.ts";

/** Options of early stopping. */
export interface EarlyStoppingOptions {
  /** Whether smaller figures are better, such as losses ("min", the default), or larger ones, such as accuracies. */
  readonly mode?: "min" | "max";
  /** After how many reports in a row without an improvement to stop; 10 by default. */
  readonly patience?: number;
  /** By how much a figure must be better than the best to count as an improvement: by more than this; 0 by default. */
  readonly minimumChange?: number;
}

const known: Checks<EarlyStoppingOptions> = {
  mode: oneOf("min", "max"),
  patience: positiveInteger,
  minimumChange: numberIn(0, Number.POSITIVE_INFINITY),
};

/**
 * Says when to stop a training: after `patience` reports in a row of which none was better than the best by more than
 * `minimumChange`. The same rule as in Keras and PyTorch Lightning (there `patience` and `min_delta`).
 */
export class EarlyStopping {
  readonly mode: "min" | "max";
  readonly patience: number;
  readonly minimumChange: number;
  #best: number | undefined;
  #waited = 0;

  /** @throws ArgumentError or ValueError if an option is unknown, of the wrong kind or out of range */
  constructor(options: EarlyStoppingOptions = {}) {
    checkOptions("EarlyStopping", options, known);
    const { mode = "min", patience = 10, minimumChange = 0 } = options;
    this.mode = mode;
    this.patience = patience;
    this.minimumChange = minimumChange;
  }

  /** The best figure so far; undefined before the first one that is a number. */
  get best(): number | undefined {
    return this.#best;
  }

  /** How many reports have come since the best one. */
  get waited(): number {
    return this.#waited;
  }

  /** Whether to stop. */
  get stop(): boolean {
    return this.#waited >= this.patience;
  }

  /**
   * Reports the figure of one more epoch. NaN is never an improvement.
   * @returns whether it is an improvement, so that these weights are the ones to keep
   * @throws ArgumentError if the figure is not a number
   */
  report(value: number): boolean {
    number("EarlyStopping", "the figure", value);
    const improved = this.#improves(value);
    if (improved) this.#best = value;
    this.#waited = improved ? 0 : this.#waited + 1;
    return improved;
  }

  #improves(value: number): boolean {
    if (this.#best === undefined) return !Number.isNaN(value);
    return this.mode === "min" ? value + this.minimumChange < this.#best : value - this.minimumChange > this.#best;
  }

  /** The best figure (NaN if there is none) and the number of reports since. It can be saved as JSON. */
  stateDict(): StateDict {
    return saveNumbers(this.#entries());
  }

  /** Continues from a state. @throws ArgumentError, ValueError or ShapeError if it is none, before it changes anything */
  loadStateDict(state: SavedState): void {
    loadNumbers("EarlyStopping", this.#entries(), state, "pass what stateDict() of an EarlyStopping has returned");
  }

  #entries(): Map<string, SavedNumbers> {
    const best: SavedNumbers = {
      values: [this.#best ?? Number.NaN],
      check: () => {},
      set: ([value]) => {
        this.#best = Number.isNaN(value) ? undefined : value;
      },
    };
    const waited: SavedNumbers = {
      values: [this.#waited],
      check: ([value]) => integerFrom(0)("EarlyStopping", "waited", value),
      set: ([value]) => {
        this.#waited = value;
      },
    };
    return new Map([
      ["best", best],
      ["waited", waited],
    ]);
  }
}
