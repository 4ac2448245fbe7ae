/** Standardisation: scales each feature to mean 0 and variance 1, measured on the training part, and back. */
import {
  ArgumentError,
  clone,
  type Floats,
  ShapeError,
  Tensor,
  type TensorJSON,
  tensor,
  toFloat64,
  ValueError,
  zeros,
} from "@polygrad/tensor";
import { described, isTraced, oneOf, sameShape, show } from "@polygrad/tensor/internal";
import type { Dataset } from "./dataset.ts";
import { DatasetError } from "./errors.ts";
import { TensorDataset } from "./in-memory.ts";
import { checkDataset, targetsOf } from "./subset.ts";
import type { Targets } from "./targets.ts";

/** Which part of a dataset is standardised. */
export type StandardisedPart = "inputs" | "targets";

/** The state of a {@link Standardiser}, or what JSON made of it. */
export interface StandardiserState {
  /** `[...featureShape]`, float64. */
  readonly mean: Tensor | TensorJSON;
  /** `[...featureShape]`, float64, above 0. */
  readonly deviation: Tensor | TensorJSON;
}

/** Subtracts a mean from each feature and divides by a standard deviation. `standardise` measures both. */
export class Standardiser {
  readonly part: StandardisedPart;
  readonly #mean: Tensor;
  readonly #deviation: Tensor;

  /**
   * @param state what `stateDict` returned, or `JSON.parse(JSON.stringify(standardiser.stateDict()))`
   * @param part the part of a dataset that `transform` and `inverse` change, "inputs" by default
   * @throws ArgumentError if the state is something else; ShapeError if the two shapes differ; ValueError if a mean is
   * not finite, or a deviation is not a finite number above 0
   */
  constructor(state: StandardiserState, part: StandardisedPart = "inputs") {
    oneOf("inputs", "targets")("Standardiser", "part", part);
    const [mean, deviation] = [stateOf(state, "mean"), stateOf(state, "deviation")];
    if (!sameShape(mean.shape, deviation.shape))
      throw new ShapeError(
        `Standardiser: mean has shape ${show(mean.shape)} and deviation ${show(deviation.shape)}; give one of each per feature`,
      );
    if (!mean.data.every(Number.isFinite) || !deviation.data.every((value) => value > 0 && Number.isFinite(value)))
      throw new ValueError("Standardiser: means must be finite, and deviations finite numbers above 0");
    this.part = part;
    this.#mean = mean;
    this.#deviation = deviation;
  }

  /**
   * Standardises: (x - mean) / deviation, computed in float64 and rounded once to the precision of x.
   *
   * @param values `[n, ...featureShape]`; or a dataset, whose inputs or targets are standardised, as `part` says
   * @returns a tensor of the same shape, or a new dataset in memory
   * @throws ShapeError if the features have another shape; DatasetError if targets are classes, or it is neither a
   * tensor nor a dataset; ArgumentError if it is a variable
   */
  transform(values: Tensor): Tensor;
  transform<T extends Targets>(values: Dataset<T>): TensorDataset<T>;
  transform(values: Tensor | Dataset<Targets>): Tensor | TensorDataset<Targets> {
    return this.#map("Standardiser.transform", values, (x, mean, deviation) => (x - mean) / deviation);
  }

  /**
   * Undoes `transform`: x * deviation + mean. It gives predictions of standardised targets in their own unit.
   *
   * @param values see `transform`
   * @throws the same
   */
  inverse(values: Tensor): Tensor;
  inverse<T extends Targets>(values: Dataset<T>): TensorDataset<T>;
  inverse(values: Tensor | Dataset<Targets>): Tensor | TensorDataset<Targets> {
    return this.#map("Standardiser.inverse", values, (x, mean, deviation) => x * deviation + mean);
  }

  /** Copies of mean and deviation, in float64. They can be saved as JSON. */
  stateDict(): { readonly mean: Tensor; readonly deviation: Tensor } {
    return { mean: clone(this.#mean), deviation: clone(this.#deviation) };
  }

  #map(operation: string, values: Tensor | Dataset<Targets>, formula: Formula): Tensor | TensorDataset<Targets> {
    if (values instanceof Tensor) return this.#mapTensor(operation, values, formula);
    const changed = this.#mapTensor(operation, partOf(operation, values, this.part), formula);
    if (this.part === "targets") return new TensorDataset<Targets>(partOf(operation, values, "inputs"), changed);
    return new TensorDataset<Targets>(changed, targetsOf(values), values.classes);
  }

  #mapTensor(operation: string, x: Tensor, formula: Formula): Tensor {
    const [mean, deviation] = [this.#mean.data, this.#deviation.data];
    if (x.rank === 0 || !sameShape(x.shape.slice(1), this.#mean.shape))
      throw new ShapeError(
        `${operation}: expected [n, ${this.#mean.shape.join(", ")}], got ${show(x.shape)}; ` +
          "give the features that the standardiser was fitted to",
      );
    const out = clone(x);
    const { data } = out;
    for (let at = 0; at < data.length; at++) {
      const feature = at % mean.length;
      data[at] = formula(data[at], mean[feature], deviation[feature]);
    }
    return out;
  }
}

type Formula = (x: number, mean: number, deviation: number) => number;

/**
 * Measures the mean and the standard deviation of each feature. Fit to the training part only, then transform all parts:
 *
 * ```ts
 * const inputs = standardise(train);
 * const [scaledTrain, scaledTest] = [inputs.transform(train), inputs.transform(test)];
 * ```
 * The deviation is that of the population, the root of the mean squared distance from the mean, as in scikit-learn's
 * `StandardScaler`. A feature that is constant has deviation 1. The sums are in float64, in two passes over the samples.
 *
 * @param train a dataset, or a tensor `[n, ...featureShape]`
 * @param part which part of the dataset to measure, and to transform later: "inputs", the default, or "targets"
 * @throws ValueError if there are no samples, or a feature is not finite; DatasetError if targets are classes, or
 * `train` is neither a tensor nor a dataset; ArgumentError if it is a variable
 */
export function standardise(train: Tensor | Dataset<Targets>, part: StandardisedPart = "inputs"): Standardiser {
  oneOf("inputs", "targets")("standardise", "part", part);
  const values = train instanceof Tensor ? train : partOf("standardise", train, part);
  const [rows, ...shape] = values.shape;
  if (!(rows > 0))
    throw new ValueError(`standardise: expected samples, [n, ...featureShape], got shape ${show(values.shape)}`);
  const { data } = toFloat64(values);
  const first = data.subarray(0, data.length / rows);
  // Distances from the first sample are exactly 0 for a constant feature, and so are then those from the mean.
  const distance = sums(data, first, (difference) => difference).map((sum) => sum / rows);
  const mean = first.map((start, feature) => start + distance[feature]);
  const variance = sums(data, mean, (difference) => difference * difference).map((sum) => sum / rows);
  const wrong = variance.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1)
    throw new ValueError(`standardise: feature ${wrong} has a value that is not finite; leave out such samples first`);
  const deviation = variance.map((value) => (value === 0 ? 1 : Math.sqrt(value)));
  return new Standardiser({ mean: tensor(mean, shape), deviation: tensor(deviation, shape) }, part);
}

/** For each feature, the sum over all samples of `f` of the value's difference from the feature's `centre`. */
function sums(data: Floats, centre: Floats, f: (difference: number) => number): Float64Array {
  const size = centre.length;
  const out = new Float64Array(size);
  for (let at = 0; at < data.length; at++) out[at % size] += f(data[at] - centre[at % size]);
  return out;
}

/** The inputs or the targets of a dataset, `[n, ...featureShape]`. @throws what `transform` says */
function partOf(operation: string, dataset: Dataset<Targets>, part: StandardisedPart): Tensor {
  if (isTraced(dataset))
    throw new ArgumentError(`${operation}: expected a tensor or a dataset, got a variable; pass its value`);
  checkDataset(dataset, operation);
  if (part === "inputs") {
    const inputs = zeros([dataset.length, ...dataset.sampleShape]);
    dataset.gatherInto(
      Int32Array.from({ length: dataset.length }, (_, index) => index),
      inputs,
    );
    return inputs;
  }
  if (dataset.targets instanceof Tensor) return dataset.targets;
  throw new DatasetError(`${operation}: the targets are classes, which have no mean; standardise "inputs" only`);
}

/** A tensor of a state, in float64. */
function stateOf(state: StandardiserState, name: keyof StandardiserState): Tensor {
  const entry = typeof state === "object" && state !== null ? state[name] : undefined;
  if (entry instanceof Tensor) return toFloat64(entry);
  if (typeof entry === "object" && entry !== null && "elements" in entry) return toFloat64(tensor(entry));
  throw new ArgumentError(
    `Standardiser: the state must be { mean, deviation }, as stateDict() returns, but ${name} is ${described(entry)}`,
  );
}
