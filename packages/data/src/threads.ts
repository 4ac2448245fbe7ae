/** Datasets shared between threads: the samples stay in pinned memory, and a handle tells another thread where. */
import { ByteRows, pin, pinned } from "@polygrad/tensor";
import { handleOf, type TensorHandle, tensorAt } from "@polygrad/tensor/internal";
import type { Dataset, Labels } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { ImageDataset, TensorDataset } from "./in-memory.ts";
import { Subset } from "./subset.ts";

/** A description of a dataset that `postMessage` can send; `datasetAt` in another thread makes a dataset of it. */
export type DatasetHandle =
  | { readonly kind: "images"; readonly address: number; readonly divisor: number; readonly samples: Samples }
  | { readonly kind: "tensor"; readonly inputs: TensorHandle; readonly samples: Samples }
  | { readonly kind: "subset"; readonly of: DatasetHandle; readonly indices: Int32Array };

interface Samples {
  readonly shape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
}

/** Whether a dataset has the `gatherInto` of that class. A subclass that overrides it may not just read from memory. */
function gathersAs<Known extends Dataset>(Class: { readonly prototype: Known }, dataset: Dataset): dataset is Known {
  return dataset.gatherInto === Class.prototype.gatherInto;
}

/**
 * Returns a dataset whose samples are in pinned memory: `dataset` itself if they are already, otherwise a copy. A
 * dataset of a class that this package does not know, or with a `gatherInto` of its own, is read once, in order, into a
 * float32 `TensorDataset`.
 */
export function pinDataset(dataset: Dataset): Dataset {
  const { length, labels, classes, sampleShape } = dataset;
  if (gathersAs(ImageDataset, dataset)) return dataset;
  if (gathersAs(Subset, dataset)) {
    const all = pinDataset(dataset.dataset);
    return all === dataset.dataset ? dataset : new Subset(all, dataset.indices);
  }
  if (gathersAs(TensorDataset, dataset)) {
    const { inputs } = dataset;
    return inputs.storage.address === undefined ? new TensorDataset(pin(inputs), labels, classes) : dataset;
  }
  const inputs = pinned([length, ...sampleShape]);
  dataset.gatherInto(
    Int32Array.from({ length }, (_, index) => index),
    inputs,
  );
  return new TensorDataset(inputs, labels, classes);
}

/**
 * Returns the handle of a pinned dataset, for `datasetAt` in another thread. Keep the dataset for as long as the handle
 * is in use: the handle does not keep its memory from being freed.
 *
 * @throws DatasetError if the samples are not in pinned memory: see `pinDataset`
 */
export function datasetHandle(dataset: Dataset): DatasetHandle {
  const samples: Samples = { shape: dataset.sampleShape, labels: dataset.labels, classes: dataset.classes };
  if (gathersAs(Subset, dataset))
    return { kind: "subset", of: datasetHandle(dataset.dataset), indices: dataset.indices };
  if (gathersAs(TensorDataset, dataset) && dataset.inputs.storage.address !== undefined)
    return { kind: "tensor", inputs: handleOf(dataset.inputs), samples };
  if (gathersAs(ImageDataset, dataset) && dataset.pixels.address !== undefined)
    return { kind: "images", address: dataset.pixels.address, divisor: dataset.pixels.divisor, samples };
  throw new DatasetError("datasetHandle: the samples are not in memory that threads share; call pinDataset first");
}

/** Returns the dataset that a handle from another thread describes. It reads the same memory: nothing is copied. */
export function datasetAt(handle: DatasetHandle): Dataset {
  if (handle.kind === "subset") return new Subset(datasetAt(handle.of), handle.indices);
  const { shape, labels, classes } = handle.samples;
  if (handle.kind === "tensor") return new TensorDataset(tensorAt(handle.inputs), labels, classes);
  const rowLength = shape.reduce((product, size) => product * size, 1);
  const pixels = new ByteRows(labels.length, rowLength, handle.divisor, handle.address);
  return new ImageDataset(pixels, shape, labels, classes);
}
