/** One worker's replica of the network: its parameters lie in the shared memory, its batches and activations in its own. */
import { noGrad, type Variable, variable } from "@polygrad/autograd";
import { type Batch, BatchMemory, DataLoader, type Dataset, datasetAt } from "@polygrad/data";
import { lossValue, type Module, type Optimiser, type Stochastic, slicesOf, stochasticLayers } from "@polygrad/nn";
import { assign, Random, type Tensor, tensor, tensorAt, type Update, updateInPlace, Workspace } from "@polygrad/tensor";
import type { NamedSlice, PartFigures, Setup } from "./protocol.ts";
import type { Figures, Recipe } from "./recipe.ts";
import { namedSlices, shardRows, workerSlice } from "./shards.ts";

/** sum + gradient: how the gradients of shards are added up. */
const accumulate: Update = {
  name: "accumulate",
  states: 0,
  scalars: 0,
  rule: (m, [sum], gradient) => [m.add(sum, gradient)],
};

/** Everything that one worker knows about the training run. */
export class Replica<Options, Model extends Module> {
  readonly model: Model;
  readonly loader: DataLoader;
  readonly test: Dataset | undefined;
  readonly #recipe: Recipe<Options, Model>;
  readonly #shards: number;
  readonly #parameters: readonly Variable[];
  /** The places of all parameters' gradients by each shard. */
  readonly #gradients: readonly (readonly Tensor[])[];
  /** This worker's slice: the parameters in it as one, its gradients by each shard, its optimiser. Absent if it is empty. */
  readonly #slice: Slice | undefined;
  readonly #batches = new BatchMemory();
  readonly #testBatches = new BatchMemory();
  readonly #workspace = new Workspace();
  readonly #stochastic: readonly Stochastic[];
  readonly #dice: Random;

  constructor(
    recipe: Recipe<Options, Model>,
    options: Options,
    setup: Setup,
    [worker, workers]: readonly [number, number],
    shards: number,
  ) {
    const { seed, batchSize, shuffle, plan, slices } = setup;
    const train = datasetAt(setup.train);
    this.test = setup.test && datasetAt(setup.test);
    this.loader = new DataLoader(train, { batchSize, shuffle, seed });
    this.#recipe = recipe;
    this.#shards = shards;
    const random = new Random(seed);
    this.model = recipe.model(options, random, this.test ? { train, test: this.test } : { train });
    this.#stochastic = stochasticLayers(this.model);
    this.#dice = new Random(seed).split().split();

    const named = this.model.namedParameters();
    this.#parameters = [...named.values()];
    checkSlices(slices, namedSlices(named));
    const [values, saved, gradients] = [setup.parameters, setup.saved, setup.gradients].map(tensorAt);
    for (const [k, place] of slicesOf(values, this.#parameters).entries()) this.#parameters[k].value = place;
    const byShard = Array.from({ length: shards }, (_, shard) => gradients.select(0, shard));
    this.#gradients = byShard.map((flat) => slicesOf(flat, this.#parameters));

    const range = workerSlice(values.size, workers, worker);
    if (range.start === range.end) return;
    const cut = (flat: Tensor) => flat.slice(0, range.start, range.end);
    const own = variable(cut(values));
    const optimiser = recipe.optimiser([own], options, plan);
    this.#slice = { own, gradients: byShard.map(cut), saved: cut(saved), optimiser };
  }

  /**
   * New dice for every shard of a step: what layers like Dropout draw must not depend on who computes the shard. None if
   * no layer draws anything.
   */
  throwDice(): Random[] {
    const count = this.#stochastic.length === 0 ? 0 : this.#shards;
    return Array.from({ length: count }, () => this.#dice.split());
  }

  /**
   * Computes one shard of a batch: its share of the gradients goes to the shard's place. Returns the sum of its samples'
   * losses. The batch's loss is the mean over its samples, so a shard counts by how many of them it has.
   */
  computeShard(indices: Int32Array, shard: number, dice: Random | undefined, step: number): number {
    const { start, end } = shardRows(indices.length, this.#shards, shard);
    if (start === end) return 0;
    const places = this.#gradients[shard];
    for (const [k, parameter] of this.#parameters.entries()) {
      parameter.grad = undefined;
      parameter.gradBuffer = places[k];
    }
    if (dice !== undefined) for (const layer of this.#stochastic) layer.reseed(dice.split());
    const value = this.#workspace.run(() => {
      const batch = this.#batches.gather(this.loader.dataset, indices.slice(start, end));
      const loss = this.#recipe.loss(this.model, batch);
      const mean = lossValue(loss, step + 1);
      loss.backward(tensor((end - start) / indices.length));
      return mean;
    });
    for (const { grad, gradBuffer } of this.#parameters)
      if (grad === undefined && gradBuffer !== undefined) assign(gradBuffer, tensor(0));
    return value * (end - start);
  }

  /** Adds up the gradients of this worker's slice, the shards in order, and moves it. Calls `saved` when it has a copy. */
  update(rows: number, saved: () => void): void {
    if (this.#slice === undefined) return;
    const { own, gradients, saved: copy, optimiser } = this.#slice;
    const [sum, ...others] = gradients.slice(0, rows);
    for (const gradient of others) updateInPlace(accumulate, sum, gradient, [], []);
    assign(copy, own.value);
    saved();
    own.grad = sum;
    optimiser.step();
  }

  /** The figures of the samples `indices` of the test data. */
  evaluate(part: number, indices: Int32Array): PartFigures {
    if (this.test === undefined) throw new TypeError("DataParallel: the recipe's data has no test data");
    const { model } = this;
    const batch = this.#testBatches.gather(this.test, indices);
    const figures = this.#workspace.run(() => noGrad(() => this.#figures(model, batch)));
    return { part, rows: indices.length, figures };
  }

  #figures(model: Model, batch: Batch): Figures {
    const { evaluate, loss } = this.#recipe;
    return evaluate ? evaluate(model, batch) : { loss: loss(model, batch).item() };
  }
}

interface Slice {
  readonly own: Variable;
  readonly gradients: readonly Tensor[];
  readonly saved: Tensor;
  readonly optimiser: Optimiser;
}

function checkSlices(theirs: readonly NamedSlice[], own: readonly NamedSlice[]): void {
  const text = (slices: readonly NamedSlice[]) =>
    slices.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).join(", ");
  if (text(theirs) !== text(own))
    throw new TypeError(
      `DataParallel: the recipe's model is another one on each thread: ${text(theirs)} here, ${text(own)} on a worker; ` +
        "it may depend on nothing but its options, its random numbers and the data",
    );
}
