/** Datasets across threads: what lies in pinned memory is not copied; a handle tells another thread where it is. */
import { ByteRows, handleOf, pin, pinned, type TensorHandle, tensorAt } from "@polygrad/tensor";
import { type Dataset, ImageDataset, type Labels, Subset, TensorDataset } from "./dataset.ts";
import { DatasetError } from "./errors.ts";

/** What another thread needs to see a dataset: what `postMessage` can carry. */
export type DatasetHandle =
  | { readonly kind: "images"; readonly address: number; readonly divisor: number; readonly samples: Samples }
  | { readonly kind: "tensor"; readonly inputs: TensorHandle; readonly samples: Samples }
  | { readonly kind: "subset"; readonly of: DatasetHandle; readonly indices: Int32Array };

interface Samples {
  readonly shape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
}

/** Whether a dataset is of that class, and gathers as it does: a subclass may do more than to read what lies in memory. */
function gathersAs<Known extends Dataset>(Class: { readonly prototype: Known }, dataset: Dataset): dataset is Known {
  return dataset.gatherInto === Class.prototype.gatherInto;
}

/**
 * A dataset with its samples in pinned memory: the dataset itself if they are, otherwise a copy. One of a kind that this
 * package does not know is read once, in order, and kept as float32.
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
 * The handle of a pinned dataset, for `datasetAt` in another thread. Keep the dataset as long as the handle is in use.
 *
 * @throws DatasetError if it is not pinned: see `pinDataset`
 */
export function datasetHandle(dataset: Dataset): DatasetHandle {
  const samples: Samples = { shape: dataset.sampleShape, labels: dataset.labels, classes: dataset.classes };
  if (gathersAs(Subset, dataset))
    return { kind: "subset", of: datasetHandle(dataset.dataset), indices: dataset.indices };
  if (gathersAs(TensorDataset, dataset) && dataset.inputs.storage.address !== undefined)
    return { kind: "tensor", inputs: handleOf(dataset.inputs), samples };
  if (gathersAs(ImageDataset, dataset) && dataset.pixels.address !== undefined)
    return { kind: "images", address: dataset.pixels.address, divisor: dataset.pixels.divisor, samples };
  throw new DatasetError("datasetHandle: the samples do not lie in memory that threads share; use pinDataset first");
}

/** The dataset that a handle of another thread stands for. */
export function datasetAt(handle: DatasetHandle): Dataset {
  if (handle.kind === "subset") return new Subset(datasetAt(handle.of), handle.indices);
  const { shape, labels, classes } = handle.samples;
  if (handle.kind === "tensor") return new TensorDataset(tensorAt(handle.inputs), labels, classes);
  const rowLength = shape.reduce((product, size) => product * size, 1);
  const pixels = new ByteRows(labels.length, rowLength, handle.divisor, handle.address);
  return new ImageDataset(pixels, shape, labels, classes);
}
