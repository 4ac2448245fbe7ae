/** The data loader: it iterates over a dataset in batches, in a new random order each epoch. */
import { Random, type Tensor, type TensorJSON } from "@polygrad/tensor";
import { checkOptions, described, flag, number } from "@polygrad/tensor/internal";
import { type Batch, BatchMemory } from "./batch.ts";
import type { Dataset } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { type Identity, type Position, positionIn, stateOf } from "./position.ts";
import { checkDataset } from "./subset.ts";
import type { Labels, Targets } from "./targets.ts";

/** The options of a {@link DataLoader}. */
export interface DataLoaderOptions {
  /** Samples per batch. The last batch of an epoch is smaller if the dataset's length is not a multiple of it. */
  readonly batchSize: number;
  /** Whether to shuffle the samples, in a new order each epoch. Defaults to false. */
  readonly shuffle?: boolean;
  /** The seed of the shuffling, an integer from 0 to 2^53 - 1. Defaults to 0. */
  readonly seed?: number;
  /** Whether to leave out the last batch if it is not full. Defaults to false. */
  readonly dropLast?: boolean;
}

/**
 * Iterates over a dataset in batches. It can be iterated any number of times; each iteration is one epoch.
 *
 * ```ts
 * const loader = new DataLoader(train, { batchSize: 128, shuffle: true, seed: 1 });
 * for (let epoch = 0; epoch < 10; epoch++) for (const { inputs, labels } of loader) step(inputs, labels);
 * ```
 * The order of epoch e depends on the seed and on e only. All batches share the same pinned memory, so **`inputs` is
 * valid until the next batch is drawn**. After that, reading `batch.inputs` throws, and so does using a tensor that you
 * took from it earlier, or a view of it. So call `backward()` before you draw the next batch, and clone what you keep.
 */
export class DataLoader<T extends Targets = Labels> implements Iterable<Batch<T>> {
  readonly dataset: Dataset<T>;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dropLast: boolean;
  /** Where the next iteration begins. */
  #next: Position = { epoch: 0, batch: 0 };
  /** Where the iteration stands that began last; undefined once it has ended, or its place was taken by another. */
  #running: { readonly epoch: number; batch: number } | undefined;
  /** Undefined while an iteration uses it, so that a second iteration at the same time gets memory of its own. */
  #memory: BatchMemory | undefined = new BatchMemory();

  /**
   * @throws DatasetError if an option is invalid, the dataset is empty, or `dropLast` would leave no batch;
   * ArgumentError if an option is unknown or of the wrong kind
   */
  constructor(dataset: Dataset<T>, options: DataLoaderOptions) {
    if (options === undefined) throw new DatasetError("DataLoader: batchSize is missing; pass { batchSize: 32 }");
    checkOptions("DataLoader", options, { batchSize: number, shuffle: flag, seed: number, dropLast: flag });
    const { batchSize, shuffle = false, seed = 0, dropLast = false } = options;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new DatasetError(`DataLoader: batchSize is ${batchSize}; give an integer of at least 1`);
    }
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new DatasetError(`DataLoader: seed is ${seed}; give an integer from 0 to 2^53 - 1`);
    }
    checkDataset(dataset, "DataLoader");
    if (dropLast && batchSize > dataset.length) {
      throw new DatasetError(
        `DataLoader: batchSize ${batchSize} is larger than the ${dataset.length} samples of the dataset, ` +
          "so dropLast leaves no batch; lower batchSize, or set dropLast to false",
      );
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.seed = seed;
    this.dropLast = dropLast;
  }

  /** The number of batches per epoch. */
  get length(): number {
    const batches = this.dataset.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /**
   * The number of the next epoch, counted from 0. Set it to resume a training run at the beginning of an epoch.
   *
   * @throws DatasetError when set to anything but an integer from 0 to 2^20
   */
  get epoch(): number {
    return this.#next.epoch;
  }

  set epoch(epoch: number) {
    checkEpoch(epoch, "DataLoader.epoch");
    this.#moveTo({ epoch, batch: 0 });
  }

  /**
   * The position of the loader, also within an epoch, as float64 tensors `[]` by name. `JSON.stringify` saves all of it.
   * While an iteration runs, the batches that it has drawn are done, with the current one. After an iteration that has
   * ended, or was broken off, the next epoch begins.
   */
  stateDict(): Readonly<Record<string, Tensor>> {
    return stateOf(this.#running ?? this.#next, this.#identity());
  }

  /**
   * Moves to the position of a saved state, or of what JSON made of one. The next iteration yields the batches that
   * would have come in the rest of that epoch: none, if all had been drawn.
   *
   * @throws DatasetError if the state is from a loader with another seed, batch size, `shuffle`, `dropLast` or number of
   * samples, or is incomplete; ArgumentError if it is something else
   */
  loadStateDict(state: Readonly<Record<string, Tensor | TensorJSON>>): void {
    const position = positionIn(state, this.#identity());
    checkEpoch(position.epoch, "DataLoader.loadStateDict");
    if (!Number.isInteger(position.batch) || position.batch < 0 || position.batch > this.length)
      throw new DatasetError(
        `DataLoader.loadStateDict: batch is ${position.batch}; an epoch has ${this.length} batches`,
      );
    this.#moveTo(position);
  }

  #identity(): Identity {
    const { seed, batchSize, shuffle, dropLast, dataset } = this;
    return { seed, batchSize, shuffle: Number(shuffle), dropLast: Number(dropLast), samples: dataset.length };
  }

  #moveTo(position: Position): void {
    this.#next = position;
    this.#running = undefined;
  }

  /**
   * The order of the samples in an epoch.
   *
   * @param epoch counted from 0
   * @returns `[dataset.length]`, the indices of the samples
   * @throws DatasetError if `epoch` is not an integer from 0 to 2^20
   */
  order(epoch: number): Int32Array {
    checkEpoch(epoch, "DataLoader.order");
    if (!this.shuffle) return Int32Array.from({ length: this.dataset.length }, (_, index) => index);
    const random = new Random(this.seed).split();
    // Each jump skips 2^64 numbers, so the epochs use disjoint parts of the generator's sequence.
    for (let skipped = 0; skipped < epoch; skipped++) random.jump();
    return random.permutation(this.dataset.length);
  }

  /** Starts the next epoch, or the rest of one that was loaded, and returns an iterator over its batches. */
  [Symbol.iterator](): Generator<Batch<T>, void, undefined> {
    const { epoch, batch } = this.#next;
    const order = this.order(epoch);
    const position = { epoch, batch };
    this.#next = { epoch: epoch + 1, batch: 0 };
    this.#running = position;
    return this.#run(order, position);
  }

  *#run(order: Int32Array, position: { batch: number }): Generator<Batch<T>, void, undefined> {
    const memory = this.#memory ?? new BatchMemory();
    this.#memory = undefined;
    try {
      while (position.batch < this.length) {
        const start = position.batch * this.batchSize;
        const batch = memory.gather(this.dataset, order.slice(start, start + this.batchSize));
        position.batch++;
        yield batch;
      }
    } finally {
      this.#memory = memory;
      if (this.#running === position) this.#running = undefined;
    }
  }
}

/** An order takes time in proportion to the number of its epoch: about two seconds for this one. */
const MOST_EPOCHS = 2 ** 20;

function checkEpoch(epoch: number, operation: string): void {
  if (!Number.isSafeInteger(epoch) || epoch < 0 || epoch > MOST_EPOCHS)
    throw new DatasetError(
      `${operation}: ${described(epoch)} is not an epoch; epochs are numbered from 0 to ${MOST_EPOCHS}`,
    );
}
