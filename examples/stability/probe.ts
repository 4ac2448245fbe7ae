/** What is measured of a network at one point: how the loss curves, and what an optimiser's next step may be. */
import { type Batch, clone, crossEntropy, gradients, noGrad, Polynomial, Random, type Sequential } from "polygrad";
import { dot, flat, type Landscape, landscape, split } from "./curvature.ts";
import { lanczos, type Product } from "./lanczos.ts";

/** Images with labels. */
export type Samples = Pick<Batch, "inputs" | "labels">;

/** Lanczos' method ends when the largest eigenvalue is known to 2 %, after 30 products at the latest. */
const PRECISION = { products: 30, tolerance: 0.02 };

/** The loss of a network on some samples, as a function of its parameters. */
export function landscapeOf(network: Sequential, { inputs, labels }: Samples): Landscape {
  return landscape(network.parameters(), crossEntropy(network.forward(inputs), labels));
}

/** The largest eigenvalue of the Hessian; undefined if it is too large for float32. */
export function sharpnessOf({ times, gradient }: Landscape): number | undefined {
  return largest(times, gradient.length);
}

/** The largest eigenvalue of P^-1 H for a diagonal P, which is that of P^-1/2 H P^-1/2. */
export function preconditionedSharpnessOf({ times, gradient }: Landscape, diagonal: Float64Array): number | undefined {
  const root = diagonal.map((value) => 1 / Math.sqrt(value));
  const scaled = (vector: Float64Array) => vector.map((value, i) => value * root[i]);
  return largest((vector) => scaled(times(scaled(vector))), gradient.length);
}

function largest(product: Product, size: number): number | undefined {
  return lanczos(product, size, { random: new Random(0), ...PRECISION })?.values[0];
}

/**
 * The signs of the gradient. Adam's first step is the learning rate times these, because both of its moving means then
 * are those of one gradient.
 *
 * @param degree leaves only the coefficients of this degree in the step; all by default
 */
export function firstStep(network: Sequential, { gradient }: Landscape, degree?: number): Float64Array {
  const degrees = degreesOf(network);
  return gradient.map((slope, i) => (degree === undefined || degrees[i] === degree ? Math.sign(slope) : 0));
}

/** Rates from 1 down to 2^-24. */
const HALVINGS = 24;

/**
 * The largest rate, a power of 2 from 2^-24 to 1, up to which no step of that rate against `direction` raises the loss: it
 * is tried, with no model of the loss. 0 if already the smallest raises it.
 */
export function toleratedRate(network: Sequential, batch: Samples, direction: Float64Array): number {
  const parameters = network.parameters();
  const before = parameters.map(({ value }) => clone(value));
  const parts = split(direction, parameters);
  const start = lossOf(network, batch);
  let tolerated = 0;
  for (let rate = 1 / 2 ** HALVINGS; rate <= 1; rate *= 2) {
    for (const [k, { value }] of parameters.entries()) value.assign(before[k].sub(parts[k].mul(rate)));
    const loss = lossOf(network, batch);
    if (!(loss <= start)) break;
    tolerated = rate;
  }
  for (const [k, { value }] of parameters.entries()) value.assign(before[k]);
  return tolerated;
}

function lossOf(network: Sequential, { inputs, labels }: Samples): number {
  return noGrad(() => crossEntropy(network.forward(inputs), labels)).item();
}

/** Of each parameter, the degree of the term that it is the coefficient of; -1 for the parameters of LayerNorm. */
function degreesOf(network: Sequential): Int8Array {
  const degrees: number[] = [];
  for (const layer of network.layers)
    if (layer instanceof Polynomial) {
      const [terms, first] = layer.bias === undefined ? [layer.degree + 1, 0] : [layer.degree, 1];
      for (let at = 0; at < layer.weight.size; at++) degrees.push(first + (at % terms));
      if (layer.bias !== undefined) degrees.push(...Array<number>(layer.outputs).fill(0));
    } else if ("parameters" in layer && typeof layer.parameters === "function")
      for (const { size } of layer.parameters()) degrees.push(...Array<number>(size).fill(-1));
  return Int8Array.from(degrees);
}

/**
 * The noise of a gradient: its variance over batches, summed over the parameters, in proportion to the square of its
 * mean. At 1, a batch's gradient is as much noise as signal (McCandlish et al. 2018).
 */
export function noiseOf(network: Sequential, batches: readonly Samples[]): number {
  const each = batches.map(({ inputs, labels }) => {
    const loss = crossEntropy(network.forward(inputs), labels);
    return flat(gradients(loss, network.parameters()).map(({ value }) => value));
  });
  const mean = each[0].map((_, i) => each.reduce((sum, gradient) => sum + gradient[i], 0) / each.length);
  const spread = each.reduce((sum, gradient) => {
    const difference = gradient.map((value, i) => value - mean[i]);
    return sum + dot(difference, difference);
  }, 0);
  const variance = spread / (each.length - 1);
  // The square of the mean of n gradients is too large by a n-th of their variance.
  return variance / Math.max(0, dot(mean, mean) - variance / each.length);
}
