/** Datasets shared between threads: the samples stay in pinned memory, and a handle tells another thread where. */
import { ByteRows, pin, pinned, Tensor } from "@polygrad/tensor";
import { handleOf, type TensorHandle, tensorAt } from "@polygrad/tensor/internal";
import type { Dataset } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { ImageDataset, TensorDataset } from "./in-memory.ts";
import { Subset, targetsOf } from "./subset.ts";
import type { Labels, Targets } from "./targets.ts";

/** A description of a dataset that `postMessage` can send; `datasetAt` in another thread makes a dataset of it. */
export type DatasetHandle = ImagesHandle | TensorsHandle | SubsetHandle;

interface ImagesHandle {
  readonly kind: "images";
  readonly address: number;
  readonly divisor: number;
  readonly shape: readonly number[];
  readonly labels: Labels;
  readonly classes: number;
}

interface TensorsHandle {
  readonly kind: "tensors";
  readonly inputs: TensorHandle;
  readonly targets: Labels | TensorHandle;
  /** Undefined for continuous targets. */
  readonly classes: number | undefined;
}

interface SubsetHandle {
  readonly kind: "subset";
  readonly of: DatasetHandle;
  readonly indices: Int32Array;
}

/** Whether a dataset has the `gatherInto` of that class. A subclass that overrides it may not just read from memory. */
function gathersAs<Known>(
  Class: { readonly prototype: Known & { readonly gatherInto: unknown } },
  dataset: Dataset<Targets>,
): dataset is Dataset<Targets> & Known {
  return dataset.gatherInto === Class.prototype.gatherInto;
}

/**
 * Returns a dataset whose samples and continuous targets are in pinned memory: `dataset` itself if they are already,
 * otherwise a copy. A dataset of a class that this package does not know, or with a `gatherInto` of its own, is read
 * once, in order, into a float32 `TensorDataset`.
 */
export function pinDataset(dataset: Dataset<Targets>): Dataset<Targets> {
  if (gathersAs(ImageDataset, dataset)) return dataset;
  if (gathersAs(Subset<Targets>, dataset)) {
    const all = pinDataset(dataset.dataset);
    return all === dataset.dataset ? dataset : new Subset(all, dataset.indices);
  }
  const isOfTensors = gathersAs(TensorDataset<Targets>, dataset);
  const inputs = isOfTensors ? inPinned(dataset.inputs) : readOnce(dataset);
  const targets = inPinned(targetsOf(dataset));
  if (isOfTensors && inputs === dataset.inputs && targets === dataset.targets) return dataset;
  return new TensorDataset<Targets>(inputs, targets, dataset.classes);
}

/** Targets in pinned memory: the same ones, if they are there already. Labels are copied from thread to thread instead. */
function inPinned<Given extends Targets>(given: Given): Given | Tensor {
  return !(given instanceof Tensor) || isShared(given) ? given : pin(given);
}

function isShared(x: Tensor): boolean {
  return x.storage.address !== undefined && x.isContiguous;
}

function readOnce(dataset: Dataset<Targets>): Tensor {
  const inputs = pinned([dataset.length, ...dataset.sampleShape]);
  dataset.gatherInto(
    Int32Array.from({ length: dataset.length }, (_, index) => index),
    inputs,
  );
  return inputs;
}

/**
 * Returns the handle of a pinned dataset, for `datasetAt` in another thread. Keep the dataset for as long as the handle
 * is in use: the handle does not keep its memory from being freed.
 *
 * @throws DatasetError if the samples or the continuous targets are not in pinned memory: see `pinDataset`
 */
export function datasetHandle(dataset: Dataset<Targets>): DatasetHandle {
  if (gathersAs(Subset<Targets>, dataset))
    return { kind: "subset", of: datasetHandle(dataset.dataset), indices: dataset.indices };
  if (gathersAs(TensorDataset<Targets>, dataset) && isShared(dataset.inputs)) {
    const { targets, classes } = dataset;
    const shared = { kind: "tensors", inputs: handleOf(dataset.inputs), classes } as const;
    if (!(targets instanceof Tensor)) return { ...shared, targets };
    if (isShared(targets)) return { ...shared, targets: handleOf(targets) };
  }
  if (gathersAs(ImageDataset, dataset) && dataset.pixels.address !== undefined) {
    const { pixels, sampleShape: shape, labels, classes } = dataset;
    return { kind: "images", address: dataset.pixels.address, divisor: pixels.divisor, shape, labels, classes };
  }
  throw new DatasetError("datasetHandle: the samples are not in memory that threads share; call pinDataset first");
}

/** Returns the dataset that a handle from another thread describes. It reads the same memory: nothing is copied. */
export function datasetAt(handle: DatasetHandle): Dataset<Targets> {
  if (handle.kind === "subset") return new Subset<Targets>(datasetAt(handle.of), handle.indices);
  if (handle.kind === "tensors") {
    const targets = ArrayBuffer.isView(handle.targets) ? handle.targets : tensorAt(handle.targets);
    return new TensorDataset<Targets>(tensorAt(handle.inputs), targets, handle.classes);
  }
  const { shape, labels, classes } = handle;
  const rowLength = shape.reduce((product, size) => product * size, 1);
  const pixels = new ByteRows(labels.length, rowLength, handle.divisor, handle.address);
  return new ImageDataset(pixels, shape, labels, classes);
}
