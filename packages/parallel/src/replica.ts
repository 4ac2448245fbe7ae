/** A worker's replica of the network: its parameters are in shared memory, its batches and activations in its own. */
import type { Variable } from "@polygrad/autograd";
import { DataLoader, type Targets } from "@polygrad/data";
import { BatchMemory } from "@polygrad/data/internal";
import { lossValue, type Module, type Stochastic } from "@polygrad/nn";
import { stochasticLayers } from "@polygrad/nn/internal";
import { assign, clone, Random, type Tensor, tensor } from "@polygrad/tensor";
import { Workspace } from "@polygrad/tensor/internal";
import { Evaluator } from "./evaluator.ts";
import { slicesOf } from "./flat.ts";
import { checkLayout, groupsOf, keptBy, layoutOf } from "./groups.ts";
import { checkRepeats } from "./independence.ts";
import { NormClipping } from "./norm.ts";
import type { Position, Setup } from "./protocol.ts";
import type { Data, Recipe } from "./recipe.ts";
import { Rest } from "./rest.ts";
import { ShardStep } from "./shard-step.ts";
import { shardRows } from "./shards.ts";
import { type Shared, sharedAt } from "./shared.ts";
import { Slices } from "./slices.ts";

/** The state of a training run on one worker. */
export class Replica<Options, Model extends Module> {
  readonly model: Model;
  readonly loader: DataLoader<Targets>;
  readonly shared: Shared;
  /** One shard forward and backward. */
  readonly step: ShardStep;
  readonly evaluator: Evaluator;
  readonly #shards: number;
  readonly #parameters: readonly Variable[];
  /** For each shard, where the gradient of each parameter is written. */
  readonly #gradients: readonly (readonly Tensor[])[];
  readonly #slices: Slices;
  readonly #rest: Rest;
  readonly #batches = new BatchMemory();
  readonly #workspace = new Workspace();
  readonly #stochastic: readonly Stochastic[];
  readonly #random: Random;
  /** The order of the samples in the epoch that was asked for last: an epoch may be trained in many parts. */
  #order: { readonly epoch: number; readonly indices: Int32Array } | undefined;

  /**
   * @param recipe the recipe, as loaded on this thread
   * @param options the options of its functions
   * @param setup the description of the run
   * @param position this worker's number, from 0, and the number of workers
   * @param shards the number of shards of a batch
   * @throws TypeError if the model's parameters differ from those of the calling thread's model
   */
  constructor(
    recipe: Recipe<Options, Model, Data<Targets>>,
    options: Options,
    setup: Setup,
    position: readonly [worker: number, workers: number],
    shards: number,
  ) {
    const { seed, batchSize, shuffle, plan, clipping, decay, resumed } = setup;
    this.shared = sharedAt(setup.shared);
    const { train, validation, test, groups: shared } = this.shared;
    this.loader = new DataLoader(train, { batchSize, shuffle, seed });
    this.#shards = shards;
    this.model = recipe.model(options, new Random(seed), {
      train,
      ...(validation && { validation }),
      ...(test && { test }),
    });
    this.#stochastic = stochasticLayers(this.model);
    this.#random = new Random(seed).split().split();
    if (resumed !== undefined) this.#random.state = Uint32Array.from(resumed.random);
    this.evaluator = new Evaluator(this.shared, (batch) =>
      recipe.evaluate ? recipe.evaluate(this.model, batch) : { loss: recipe.loss(this.model, batch).item() },
    );
    this.step = new ShardStep((batch) => recipe.loss(this.model, batch), setup.capture);

    const groups = groupsOf(
      this.model,
      recipe.groups && ((name, value) => recipe.groups?.(name, value, options) ?? ""),
    );
    checkLayout(setup.layout, layoutOf(groups, keptBy(this.model)));
    const parameters = groups.map((group) => [...group.parameters.values()]);
    const cuts = (flats: readonly Tensor[]) => flats.flatMap((flat, k) => slicesOf(flat, parameters[k]));
    this.#parameters = parameters.flat();
    for (const [k, place] of cuts(shared.map(({ values }) => values)).entries()) this.#parameters[k].value = place;
    this.#gradients = Array.from({ length: shards }, (_, shard) =>
      cuts(shared.map(({ gradients }) => gradients.select(0, shard))),
    );
    this.#rest = new Rest(this.model, this.shared.rest, position[0] === 0);
    const norm =
      clipping &&
      new NormClipping(
        clipping.maximum,
        shared.map(({ values }) => values.size),
        clipping.sums,
      );
    this.#slices = new Slices(shared, position, { clipping: norm, decay }, (own, named) =>
      recipe.optimiser(own, options, plan, named),
    );
    if (resumed !== undefined) this.#slices.restore(resumed.counters);
  }

  /** The order of the samples in an epoch, counted from 0. */
  order(epoch: number): Int32Array {
    if (this.#order?.epoch !== epoch) this.#order = { epoch, indices: this.loader.order(epoch) };
    return this.#order.indices;
  }

  /**
   * Makes a new random generator for each shard of a step, the same ones on every worker: so what layers like Dropout
   * draw does not depend on which worker computes the shard.
   *
   * @returns one generator for each shard, or none if no layer draws random numbers
   */
  shardGenerators(): Random[] {
    const count = this.#stochastic.length === 0 ? 0 : this.#shards;
    return Array.from({ length: count }, () => this.#random.split());
  }

  /**
   * Runs one shard of a batch forward and backward, and writes its share of the gradient to the shard's row of the
   * shared gradients. The batch's loss is the mean over its samples, so the share is weighted by the shard's number of
   * rows.
   *
   * @param indices `[rows]`, the samples of the batch
   * @param shard the number of the shard, from 0
   * @param random the generator for layers that draw random numbers
   * @param step the number of the step, from 0, for error messages
   * @returns the sum of the losses of the shard's samples
   * @throws the error of `lossValue` if the loss is not a finite number
   */
  computeShard(indices: Int32Array, shard: number, random: Random | undefined, step: number): number {
    const { start, end } = shardRows(indices.length, this.#shards, shard);
    if (start === end) return 0;
    const places = this.#gradients[shard];
    for (const [k, parameter] of this.#parameters.entries()) {
      parameter.grad = undefined;
      parameter.gradBuffer = places[k];
    }
    if (random !== undefined) for (const layer of this.#stochastic) layer.reseed(random.split());
    this.#rest.deferTo(shard);
    // Captured steps do not use the workspace, but those that run as usual do.
    const value = this.#workspace.run(() => {
      const batch = this.#batches.gather(this.loader.dataset, indices.slice(start, end));
      const share = (end - start) / indices.length;
      return lossValue(this.step.run(batch, shard, share), step + 1);
    });
    for (const { grad, gradBuffer } of this.#parameters)
      if (grad === undefined && gradBuffer !== undefined) assign(gradBuffer, tensor(0));
    return value * (end - start);
  }

  /**
   * `computeShard` for the first shard of a run, computed twice.
   * @throws ValueError if the loss or the gradient differs: then any worker would compute another one; or if it changes
   * a buffer of the model
   */
  computeTwice(indices: Int32Array, random: Random | undefined): number {
    const gradients = this.shared.groups.map((group) => group.gradients.select(0, 0));
    const once = () => {
      const loss = this.computeShard(indices, 0, random?.clone(), 0);
      return { loss, gradients: gradients.map((gradient) => clone(gradient).data) };
    };
    const before = this.#rest.elements();
    const [first, second] = [once(), once()];
    checkRepeats([first.loss], [second.loss]);
    for (const [k, gradient] of first.gradients.entries()) checkRepeats(gradient, second.gradients[k]);
    this.#rest.checkUnchanged(before);
    return first.loss;
  }

  /**
   * Updates what this worker updates: its slices of the parameters and, on the first worker, the running statistics.
   *
   * @param rows the number of rows of the batch
   * @param step the number of the step, from 0
   * @param meet waits until all workers have called it
   * @param saved called once all that changes has been copied
   */
  update(rows: number, step: number, meet: () => void, saved: () => void): void {
    this.#slices.update(Math.min(rows, this.#shards), step, meet, () => {
      this.#rest.save();
      saved();
    });
    this.#rest.absorb(Array.from({ length: this.#shards }, (_, shard) => shardRows(rows, this.#shards, shard)));
  }

  /** Copies the optimiser's states to shared memory, and returns where this worker stands. */
  collect(steps: number): Position | undefined {
    const counters = this.#slices.collect();
    return counters && { steps, random: [...this.#random.state], counters };
  }
}
