/** Batches: some samples of a dataset in pinned memory, which the next batch overwrites. */
import { pinned, Tensor } from "@polygrad/tensor";
import { checkedTensor, checkOptions, either, instance, type Lease, partOf, text } from "@polygrad/tensor/internal";
import type { Dataset, Labels } from "./dataset.ts";
import { DatasetError } from "./errors.ts";

const bytes = instance(Uint8Array, "a Uint8Array");
const words = instance(Int32Array, "an Int32Array");

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

  /** Batches are made by a loader. @throws ArgumentError if an argument is of the wrong kind */
  constructor(inputs: Tensor, labels: Labels, indices: Int32Array, loan: Lease = {}) {
    checkedTensor("Batch", inputs);
    either("a Uint8Array or an Int32Array", bytes, words)("Batch", "labels", labels);
    words("Batch", "indices", indices);
    checkOptions("Batch", loan, { endedBy: text });
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
