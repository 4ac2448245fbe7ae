/** What one worker updates: its slices of the parameters, one of each group, and its optimiser. */
import { type Variable, variable } from "@polygrad/autograd";
import type { Optimiser } from "@polygrad/nn";
import { averaging } from "@polygrad/nn/internal";
import { assign, type Tensor, updateInPlace } from "@polygrad/tensor";
import { accumulate } from "@polygrad/tensor/internal";
import { NormClipping } from "./norm.ts";
import { type Counters, collectState, restoreState, type SteppedSlice } from "./optimiser-state.ts";
import type { Groups } from "./recipe.ts";
import { type Range, workerSlice } from "./shards.ts";
import type { SharedGroup } from "./shared.ts";

/** A worker's slice of a group, all tensors of shape `[n]` or `[..., n]`; n may be 0. */
interface Slice extends SteppedSlice {
  /** The parameters in the slice, as one flat parameter. */
  readonly own: Variable;
  /** The gradient that each shard gives for them. */
  readonly gradients: readonly Tensor[];
  /** Where their values are copied before each step. */
  readonly saved: Tensor;
  /** The moving averages of the parameters. */
  readonly averages: Tensor;
  readonly range: Range;
}

/** What all workers have to agree on while they update their slices. */
export interface Agreement {
  /** How gradients are clipped; undefined if they are not. */
  readonly clipping: NormClipping | undefined;
  /** The decay of the averages; undefined if there are none. */
  readonly decay: number | undefined;
}

/** The slices of one worker. */
export class Slices {
  readonly #slices: readonly Slice[];
  readonly #agreement: Agreement;
  /** Undefined if all slices are empty. */
  readonly #optimiser: Optimiser | undefined;

  /** @param make makes the recipe's optimiser */
  constructor(
    groups: readonly SharedGroup[],
    [worker, workers]: readonly [number, number],
    agreement: Agreement,
    make: (parameters: readonly Variable[], groups: Groups) => Optimiser,
  ) {
    this.#agreement = agreement;
    this.#slices = groups.map(({ values, gradients, saved, averages, states }) => {
      const range = workerSlice(values.size, workers, worker);
      const cut = (flat: Tensor) => flat.slice(-1, range.start, range.end);
      return {
        ...{ range, own: variable(cut(values)), saved: cut(saved), states: cut(states) },
        gradients: Array.from({ length: gradients.shape[0] }, (_, shard) => cut(gradients.select(0, shard))),
        averages: agreement.decay === undefined ? averages : cut(averages),
      };
    });
    if (this.#slices.every(({ own }) => own.size === 0)) return;
    const named = groups.map(({ name }, k): [string, Variable[]] => [name, [this.#slices[k].own]]);
    this.#optimiser = make(
      this.#slices.map(({ own }) => own),
      Object.fromEntries(named),
    );
  }

  /**
   * Adds up the gradients of the slices, in the order of the shards, and lets the optimiser update them.
   *
   * @param shards the number of shards that have rows; the others are left out of the sum
   * @param step the number of the step, from 0
   * @param meet waits until all workers have called it; only called if gradients are clipped
   * @param saved called once the slices have been copied, before they change
   */
  update(shards: number, step: number, meet: () => void, saved: () => void): void {
    const { clipping, decay } = this.#agreement;
    const sums = this.#slices.map(({ gradients }) => accumulate(gradients[0], gradients.slice(0, shards)));
    if (clipping !== undefined) {
      for (const [k, { range }] of this.#slices.entries()) clipping.measure(k, sums[k], range.start);
      meet();
      const factor = clipping.factor();
      for (const sum of sums) NormClipping.scale(sum, factor);
    }
    for (const slice of this.#slices) assign(slice.saved, slice.own.value);
    saved();
    for (const [k, { own }] of this.#slices.entries()) own.grad = sums[k];
    this.#optimiser?.step();
    if (decay === undefined) return;
    for (const { averages, own } of this.#slices)
      if (step === 0) assign(averages, own.value);
      else updateInPlace(averaging, averages, own.value, [], [1 - decay]);
  }

  /** Copies the states of the optimiser to shared memory; returns its counters, or undefined without an optimiser. */
  collect(): Counters | undefined {
    return this.#optimiser && collectState(this.#optimiser, this.#slices);
  }

  /** The reverse of `collect`. */
  restore(counters: Counters): void {
    if (this.#optimiser !== undefined) restoreState(this.#optimiser, this.#slices, counters);
  }
}
