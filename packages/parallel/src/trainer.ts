/** Data-parallel training as its user sees it: from a recipe to a trained network, epoch by epoch. */
import { availableParallelism } from "node:os";
import { DataLoader, type Dataset, datasetHandle, pinDataset } from "@polygrad/data";
import { type Module, sideBySide } from "@polygrad/nn";
import { assign, handleOf, pinned, Random, type Tensor, ValueError } from "@polygrad/tensor";
import { Crew, unlessAborted } from "./crew.ts";
import type { PartFigures, Setup } from "./protocol.ts";
import { type Data, type Figures, loadRecipe, type Plan } from "./recipe.ts";
import { namedSlices, workerSlice } from "./shards.ts";

/** How to train. */
export interface DataParallelOptions<Options> {
  /** What the recipe's functions are given. */
  readonly options: Options;
  /** Passes over the training data. */
  readonly epochs: number;
  /** Samples per step. The last batch of an epoch has what is left over. */
  readonly batchSize: number;
  /** Worker threads: as many as there are cores, unless given. The results do not depend on it. */
  readonly workers?: number;
  /** Parts of each batch that are computed separately: 4 unless given. The results depend on it, in their last bits. */
  readonly shards?: number;
  /** What weights and shuffling follow from (0). */
  readonly seed?: number;
  /** Whether to shuffle, anew each epoch (true). */
  readonly shuffle?: boolean;
  /** Stops the run, which then ends with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What one epoch came to. */
export interface Epoch {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean over the training samples, while the weights were changing. */
  readonly trainLoss: number;
  /** What the recipe's `evaluate` says of the test data, if there are any. */
  readonly test: Figures | undefined;
  /** Of training, without the evaluation. */
  readonly seconds: number;
}

/** How far training has come. */
export interface Progress {
  /** Steps of the whole run that all workers have finished. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Mean over the samples of the last of them. */
  readonly loss: number;
}

/** Test samples that a worker evaluates at a time; part of the definition of the figures' sums. */
const PART = 1000;

/** Tensors and datasets that the workers see: kept as long as they do. */
interface Shared {
  readonly train: Dataset;
  readonly test: Dataset | undefined;
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  readonly saved: Tensor;
}

/**
 * Trains a network on all cores: each batch is cut into shards, worker threads compute the shards' gradients, and these are
 * added up in the order of the shards. So the weights depend on the seed and on the number of shards, and on neither the
 * number of workers nor chance, to the last bit: they are what one thread gets that accumulates the gradients of the shards.
 *
 * ```ts
 * const training = await DataParallel.start<Options, Sequential>(new URL("./recipe.ts", import.meta.url), settings);
 * for await (const { epoch, trainLoss, test } of training) console.log(epoch, trainLoss, test?.accuracy);
 * training.model.forward(x);
 * ```
 * The threads end with the loop, however that ends. If a worker throws, exits or is killed, the loop throws a WorkerError
 * within two seconds; if the signal is aborted, its reason. The model then has the parameters of the last finished step.
 */
export class DataParallel<Model extends Module, Given extends Data = Data> implements AsyncIterable<Epoch> {
  /** The network. The workers write to its parameters while an epoch is under way. */
  readonly model: Model;
  readonly data: Given;
  readonly workers: number;
  readonly shards: number;
  readonly #crew: Crew;
  readonly #shared: Shared;
  readonly #plan: Plan;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    [model, data]: readonly [Model, Given],
    [crew, shared, shards]: readonly [Crew, Shared, number],
    plan: Plan,
    signal: AbortSignal | undefined,
  ) {
    this.model = model;
    this.data = data;
    this.workers = crew.workers;
    this.shards = shards;
    this.#crew = crew;
    this.#shared = shared;
    this.#plan = plan;
    this.#signal = signal;
  }

  /**
   * Loads the recipe and its data, makes the network, and starts the threads.
   *
   * @param recipe the URL of the training module: see `Recipe`
   * @throws ValueError if a number makes no sense; TypeError if the module's default export is no recipe; whatever the
   * recipe throws; the signal's reason if it is aborted
   */
  static async start<Options, Model extends Module, Given extends Data = Data>(
    recipe: URL | string,
    settings: DataParallelOptions<Options>,
  ): Promise<DataParallel<Model, Given>> {
    const { options, epochs, batchSize, seed = 0, shuffle = true, signal } = settings;
    const { workers = availableParallelism(), shards = 4 } = settings;
    for (const [name, value] of Object.entries({ epochs, batchSize, workers, shards }))
      if (!Number.isSafeInteger(value) || value < 1)
        throw new ValueError(`DataParallel: ${name} must be a positive integer, got ${value}`);
    signal?.throwIfAborted();
    const url = String(recipe);
    // The threads start while this one loads the data.
    const crew = new Crew(url, workers, shards);
    try {
      const own = await loadRecipe<Options, Model, Given>(url);
      const data = await unlessAborted(Promise.resolve(own.data(options, signal)), signal);
      const model = own.model(options, new Random(seed), data);
      const loader = new DataLoader(data.train, { batchSize, shuffle, seed });
      const plan: Plan = { epochs, stepsPerEpoch: loader.length };
      const shared = share(model, data, shards);
      const setup: Setup = {
        ...{ options, seed, batchSize, shuffle, plan },
        train: datasetHandle(shared.train),
        test: shared.test && datasetHandle(shared.test),
        slices: namedSlices(model.namedParameters()),
        parameters: handleOf(shared.parameters),
        gradients: handleOf(shared.gradients),
        saved: handleOf(shared.saved),
      };
      await crew.all({ kind: "prepare", setup }, signal);
      return new DataParallel<Model, Given>([model, data], [crew, shared, shards], plan, signal);
    } catch (error) {
      await crew.close();
      throw error;
    }
  }

  /** Trains: yields each epoch's figures when it is done. The threads end with the iteration; so it can be done once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Epoch> {
    const { losses } = this.#crew.control;
    try {
      for (let epoch = 0; epoch < this.#plan.epochs; epoch++) {
        const start = performance.now();
        losses[0] = 0;
        await this.#crew.all({ kind: "train", epoch }, this.#signal);
        const seconds = (performance.now() - start) / 1000;
        const trainLoss = losses[0] / this.data.train.length;
        yield { epoch: epoch + 1, trainLoss, test: this.data.test && (await this.evaluate()), seconds };
      }
    } finally {
      await this.close();
    }
  }

  /** What the recipe's `evaluate` says of the test data, computed by all workers. Between epochs only. */
  async evaluate(): Promise<Figures> {
    const parts = await this.#crew.all({ kind: "evaluate", part: PART }, this.#signal);
    return meanOf(parts.sort((a, b) => a.part - b.part));
  }

  /** How far training has come, at any time. */
  get progress(): Progress {
    const { steps, losses } = this.#crew.control;
    return { steps: Atomics.load(steps, 0), stepsPerEpoch: this.#plan.stepsPerEpoch, loss: losses[1] };
  }

  /** The worker threads, for who wants to watch them. */
  get threads(): Crew["threads"] {
    return this.#crew.threads;
  }

  /** Ends the threads, for who does not iterate to the end; the model then has the parameters of the last finished step. */
  async close(): Promise<void> {
    await this.#crew.close();
    this.#undoUnfinished();
  }

  /** Workers that ended in the middle of a step have moved some slices already: these get their saved values back. */
  #undoUnfinished(): void {
    const { parameters, saved } = this.#shared;
    const { steps, saved: savedFor } = this.#crew.control;
    for (const [worker, step] of savedFor.entries()) {
      if (step <= steps[0]) continue;
      const { start, end } = workerSlice(parameters.size, this.workers, worker);
      assign(parameters.slice(0, start, end), saved.slice(0, start, end));
    }
  }
}

/** Puts into shared memory what the workers are to see. */
function share(model: Module, data: Data, shards: number): Shared {
  const parameters = sideBySide(model.parameters());
  if (parameters === undefined) throw new TypeError("DataParallel: the parameters must be float32");
  return {
    train: pinDataset(data.train),
    test: data.test && pinDataset(data.test),
    parameters,
    gradients: pinned([shards, parameters.size]),
    saved: pinned([parameters.size]),
  };
}

/** The mean over all samples of figures that are means over parts, the parts in order. */
function meanOf(parts: readonly PartFigures[]): Figures {
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  const names = Object.keys(parts[0]?.figures ?? {});
  const mean = (name: string) => parts.reduce((sum, { rows, figures }) => sum + rows * figures[name], 0) / total;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}
