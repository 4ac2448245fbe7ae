/** What the threads of a run share: its data, the parameters, and the gradients of all shards. */
import type { Dataset } from "@polygrad/data";
import { pinDataset } from "@polygrad/data/internal";
import type { Module } from "@polygrad/nn";
import { pinned, type Tensor } from "@polygrad/tensor";
import { flattenParameters } from "./flat.ts";
import type { Data } from "./recipe.ts";

/** The tensors and datasets that the workers use, referenced here so that their memory is not freed. */
export interface Shared {
  readonly train: Dataset;
  readonly test: Dataset | undefined;
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  readonly saved: Tensor;
}

/** Moves the parameters of the model and the data into shared memory, and allocates the shared gradients. */
export function share(model: Module, data: Data, shards: number): Shared {
  const parameters = flattenParameters(model.parameters());
  return {
    train: pinDataset(data.train),
    test: data.test && pinDataset(data.test),
    parameters,
    gradients: pinned([shards, parameters.size]),
    saved: pinned([parameters.size]),
  };
}
