/** Batches: some samples of a dataset in pinned memory, which the next batch overwrites. */
import { pinned, Tensor } from "@polygrad/tensor";
import { checkedTensor, checkOptions, either, instance, type Lease, partOf, text } from "@polygrad/tensor/internal";
import type { Dataset } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { targetsAt } from "./subset.ts";
import type { Labels, LabelsOf, Targets } from "./targets.ts";

const words = instance(Int32Array, "an Int32Array");
const someTargets = either(
  "a Uint8Array, an Int32Array or a tensor",
  instance(Uint8Array, ""),
  words,
  instance(Tensor, ""),
);

/**
 * Some samples and their targets: `Batch` has labels, `Batch<Tensor>` has continuous targets. The batch owns `labels` and
 * `indices`; `inputs` and continuous `targets` are valid until the next batch only.
 */
export class Batch<T extends Targets = Labels> {
  /** `[rows]`, the position of each sample in the dataset. */
  readonly indices: Int32Array;
  #inputs: Tensor | undefined;
  #targets: T | undefined;
  readonly #loan: Lease;

  /** Batches are made by a loader. @throws ArgumentError if an argument is of the wrong kind */
  constructor(inputs: Tensor, targets: T, indices: Int32Array, loan: Lease = {}) {
    checkedTensor("Batch", inputs);
    someTargets("Batch", "targets", targets);
    words("Batch", "indices", indices);
    checkOptions("Batch", loan, { endedBy: text });
    this.#inputs = inputs;
    this.#targets = targets;
    this.#loan = loan;
    this.indices = indices;
  }

  /**
   * `[rows, ...sampleShape]`, float32 in pinned memory. The next batch overwrites it: `clone()` what you keep.
   *
   * @throws DatasetError once the next batch has been drawn
   */
  get inputs(): Tensor {
    return this.#inputs ?? overwritten("inputs");
  }

  /**
   * The labels; or the continuous targets `[rows, ...targetShape]`, float32 in pinned memory like `inputs`.
   *
   * @throws DatasetError if they are continuous and the next batch has been drawn
   */
  get targets(): T {
    return this.#targets ?? overwritten("targets");
  }

  /** `[rows]`, the class of each sample. @throws DatasetError if the targets are continuous: use `targets` */
  get labels(): LabelsOf<T> {
    return labelsOf(this.targets);
  }

  /**
   * Called by the loader when it draws the next batch: from then on, `inputs` and continuous `targets` throw, and so does
   * what shares their memory.
   */
  expire(): void {
    this.#inputs = undefined;
    if (this.#targets instanceof Tensor) this.#targets = undefined;
    this.#loan.endedBy = "the next batch";
  }
}

function overwritten(name: "inputs" | "targets"): never {
  throw new DatasetError(
    `Batch.${name}: the next batch has overwritten this one; ` +
      `use ${name} before you draw the next batch, or keep batch.${name}.clone()`,
  );
}

function labelsOf<T extends Targets>(targets: T): LabelsOf<T>;
function labelsOf(targets: Targets): Labels {
  if (!(targets instanceof Tensor)) return targets;
  throw new DatasetError("Batch.labels: this batch has continuous targets and no labels; use batch.targets");
}

/** Pinned memory for batches: one tensor for each batch size, which every batch of that size overwrites. */
export class BatchMemory {
  readonly #inputs = new Map<number, Tensor>();
  readonly #targets = new Map<string, Tensor>();
  #current: Batch<Targets> | undefined;

  /**
   * Copies samples into this memory and returns them as a batch. The previous batch expires.
   *
   * @param dataset any dataset with the sample shape of those gathered before
   * @param indices `[rows]`, the samples to copy
   * @throws DatasetError if an index is out of range, or the sample shape differs from that of an earlier call
   */
  gather<T extends Targets = Labels>(dataset: Dataset<T>, indices: Int32Array): Batch<T> {
    this.#current?.expire();
    const loan: Lease = {};
    const memory = keptAt(this.#inputs, indices.length, [indices.length, ...dataset.sampleShape]);
    const inputs = lent(memory, loan);
    dataset.gatherInto(indices, inputs);
    const targets = targetsAt(dataset, indices, (shape) => lent(keptAt(this.#targets, String(shape), shape), loan));
    const batch = new Batch(inputs, targets, indices, loan);
    this.#current = batch;
    return batch;
  }
}

/** The memory that a map has under a key, or new memory of a shape. */
function keptAt<Key>(memories: Map<Key, Tensor>, key: Key, shape: readonly number[]): Tensor {
  const memory = memories.get(key) ?? pinned(shape);
  memories.set(key, memory);
  return memory;
}

/** All of some memory, until the loan ends. */
function lent(memory: Tensor, loan: Lease): Tensor {
  return new Tensor(partOf(memory.storage, 0, memory.size, loan), memory.shape);
}
