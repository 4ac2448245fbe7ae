/** The data loader: it iterates over a dataset in batches, in a new random order each epoch. */
import { pinned, Random, Tensor } from "@polygrad/tensor";
import { type Lease, partOf } from "@polygrad/tensor/internal";
import type { Dataset, Labels } from "./dataset.ts";
import { DatasetError } from "./errors.ts";

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
 * Some samples and their labels. The batch owns `labels` and `indices`; `inputs` is valid until the next batch only.
 */
export class Batch {
  /** `[rows]`, the class of each sample. */
  readonly labels: Labels;
  /** `[rows]`, the position of each sample in the dataset. */
  readonly indices: Int32Array;
  #inputs: Tensor | undefined;

  readonly #loan: Lease;

  constructor(inputs: Tensor, labels: Labels, indices: Int32Array, loan: Lease = {}) {
    this.#inputs = inputs;
    this.#loan = loan;
    this.labels = labels;
    this.indices = indices;
  }

  /**
   * `[rows, ...sampleShape]`, float32 in pinned memory. The next batch overwrites it: `clone()` what you keep.
   *
   * @throws DatasetError once the next batch has been drawn
   */
  get inputs(): Tensor {
    if (this.#inputs !== undefined) return this.#inputs;
    throw new DatasetError(
      "Batch.inputs: the next batch has overwritten this one; " +
        "use inputs before you draw the next batch, or keep batch.inputs.clone()",
    );
  }

  /** Called by the loader when it draws the next batch: from then on, `inputs` throws, and so does what shares its memory. */
  expire(): void {
    this.#inputs = undefined;
    this.#loan.endedBy = "the next batch";
  }
}

/** Pinned memory for batches: one tensor for each batch size, which every batch of that size overwrites. */
export class BatchMemory {
  readonly #byRows = new Map<number, Tensor>();
  #current: Batch | undefined;

  /**
   * Copies samples into this memory and returns them as a batch. The previous batch expires.
   *
   * @param dataset any dataset with the sample shape of those gathered before
   * @param indices `[rows]`, the samples to copy
   * @throws DatasetError if an index is out of range, or the sample shape differs from that of an earlier call
   */
  gather(dataset: Dataset, indices: Int32Array): Batch {
    this.#current?.expire();
    let memory = this.#byRows.get(indices.length);
    if (memory === undefined) {
      memory = pinned([indices.length, ...dataset.sampleShape]);
      this.#byRows.set(indices.length, memory);
    }
    const loan: Lease = {};
    const inputs = new Tensor(partOf(memory.storage, 0, memory.size, loan), memory.shape);
    dataset.gatherInto(indices, inputs);
    // Not indices.map(), which would make an Int32Array of byte labels.
    const labels = new (dataset.labels instanceof Uint8Array ? Uint8Array : Int32Array)(indices.length);
    for (let row = 0; row < indices.length; row++) labels[row] = dataset.labels[indices[row]];
    this.#current = new Batch(inputs, labels, indices, loan);
    return this.#current;
  }
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
export class DataLoader implements Iterable<Batch> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dropLast: boolean;
  #epoch = 0;
  /** Undefined while an iteration uses it, so that a second iteration at the same time gets memory of its own. */
  #memory: BatchMemory | undefined = new BatchMemory();

  /** @throws DatasetError if an option is invalid, the dataset is empty, or `dropLast` would leave no batch */
  constructor(dataset: Dataset, { batchSize, shuffle = false, seed = 0, dropLast = false }: DataLoaderOptions) {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new DatasetError(`DataLoader: batchSize is ${batchSize}; give an integer of at least 1`);
    }
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new DatasetError(`DataLoader: seed is ${seed}; give an integer from 0 to 2^53 - 1`);
    }
    if (!(dataset.length >= 1) || dataset.labels.length !== dataset.length) {
      throw new DatasetError(
        `DataLoader: the dataset has ${dataset.length} samples and ${dataset.labels.length} labels; ` +
          "it needs at least one sample, and one label per sample",
      );
    }
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
   * The number of the next epoch, counted from 0. Set it to resume a training run.
   *
   * @throws DatasetError when set to anything but an integer of at least 0
   */
  get epoch(): number {
    return this.#epoch;
  }

  set epoch(epoch: number) {
    checkEpoch(epoch, "DataLoader.epoch");
    this.#epoch = epoch;
  }

  /**
   * The order of the samples in an epoch.
   *
   * @param epoch counted from 0
   * @returns `[dataset.length]`, the indices of the samples
   * @throws DatasetError if `epoch` is not an integer of at least 0
   */
  order(epoch: number): Int32Array {
    checkEpoch(epoch, "DataLoader.order");
    if (!this.shuffle) return Int32Array.from({ length: this.dataset.length }, (_, index) => index);
    const random = new Random(this.seed).split();
    // Each jump skips 2^64 numbers, so the epochs use disjoint parts of the generator's sequence.
    for (let skipped = 0; skipped < epoch; skipped++) random.jump();
    return random.permutation(this.dataset.length);
  }

  /** Starts the next epoch and returns an iterator over its batches. */
  [Symbol.iterator](): Generator<Batch, void, undefined> {
    return this.#run(this.order(this.#epoch++));
  }

  *#run(order: Int32Array): Generator<Batch, void, undefined> {
    const memory = this.#memory ?? new BatchMemory();
    this.#memory = undefined;
    try {
      for (let number = 0; number < this.length; number++) {
        const start = number * this.batchSize;
        yield memory.gather(this.dataset, order.slice(start, start + this.batchSize));
      }
    } finally {
      this.#memory = memory;
    }
  }
}

function checkEpoch(epoch: number, operation: string): void {
  if (!Number.isSafeInteger(epoch) || epoch < 0)
    throw new DatasetError(`${operation}: ${epoch} is not an epoch; epochs are numbered from 0`);
}
