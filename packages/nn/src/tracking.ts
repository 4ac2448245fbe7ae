/**
 * Layers that track statistics of their batches, such as batch normalisation, and how they do so where several threads
 * compute one batch.
 *
 * Each thread normalises its shard of the batch by the shard's own statistics (ghost batches: Hoffer, Hubara & Soudry
 * 2017). The running statistics are updated once for the whole batch, from the statistics of all shards in their order.
 */
import { assign, type Floats, type Tensor, tensor } from "@polygrad/tensor";
import { find } from "./search.ts";

/** A layer that keeps running statistics of the batches that it sees in training, as buffers. */
export interface Tracking {
  /** The number of elements of the statistics of one batch; 0 if the layer tracks none at present. */
  readonly statisticsSize: number;
  /**
   * Empties `place`, `[statisticsSize]`, in float32, and lets `forward` add the statistics of its batches there from now
   * on, instead of updating the running ones. Without a place, `forward` updates the running ones again.
   */
  deferTo(place: Tensor | undefined): void;
  /**
   * Updates the running statistics once, from the statistics of the parts of one batch, as `forward` has left them in
   * the places. The order of the parts decides the last bits. Places that are still empty do not count.
   */
  absorb(parts: readonly Tensor[]): void;
}

function isTracking(value: object): value is Tracking {
  return "absorb" in value && typeof value.absorb === "function" && "deferTo" in value;
}

/** The layers of a model that track statistics, in the order of the fields. */
export function trackingLayers(model: object): Tracking[] {
  return [...find("trackingLayers", model, isTracking).values()].filter(({ statisticsSize }) => statisticsSize > 0);
}

/** Mean and biased variance of every feature over `count` values. */
export interface Moments {
  readonly count: number;
  readonly mean: Floats;
  readonly variance: Floats;
}

/** The number of elements of a tensor of moments: the count, the means, the variances. */
export function momentsSize(features: number): number {
  return 1 + 2 * features;
}

/** Writes moments to `place`. */
export function writeMoments({ count, mean, variance }: Moments, place: Tensor): void {
  assign(place, tensor(Float64Array.of(count, ...mean, ...variance)));
}

function readMoments(place: Tensor): Moments {
  const { data } = place.clone();
  const middle = (data.length + 1) / 2;
  return { count: data[0], mean: data.subarray(1, middle), variance: data.subarray(middle) };
}

/**
 * The moments of several parts together, in double precision: with n = sum of n_s, mean = sum n_s mean_s / n and
 * variance = sum n_s (variance_s + (mean_s - mean)^2) / n. The count is 0 if all parts are empty.
 */
export function combineMoments(places: readonly Tensor[]): Moments {
  const parts = places.map(readMoments).filter(({ count }) => count > 0);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const features = parts[0]?.mean.length ?? 0;
  const [mean, variance] = [new Float64Array(features), new Float64Array(features)];
  for (const part of parts) for (let k = 0; k < features; k++) mean[k] += part.count * part.mean[k];
  for (let k = 0; k < features; k++) mean[k] /= total;
  for (const part of parts)
    for (let k = 0; k < features; k++) {
      const apart = part.mean[k] - mean[k];
      variance[k] += part.count * (part.variance[k] + apart * apart);
    }
  for (let k = 0; k < features; k++) variance[k] /= total;
  return { count: total, mean, variance };
}
