/** Data-parallel training: from a recipe to a trained network, epoch by epoch. */
import { DataLoader } from "@polygrad/data";
import { datasetHandle } from "@polygrad/data/internal";
import type { Module } from "@polygrad/nn";
import { assign, Random } from "@polygrad/tensor";
import { handleOf } from "@polygrad/tensor/internal";
import { Crew, unlessAborted } from "./crew.ts";
import { checkElementwise } from "./independence.ts";
import { checkNumbers, type DataParallelOptions, type Epoch, type Progress } from "./options.ts";
import type { PartFigures, Setup } from "./protocol.ts";
import { type Data, type Figures, loadRecipe, type Plan, recipeUrl } from "./recipe.ts";
import { namedSlices, workerSlice } from "./shards.ts";
import { type Shared, share } from "./shared.ts";

/** How many test samples a worker evaluates at a time. The last bits of the figures depend on it. */
const PART = 1000;

/**
 * Trains a network on all cores. Each batch is cut into shards, worker threads compute the gradients of the shards, and
 * the gradients are added up in the order of the shards. So the weights depend on the seed and the number of shards,
 * but not on the number of workers or on timing: they equal, bit for bit, those of one thread that accumulates the
 * shards' gradients.
 *
 * ```ts
 * const training = await DataParallel.start<Options, Sequential>(new URL("./recipe.ts", import.meta.url), settings);
 * for await (const { epoch, trainLoss, test } of training) console.log(epoch, trainLoss, test?.accuracy);
 * training.model.forward(x);
 * ```
 * The threads end when the loop ends, for whatever reason. If a worker throws, exits or is killed, the loop throws a
 * `WorkerError` within two seconds; if the signal is aborted, it throws the signal's reason. The model then has the
 * parameters of the last finished step.
 */
export class DataParallel<Model extends Module, Given extends Data = Data> implements AsyncIterable<Epoch> {
  /** The network. The workers update its parameters during an epoch. */
  readonly model: Model;
  /** What the recipe's `data` returned. */
  readonly data: Given;
  /** The number of threads that the run really uses: see the option `workers`. */
  readonly workers: number;
  readonly shards: number;
  readonly #crew: Crew;
  readonly #shared: Shared;
  readonly #plan: Plan;
  readonly #signal: AbortSignal | undefined;
  #explanations: ReadonlySet<string> = new Set();

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
   * @param recipe the recipe's module (see `Recipe`): a URL, or a path that is absolute or starts with "./" or "../"; a
   * relative path starts from the working directory
   * @param settings the options of the run
   * @throws ValueError if a number is invalid, there is no such file, or the recipe's optimiser does not treat every
   * element by itself; TypeError if the module's default export is not a recipe; WorkerError if a thread fails; whatever the recipe throws on this thread; the signal's reason if it is aborted
   */
  static async start<Options, Model extends Module, Given extends Data = Data>(
    recipe: URL | string,
    settings: DataParallelOptions<Options>,
  ): Promise<DataParallel<Model, Given>> {
    const { workers, shards } = checkNumbers(settings);
    const { options, epochs, batchSize, seed = 0, shuffle = true, capture = true, signal } = settings;
    signal?.throwIfAborted();
    const url = recipeUrl(recipe);
    // The threads start while this one loads the data.
    const crew = new Crew(url, workers, shards);
    try {
      const own = await unlessAborted(loadRecipe<Options, Model, Given>(url), signal);
      const data = await unlessAborted(Promise.resolve(own.data(options, signal)), signal);
      const model = own.model(options, new Random(seed), data);
      const loader = new DataLoader(data.train, { batchSize, shuffle, seed });
      const plan: Plan = { epochs, stepsPerEpoch: loader.length };
      const shared = share(model, data, shards);
      const setup: Setup = {
        ...{ options, seed, batchSize, shuffle, capture, plan },
        train: datasetHandle(shared.train),
        test: shared.test && datasetHandle(shared.test),
        slices: namedSlices(model.namedParameters()),
        parameters: handleOf(shared.parameters),
        gradients: handleOf(shared.gradients),
        saved: handleOf(shared.saved),
      };
      // While the threads prepare, this one checks the optimiser. If it is wrong, that is the error to report.
      const prepared = crew.all({ kind: "prepare", setup }, signal);
      prepared.catch(() => undefined);
      checkElementwise((parameters) => own.optimiser(parameters, options, plan), epochs * loader.length);
      await prepared;
      return new DataParallel<Model, Given>([model, data], [crew, shared, shards], plan, signal);
    } catch (error) {
      await crew.close();
      throw error;
    }
  }

  /**
   * Trains, and yields the results of each epoch. It can be iterated once, because the threads end with the iteration.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Epoch> {
    const { losses } = this.#crew.control;
    try {
      for (let epoch = 0; epoch < this.#plan.epochs; epoch++) {
        const start = performance.now();
        losses[0] = 0;
        const answers = await this.#crew.all({ kind: "train", epoch }, this.#signal);
        this.#explanations = new Set(answers.map(({ explanation }) => explanation));
        const seconds = (performance.now() - start) / 1000;
        const trainLoss = losses[0] / this.data.train.length;
        yield { epoch: epoch + 1, trainLoss, test: this.data.test && (await this.evaluate()), seconds };
      }
    } finally {
      await this.close();
    }
  }

  /**
   * Computes the figures of the recipe's `evaluate` on the test data, on all workers. Call it between epochs only.
   *
   * @returns the mean figures over all test samples; no figures if there is no test data
   * @throws WorkerError if a worker fails; the signal's reason if it is aborted; Error if the run has ended
   */
  async evaluate(): Promise<Figures> {
    const answers = await this.#crew.all({ kind: "evaluate", part: PART }, this.#signal);
    return meanOf(answers.flatMap(({ parts }) => parts).sort((a, b) => a.part - b.part));
  }

  /**
   * Whether the workers replay captured steps (see `capture`) and, if steps run as usual, why: "captured", or "runs as
   * usual, because ...", as at the end of the last epoch.
   */
  explain(): string {
    return this.#explanations.size === 0 ? "has not trained yet" : [...this.#explanations].join("; ");
  }

  /** The progress of the run. It can be read at any time, also during an epoch. */
  get progress(): Progress {
    const { steps, losses } = this.#crew.control;
    return { steps: Atomics.load(steps, 0), stepsPerEpoch: this.#plan.stepsPerEpoch, loss: losses[1] };
  }

  /** The worker threads that are running; none once the run has ended. */
  get threads(): Crew["threads"] {
    return this.#crew.threads;
  }

  /**
   * Ends the threads. Call it if you do not iterate; a loop does it itself. The model then has the parameters of the
   * last finished step.
   */
  async close(): Promise<void> {
    await this.#crew.close();
    this.#undoUnfinished();
  }

  /** Restores the slices that workers had already updated in a step that was not finished. */
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

/** The means over all samples, from the means over parts, added up in the order of the parts. */
function meanOf(parts: readonly PartFigures[]): Figures {
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  const names = Object.keys(parts[0]?.figures ?? {});
  const mean = (name: string) => parts.reduce((sum, { rows, figures }) => sum + rows * figures[name], 0) / total;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}
