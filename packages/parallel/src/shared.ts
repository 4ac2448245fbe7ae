/** What the threads of a run share: its data, and for each group of parameters their values, gradients and states. */
import type { Dataset, Targets } from "@polygrad/data";
import { type DatasetHandle, datasetAt, datasetHandle, pinDataset } from "@polygrad/data/internal";
import type { Module } from "@polygrad/nn";
import { trackingLayers } from "@polygrad/nn/internal";
import { clone, pin, pinned, type Tensor } from "@polygrad/tensor";
import { handleOf, type TensorHandle, tensorAt } from "@polygrad/tensor/internal";
import { flatten } from "./flat.ts";
import { type Group, keptBy } from "./groups.ts";
import type { Data } from "./recipe.ts";

/**
 * A group in shared memory. All tensors have one column for each element of its parameters, side by side.
 *
 * `Place` is a tensor or, where threads send each other where it is, a handle of it.
 */
export interface SharedGroup<Place = Tensor> {
  readonly name: string;
  /** `[size]`, the parameters. */
  readonly values: Place;
  /** `[shards, size]`, the gradient of each shard's share of the loss. */
  readonly gradients: Place;
  /** `[size]`, the parameters before the current step. */
  readonly saved: Place;
  /** `[size]`, the moving averages of the parameters; of no elements if the run keeps none. */
  readonly averages: Place;
  /** `[states, size]`, where workers put the states of their optimisers for a checkpoint. */
  readonly states: Place;
}

/** What no optimiser changes, in shared memory. */
export interface SharedRest<Place = Tensor> {
  /** `[size]`, frozen parameters and buffers. */
  readonly values: Place;
  /** `[size]`, the same before the current step. */
  readonly saved: Place;
  /** For each layer that tracks statistics: `[shards, size]`, those of each shard. */
  readonly statistics: readonly Place[];
}

/** What all threads of a run see. The calling thread keeps it, so that its memory is not freed. */
export interface Shared<Place = Tensor, Samples = Dataset<Targets>> {
  readonly train: Samples;
  readonly validation: Samples | undefined;
  readonly test: Samples | undefined;
  readonly groups: readonly SharedGroup<Place>[];
  readonly rest: SharedRest<Place>;
}

/** `Shared` in a form that `postMessage` can send. */
export type SharedHandle = Shared<TensorHandle, DatasetHandle>;

/** The shape of a run, as far as it decides what is shared. */
interface Sizes {
  readonly shards: number;
  /** For each group, the number of states that its optimiser keeps of each element. */
  readonly states: readonly number[];
  readonly hasAverages: boolean;
}

/** Moves a network and its data into shared memory, and allocates what the workers need in addition. */
export function share(model: Module, data: Data<Targets>, groups: readonly Group[], sizes: Sizes): Shared {
  const { shards, states, hasAverages } = sizes;
  const rest = flatten([...keptBy(model).values()]);
  return {
    train: pinDataset(data.train),
    validation: data.validation && pinDataset(data.validation),
    test: data.test && pinDataset(data.test),
    groups: groups.map(({ name, parameters }, k) => {
      const values = flatten([...parameters.values()]);
      const { size } = values;
      return {
        ...{ name, values, gradients: pinned([shards, size]), saved: pinned([size]) },
        ...{ averages: hasAverages ? pin(clone(values)) : pinned([0]), states: pinned([states[k], size]) },
      };
    }),
    rest: {
      ...{ values: rest, saved: pin(clone(rest)) },
      statistics: trackingLayers(model).map(({ statisticsSize }) => pinned([shards, statisticsSize])),
    },
  };
}

/** The handle of what is shared, from which `sharedAt` makes the same in another thread. */
export function sharedHandle(shared: Shared): SharedHandle {
  return converted(shared, handleOf, datasetHandle);
}

/** What a handle from another thread describes. */
export function sharedAt(handle: SharedHandle): Shared {
  return converted(handle, tensorAt, datasetAt);
}

function converted<A, B, C, D>(
  { train, validation, test, groups, rest }: Shared<A, C>,
  place: (from: A) => B,
  samples: (from: C) => D,
): Shared<B, D> {
  return {
    train: samples(train),
    validation: validation && samples(validation),
    test: test && samples(test),
    groups: groups.map(({ name, values, gradients, saved, averages, states }) => ({
      ...{ name, values: place(values), gradients: place(gradients), saved: place(saved) },
      ...{ averages: place(averages), states: place(states) },
    })),
    rest: {
      ...{ values: place(rest.values), saved: place(rest.saved) },
      statistics: rest.statistics.map(place),
    },
  };
}
