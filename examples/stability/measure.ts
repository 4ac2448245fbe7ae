/** The first measurement that explains the map: networks before their first step. */
import { type Dataset, noGrad, Random, zeros } from "polygrad";
import { type Digits, PIXELS } from "./digits.ts";
import { makeNetwork, type NetworkChoice } from "./network.ts";
import { firstStep, landscapeOf, noiseOf, type Samples, sharpnessOf, toleratedRate } from "./probe.ts";

/** A network before its first step. null stands for what is not finite. */
export interface Initial {
  readonly loss: number | null;
  /** The largest eigenvalue of the Hessian. */
  readonly sharpness: number | null;
  /** The largest learning rate at which Adam's first step does not raise the loss: see `toleratedRate`. */
  readonly tolerated: number;
  /** The same, if only the coefficients of degree 0, 1, 2, ... moved. */
  readonly toleratedByDegree: readonly number[];
  /** See `noiseOf`. */
  readonly noise: number | null;
}

/** The number of images in the batch that the loss is computed on. */
const IMAGES = 256;
/** Noise is that of batches as large as those of the map. */
const [BATCHES, BATCH] = [16, 128];
/** Measures a network before its first step. */
export function measureInitial({ train }: Digits, choice: NetworkChoice, seed: number): Initial {
  const network = makeNetwork(choice, new Random(seed));
  const batch = firstSamples(train);
  const at = landscapeOf(network, batch);
  const batches = Array.from({ length: Math.min(BATCHES, Math.floor(train.length / BATCH)) }, (_, k) =>
    samples(train, k * BATCH, BATCH),
  );
  return {
    loss: finite(at.loss),
    sharpness: finite(sharpnessOf(at)),
    tolerated: toleratedRate(network, batch, firstStep(network, at)),
    toleratedByDegree: Array.from({ length: choice.degree + 1 }, (_, degree) =>
      toleratedRate(network, batch, firstStep(network, at, degree)),
    ),
    noise: batches.length < 2 ? null : finite(noiseOf(network, batches)),
  };
}

/**
 * The mean over units and images of z^2, z^4, ..., z^40, where z is what the first LayerNorm of a network returns. For
 * z ~ N(0, 1) they are 1, 1 * 3, 1 * 3 * 5, ...: the mean squares of the powers that the next layer adds up.
 */
export function momentsOf({ train }: Digits, choice: NetworkChoice, seed: number, count: number): number[] {
  const [first, norm] = makeNetwork(choice, new Random(seed)).layers;
  const z = noGrad(() => norm.forward(first.forward(firstSamples(train).inputs))).value.contiguous().data;
  return Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (const value of z) {
      let power = 1;
      for (let factor = 0; factor <= k; factor++) power *= value * value;
      sum += power;
    }
    return sum / z.length;
  });
}

/** The samples that losses are computed on: the first 256 training images. */
export function firstSamples(train: Dataset): Samples {
  return samples(train, 0, Math.min(IMAGES, train.length));
}

function samples(train: Dataset, first: number, count: number): Samples {
  const inputs = zeros([count, PIXELS]);
  train.gatherInto(
    Int32Array.from({ length: count }, (_, k) => first + k),
    inputs,
  );
  return { inputs, labels: train.labels.slice(first, first + count) };
}

/** A number for JSON. */
export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
