/** Averages of parameters over the steps of a training, which often predict better than the parameters themselves. */
import type { Variable } from "@polygrad/autograd";
import {
  ArgumentError,
  assign,
  clone,
  type Tensor,
  type Update,
  updateInPlace,
  ValueError,
  zerosLike,
} from "@polygrad/tensor";
import { type Checks, callable, checkOptions, integerFrom, pinnedLike, replayed } from "@polygrad/tensor/internal";
import { numberIn } from "../checks.ts";
import type { SavedState, StateDict } from "../state.ts";
import { type Entry, numberEntry, read, tensorEntry, write } from "./entry.ts";
import { parametersOf } from "./parameters.ts";
import { checkLeaf } from "./slot.ts";

/** a + (1 - decay) (p - a): the average a stays as it is while the parameter p equals it. */
export const averaging: Update = {
  name: "WeightAverage",
  states: 0,
  scalars: 1,
  rule: (f, [a], p, [rest]) => [f.add(a, f.mul(rest, f.sub(p, a)))],
};

/** Options of the average of weights. */
export interface WeightAverageOptions {
  /** The share of the old average in the new one, in [0, 1); 0.999 by default. */
  readonly decay?: number;
}

const known: Checks<WeightAverageOptions> = { decay: numberIn(0, 1) };

/**
 * The exponential moving average of parameters: after each step, average = decay average + (1 - decay) parameter
 * (Polyak & Juditsky 1992; PyTorch's AveragedModel with get_ema_multi_avg_fn). The first update copies the parameters.
 *
 *     const average = new WeightAverage(model.parameters(), { decay: 0.99 });
 *     // in each step
 *     optimiser.step();
 *     average.update();
 *     // now and then
 *     const accuracy = average.applied(() => evaluate(model));
 */
export class WeightAverage {
  readonly parameters: readonly Variable[];
  /** The average of each parameter, in its shape and precision; zeros before the first update. */
  readonly values: readonly Tensor[];
  readonly #decay: number;
  #updates = 0;
  #isSwapped = false;

  /**
   * @throws ArgumentError if the parameters are not variables, or an option is unknown; ValueError if one comes twice or is
   * not a leaf, or the decay does not lie in [0, 1)
   */
  constructor(parameters: Iterable<Variable>, options: WeightAverageOptions = {}) {
    checkOptions("WeightAverage", options, known);
    this.#decay = options.decay ?? 0.999;
    this.parameters = parametersOf("WeightAverage", parameters);
    for (const [k, parameter] of this.parameters.entries()) checkLeaf("WeightAverage", k, parameter);
    this.values = this.parameters.map(({ value }) => (value.storage.isDouble ? zerosLike(value) : pinnedLike(value)));
  }

  /** The number of updates so far. */
  get updates(): number {
    return this.#updates;
  }

  /** Moves the averages towards the parameters. @throws ValueError while they are swapped */
  update(): void {
    this.#checkPlaces("update");
    replayed("WeightAverage.update", { average: this }, () => {
      for (const [k, { value }] of this.parameters.entries())
        if (this.#updates === 0) assign(this.values[k], value);
        else updateInPlace(averaging, this.values[k], value, [], [1 - this.#decay]);
      this.#updates++;
    });
  }

  /**
   * Exchanges the parameters' values and the averages, in place. Swap again before the training goes on. If what runs in
   * between is one function, use `applied`.
   * @throws ValueError if there has been no update
   */
  swap(): void {
    if (this.#updates === 0)
      throw new ValueError("WeightAverage.swap: there is no average yet; call update() after a step");
    for (const [k, { value }] of this.parameters.entries()) {
      const average = clone(this.values[k]);
      assign(this.values[k], value);
      assign(value, average);
    }
    this.#isSwapped = !this.#isSwapped;
  }

  /**
   * Runs a function, such as an evaluation, while the parameters have their averages for values; returns its result.
   * @throws ValueError if there has been no update, or they are swapped already; ArgumentError if it is not a function, or
   * an asynchronous one: `swap` before and after it
   */
  applied<Result>(f: () => Result): Result {
    callable("WeightAverage.applied", "the function", f);
    this.#checkPlaces("applied");
    this.swap();
    try {
      const result = f();
      if (!(result instanceof Promise)) return result;
    } finally {
      this.swap();
    }
    throw new ArgumentError("WeightAverage.applied: the function is asynchronous; swap() before and after it");
  }

  /** Copies of the averages: `updates`, and `0.average` for the parameter at position 0. @throws ValueError while swapped */
  stateDict(): StateDict {
    this.#checkPlaces("stateDict");
    return read(this.#entries());
  }

  /**
   * Takes over a state that `stateDict` returned, or what JSON made of it. Checks all of it before it changes anything.
   * @throws ArgumentError, ValueError or ShapeError, as `loadStateDict` of a model; ValueError while swapped
   */
  loadStateDict(state: SavedState): void {
    this.#checkPlaces("loadStateDict");
    write("WeightAverage.loadStateDict", this.#entries(), state, "make the average of the same parameters");
  }

  #entries(): Entry[] {
    const updates = numberEntry("updates", this.#updates, integerFrom(0), (saved) => {
      this.#updates = saved;
    });
    return [updates, ...this.values.map((value, k) => tensorEntry(`${k}.average`, value))];
  }

  #checkPlaces(method: string): void {
    if (this.#isSwapped)
      throw new ValueError(`WeightAverage.${method}: the parameters hold the averages; swap() them back first`);
  }
}
