/** A worker's replica of the network: its parameters are in shared memory, its batches and activations in its own. */
import { noGrad, type Variable, variable } from "@polygrad/autograd";
import { type Batch, DataLoader, type Dataset } from "@polygrad/data";
import { BatchMemory, datasetAt } from "@polygrad/data/internal";
import { lossValue, type Module, type Optimiser, type Stochastic } from "@polygrad/nn";
import { stochasticLayers } from "@polygrad/nn/internal";
import { assign, clone, Random, type Tensor, tensor } from "@polygrad/tensor";
import { accumulate, tensorAt, Workspace } from "@polygrad/tensor/internal";
import { slicesOf } from "./flat.ts";
import { checkRepeats } from "./independence.ts";
import type { NamedSlice, PartFigures, Setup } from "./protocol.ts";
import type { Figures, Recipe } from "./recipe.ts";
import { ShardStep } from "./shard-step.ts";
import { namedSlices, shardRows, workerSlice } from "./shards.ts";

/** The state of a training run on one worker. */
export class Replica<Options, Model extends Module> {
  readonly model: Model;
  readonly loader: DataLoader;
  readonly test: Dataset | undefined;
  readonly #recipe: Recipe<Options, Model>;
  readonly #shards: number;
  readonly #parameters: readonly Variable[];
  /** For each shard, where the gradient is written: of all parameters, flat, and of each. */
  readonly #flat: readonly Tensor[];
  readonly #gradients: readonly (readonly Tensor[])[];
  /** The slice of the parameters that this worker updates; undefined if it is empty. */
  readonly #slice: Slice | undefined;
  readonly #batches = new BatchMemory();
  readonly #testBatches = new BatchMemory();
  readonly #workspace = new Workspace();
  /** One shard forward and backward. */
  readonly step: ShardStep;
  readonly #stochastic: readonly Stochastic[];
  readonly #random: Random;

  /**
   * @param recipe the recipe, as loaded on this thread
   * @param options the options of its functions
   * @param setup the description of the run
   * @param position this worker's number, from 0, and the number of workers
   * @param shards the number of shards of a batch
   * @throws TypeError if the model's parameters differ from those of the calling thread's model
   */
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
    this.#random = new Random(seed).split().split();

    this.step = new ShardStep((batch) => recipe.loss(this.model, batch), setup.capture);

    const named = this.model.namedParameters();
    this.#parameters = [...named.values()];
    checkSlices(slices, namedSlices(named));
    const [values, saved, gradients] = [setup.parameters, setup.saved, setup.gradients].map(tensorAt);
    for (const [k, place] of slicesOf(values, this.#parameters).entries()) this.#parameters[k].value = place;
    this.#flat = Array.from({ length: shards }, (_, shard) => gradients.select(0, shard));
    this.#gradients = this.#flat.map((flat) => slicesOf(flat, this.#parameters));

    const range = workerSlice(values.size, workers, worker);
    if (range.start === range.end) return;
    const cut = (flat: Tensor) => flat.slice(0, range.start, range.end);
    const own = variable(cut(values));
    const optimiser = recipe.optimiser([own], options, plan);
    this.#slice = { own, gradients: this.#flat.map(cut), saved: cut(saved), optimiser };
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
   * @throws ValueError if the loss or the gradient differs: then any worker would compute another one
   */
  computeTwice(indices: Int32Array, random: Random | undefined): number {
    const once = () => {
      const loss = this.computeShard(indices, 0, random?.clone(), 0);
      return { loss, gradient: clone(this.#flat[0]).data };
    };
    const [first, second] = [once(), once()];
    checkRepeats([first.loss], [second.loss]);
    checkRepeats(first.gradient, second.gradient);
    return first.loss;
  }

  /**
   * Adds up the gradients of this worker's slice, in the order of the shards, and lets its optimiser update the slice.
   *
   * @param rows the number of rows of the batch; shards without rows are left out of the sum
   * @param saved called once the slice has been copied, before it changes
   */
  update(rows: number, saved: () => void): void {
    if (this.#slice === undefined) return;
    const { own, gradients, saved: copy, optimiser } = this.#slice;
    const sum = accumulate(gradients[0], gradients.slice(0, rows));
    assign(copy, own.value);
    saved();
    own.grad = sum;
    optimiser.step();
  }

  /**
   * Computes the figures of some samples of the test data.
   *
   * @param part the number of this part of the test data
   * @param indices `[rows]`, the samples of the part
   */
  evaluate(part: number, indices: Int32Array): PartFigures {
    if (this.test === undefined)
      throw new TypeError("DataParallel: there is no test data; return `test` from the recipe's data function");
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

/** The part of the parameters that one worker updates, all tensors of shape `[size of the slice]`. */
interface Slice {
  /** The parameters in the slice, as one flat parameter. */
  readonly own: Variable;
  /** The gradient that each shard gives for them. */
  readonly gradients: readonly Tensor[];
  /** Where their values are copied before each step. */
  readonly saved: Tensor;
  readonly optimiser: Optimiser;
}

function checkSlices(theirs: readonly NamedSlice[], own: readonly NamedSlice[]): void {
  const text = (slices: readonly NamedSlice[]) =>
    slices.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).join(", ");
  if (text(theirs) !== text(own))
    throw new TypeError(
      `DataParallel: the recipe's model differs between threads: ${text(theirs)} on the calling thread, ` +
        `${text(own)} on a worker; let it depend on its options, its random generator and the data only`,
    );
}
