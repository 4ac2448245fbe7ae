/** What no optimiser changes, on one worker: frozen parameters, and buffers, which the first worker updates for all. */
import type { Module } from "@polygrad/nn";
import { type Tracking, trackingLayers } from "@polygrad/nn/internal";
import { assign, type Tensor, ValueError } from "@polygrad/tensor";
import { slicesOf } from "./flat.ts";
import { keptBy } from "./groups.ts";
import type { Range } from "./shards.ts";
import type { SharedRest } from "./shared.ts";

export class Rest {
  readonly #shared: SharedRest;
  readonly #isFirst: boolean;
  readonly #tracking: readonly Tracking[];
  /** For each layer that tracks statistics, where those of each shard are written. */
  readonly #places: readonly (readonly Tensor[])[];

  /**
   * Moves what is kept by a model to shared memory, where its elements are already.
   *
   * @param isFirst whether this worker updates the buffers
   */
  constructor(model: Module, shared: SharedRest, isFirst: boolean) {
    const kept = [...keptBy(model).values()];
    for (const [k, place] of slicesOf(shared.values, kept).entries()) kept[k].value = place;
    this.#shared = shared;
    this.#isFirst = isFirst;
    this.#tracking = trackingLayers(model);
    this.#places = shared.statistics.map((ofShards) =>
      Array.from({ length: ofShards.shape[0] }, (_, shard) => ofShards.select(0, shard)),
    );
  }

  /** Has layers write the statistics of the next forward pass to the places of a shard. */
  deferTo(shard: number): void {
    for (const [k, layer] of this.#tracking.entries()) layer.deferTo(this.#places[k][shard]);
  }

  /** On the first worker, copies everything before it changes. */
  save(): void {
    if (this.#isFirst && this.#tracking.length > 0) assign(this.#shared.saved, this.#shared.values);
  }

  /** On the first worker, updates the running statistics by those of the shards of a batch, in their order. */
  absorb(shards: readonly Range[]): void {
    if (!this.#isFirst) return;
    for (const [k, layer] of this.#tracking.entries())
      layer.absorb(this.#places[k].filter((_, shard) => shards[shard].end > shards[shard].start));
  }

  /** A copy of all elements. */
  elements(): ArrayLike<number> {
    return this.#shared.values.clone().data;
  }

  /**
   * Checks that no element has changed.
   * @throws ValueError if one has: then the order in which shards are computed would matter
   */
  checkUnchanged(before: ArrayLike<number>): void {
    const now = this.elements();
    for (let k = 0; k < now.length; k++)
      if (!Object.is(now[k], before[k]))
        throw new ValueError(
          "DataParallel: the forward pass changes a buffer of the model, so the results would depend on the number of " +
            "workers; let the layer defer its statistics, as BatchNorm1d does",
        );
  }
}
