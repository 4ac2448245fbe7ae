/** `DataLoader`: a dataset in batches, shuffled anew each epoch. */
import { pinned, Random, type Tensor } from "@polygrad/tensor";
import type { Dataset, Labels } from "./dataset.ts";
import { DatasetError } from "./errors.ts";

export interface DataLoaderOptions {
  /** Samples per batch. The last batch has what is left over, and all of them if the dataset is smaller. */
  readonly batchSize: number;
  /** Whether to shuffle, anew each epoch; false unless told. */
  readonly shuffle?: boolean;
  /** What the shuffling follows from, an integer from 0 to 2^53 - 1; 0 unless told. */
  readonly seed?: number;
  /** Whether to leave out a last batch that is not full; false unless told. */
  readonly dropLast?: boolean;
}

/** Some samples and their labels. `labels` and `indices` are the batch's own; `inputs` is on loan. */
export class Batch {
  /** `[rows]`, the class of each sample. */
  readonly labels: Labels;
  /** `[rows]`, where each sample stands in the dataset. */
  readonly indices: Int32Array;
  #inputs: Tensor | undefined;

  constructor(inputs: Tensor, labels: Labels, indices: Int32Array) {
    this.#inputs = inputs;
    this.labels = labels;
    this.indices = indices;
  }

  /**
   * `[rows, ...sampleShape]`, pinned. The loader writes the next batch over it: `clone()` what must live longer.
   *
   * @throws DatasetError once the next batch is drawn
   */
  get inputs(): Tensor {
    if (this.#inputs !== undefined) return this.#inputs;
    throw new DatasetError(
      "Batch.inputs: the loader has written the next batch over this one; " +
        "use it before that, or keep batch.inputs.clone()",
    );
  }

  /** For the loader: from now on `inputs` throws. */
  expire(): void {
    this.#inputs = undefined;
  }
}

/** Pinned memory that batches are gathered into, each over the one before: a tensor for every size of batch. */
export class BatchMemory {
  readonly #byRows = new Map<number, Tensor>();
  #current: Batch | undefined;

  /** The samples `indices` of a dataset and their labels; the batch before expires. All are to be of one sample shape. */
  gather(dataset: Dataset, indices: Int32Array): Batch {
    this.#current?.expire();
    let inputs = this.#byRows.get(indices.length);
    if (inputs === undefined) {
      inputs = pinned([indices.length, ...dataset.sampleShape]);
      this.#byRows.set(indices.length, inputs);
    }
    dataset.gatherInto(indices, inputs);
    // Not indices.map: bytes would come back as int32.
    const labels = new (dataset.labels instanceof Uint8Array ? Uint8Array : Int32Array)(indices.length);
    for (let row = 0; row < indices.length; row++) labels[row] = dataset.labels[indices[row]];
    this.#current = new Batch(inputs, labels, indices);
    return this.#current;
  }
}

/**
 * Iterates over a dataset in batches, as often as you like; each time is an epoch.
 *
 * ```ts
 * const loader = new DataLoader(train, { batchSize: 128, shuffle: true, seed: 1 });
 * for (let epoch = 0; epoch < 10; epoch++) for (const { inputs, labels } of loader) step(inputs, labels);
 * ```
 * The order of epoch e follows from the seed and e alone. All batches are gathered into the same pinned memory, so
 * **`inputs` is valid until the next batch is drawn**: a batch then refuses to hand it out, but a tensor you took out
 * earlier, or a view of it, shows the new samples. Run `backward()` before you draw on, and clone what you keep.
 */
export class DataLoader implements Iterable<Batch> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dropLast: boolean;
  #epoch = 0;
  /** Absent while an iteration uses it: a second one at the same time gets its own. */
  #memory: BatchMemory | undefined = new BatchMemory();

  /** @throws DatasetError if an option makes no sense, or there would be no batch at all */
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
          `it needs at least one, and as many of each`,
      );
    }
    if (dropLast && batchSize > dataset.length) {
      throw new DatasetError(
        `DataLoader: batchSize ${batchSize} exceeds the ${dataset.length} samples, ` +
          `and dropLast leaves out the only batch; lower batchSize, or keep the last batch`,
      );
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.seed = seed;
    this.dropLast = dropLast;
  }

  /** Batches per epoch. */
  get length(): number {
    const batches = this.dataset.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /** The number of the epoch that the next iteration runs. Set it to resume a training run where it stopped. */
  get epoch(): number {
    return this.#epoch;
  }

  set epoch(epoch: number) {
    checkEpoch(epoch, "DataLoader.epoch");
    this.#epoch = epoch;
  }

  /** `[dataset.length]`, the indices in the order in which epoch `epoch` takes them. */
  order(epoch: number): Int32Array {
    checkEpoch(epoch, "DataLoader.order");
    if (!this.shuffle) return Int32Array.from({ length: this.dataset.length }, (_, index) => index);
    const random = new Random(this.seed).split();
    // Each epoch has a stretch of 2^64 numbers to itself.
    for (let skipped = 0; skipped < epoch; skipped++) random.jump();
    return random.permutation(this.dataset.length);
  }

  /** Runs the next epoch. */
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
    throw new DatasetError(`${operation}: ${epoch} is no epoch; they are numbered from 0`);
}
