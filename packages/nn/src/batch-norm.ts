/** The layer that normalises each feature over the batch. Read tracking.ts first. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import {
  ArgumentError,
  assign,
  type Floats,
  ones,
  pin,
  pinned,
  ShapeError,
  Tensor,
  tensor,
  zeros,
} from "@polygrad/tensor";
import { type Checks, checkOptions, described, flag, replayed, show } from "@polygrad/tensor/internal";
import { type Buffer, buffer } from "./buffer.ts";
import { numberIn, positiveInteger, share } from "./checks.ts";
import { type Input, inputOf, Module } from "./module.ts";
import { combineMoments, momentsSize, type Tracking, writeMoments } from "./tracking.ts";

/** Options of batch normalisation. */
export interface BatchNormOptions {
  /** The share of a batch's statistics in the running statistics after it; 0.1 by default. */
  readonly momentum?: number;
  /** Added to the variance, so that nothing is divided by 0; 1e-5 by default. */
  readonly epsilon?: number;
  /** Whether the layer has parameters `weight` and `bias`; true by default. */
  readonly affine?: boolean;
  /** Whether it keeps running statistics. If not, it normalises by those of the batch in evaluation, too. */
  readonly trackRunningStatistics?: boolean;
}

const known: Checks<BatchNormOptions> = {
  momentum: share,
  epsilon: numberIn(0, Number.POSITIVE_INFINITY),
  affine: flag,
  trackRunningStatistics: flag,
};

/**
 * Batch normalisation: (x - mean) / sqrt(variance + epsilon) for every feature, times `weight` plus `bias`:
 * [batch, features] -> [batch, features], or [batch, features, length] -> the same (Ioffe & Szegedy 2015).
 *
 * In training, mean and (biased) variance are those of the batch. Each batch moves the buffers `runningMean` and
 * `runningVariance` towards its mean and its unbiased variance: running = (1 - momentum) running + momentum batch.
 * In evaluation, the running ones are used. They start at 0 and 1, as do `bias` and `weight`.
 */
export class BatchNorm1d extends Module implements Tracking {
  readonly features: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly weight: Variable | undefined;
  readonly bias: Variable | undefined;
  readonly runningMean: Buffer | undefined;
  readonly runningVariance: Buffer | undefined;
  /** The statistics of the last batch. */
  readonly #statistics: Tensor;
  #place: Tensor | undefined;

  /** @throws ValueError if the number of features or an option is out of range; MemoryError if it is too large */
  constructor(features: number, options: BatchNormOptions = {}) {
    super();
    positiveInteger("BatchNorm1d", "features", features);
    checkOptions("BatchNorm1d", options, known);
    const { momentum = 0.1, epsilon = 1e-5, affine = true, trackRunningStatistics = true } = options;
    this.features = features;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.weight = affine ? variable(pin(ones(features))) : undefined;
    this.bias = affine ? variable(pin(zeros(features))) : undefined;
    this.runningMean = trackRunningStatistics ? buffer(zeros(features)) : undefined;
    this.runningVariance = trackRunningStatistics ? buffer(ones(features)) : undefined;
    this.#statistics = pinned(this.statisticsSize);
  }

  /** The number of elements of the statistics of one batch: 1 + 2 features, or 0 without running statistics. */
  get statisticsSize(): number {
    return this.runningMean === undefined ? 0 : momentsSize(this.features);
  }

  /**
   * Lets `forward` leave its statistics in `place`, [statisticsSize], which it empties first: see `Tracking`.
   * @throws ArgumentError if the place is not a tensor; ShapeError if it has another shape
   */
  deferTo(place: Tensor | undefined): void {
    if (place !== undefined) this.#placed("the place", place);
    replayed("BatchNorm1d.deferTo", { layer: this, place }, () => {
      if (place !== undefined) assign(place, tensor(0));
      this.#place = place;
    });
  }

  /**
   * Updates the running statistics from those that are in such places, in their order: see `Tracking`.
   * @throws ArgumentError or ShapeError if the parts are no array of such places
   */
  absorb(parts: readonly Tensor[]): void {
    if (!Array.isArray(parts)) throw new ArgumentError(`BatchNorm1d: needs an array of parts, got ${described(parts)}`);
    for (const part of parts) this.#placed("a part", part);
    replayed("BatchNorm1d.absorb", { layer: this }, () => this.#absorb(parts));
  }

  #absorb(parts: readonly Tensor[]): void {
    const { count, mean, variance } = combineMoments(parts);
    if (count === 0) return;
    this.#move(this.runningMean, mean);
    const unbiased = variance.map((value) => (value * count) / (count - 1));
    this.#move(this.runningVariance, unbiased);
  }

  #move(running: Buffer | undefined, batch: Floats): void {
    if (running === undefined) return;
    const { momentum } = this;
    const next = running.value.clone().data.map((old, k) => (1 - momentum) * old + momentum * batch[k]);
    assign(running.value, tensor(next));
  }

  #placed(what: string, place: Tensor): Tensor {
    if (!(place instanceof Tensor))
      throw new ArgumentError(`BatchNorm1d: ${what} must be a tensor, got ${described(place)}`);
    if (place.rank !== 1 || place.size !== this.statisticsSize)
      throw new ShapeError(`BatchNorm1d: ${what} must have shape [${this.statisticsSize}], got ${show(place.shape)}`);
    return place;
  }

  forward(x: Input): Variable {
    const input = inputOf("BatchNorm1d", x);
    const { rank, shape } = input;
    if ((rank !== 2 && rank !== 3) || shape[1] !== this.features)
      throw new ShapeError(
        `BatchNorm1d: needs [batch, ${this.features}] or [batch, ${this.features}, length], got ${show(shape)}`,
      );
    // The shape in which one number for each feature broadcasts against the input.
    const perFeature = rank === 2 ? [this.features] : [this.features, 1];
    const { centred, variance } = this.#normalised(input, perFeature);
    const deviation = variance.add(this.epsilon).sqrt();
    if (this.weight === undefined || this.bias === undefined) return centred.div(deviation);
    return centred.mul(this.weight.reshape(perFeature).div(deviation)).add(this.bias.reshape(perFeature));
  }

  /** The input minus its mean, and the variance that it is to be divided by. */
  #normalised(input: Variable, perFeature: readonly number[]): { centred: Variable; variance: Variable } {
    const { runningMean, runningVariance } = this;
    if (!this.training && runningMean !== undefined && runningVariance !== undefined) {
      const variance = constant(runningVariance.value).reshape(perFeature);
      return { centred: input.sub(runningMean.value.reshape(perFeature)), variance };
    }
    const count = input.size / this.features;
    if (count < 2)
      throw new ShapeError(
        `BatchNorm1d: needs 2 values or more of every feature in training, got ${show(input.shape)}; ` +
          "drop such a batch, or normalise by the running statistics: eval()",
      );
    const over = perFeature.length === 1 ? 0 : [0, 2];
    const mean = input.mean(over, { keepDims: true });
    const centred = input.sub(mean);
    const variance = centred.square().mean(over, { keepDims: true });
    if (this.training && this.statisticsSize > 0) this.#track(count, mean.value, variance.value);
    return { centred, variance };
  }

  /** Puts the statistics of a batch in their place, or updates the running ones. */
  #track(count: number, mean: Tensor, variance: Tensor): void {
    const statistics = this.#statistics;
    const middle = 1 + this.features;
    assign(statistics.slice(0, 1, middle), mean.flatten());
    assign(statistics.slice(0, middle), variance.flatten());
    replayed("BatchNorm1d.forward", { layer: this, count }, () => {
      assign(statistics.slice(0, 0, 1), tensor(count));
      const place = this.#place;
      if (place === undefined) this.#absorb([statistics]);
      else writeMoments(combineMoments([place, statistics]), place);
    });
  }
}
