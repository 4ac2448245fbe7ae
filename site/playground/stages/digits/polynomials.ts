/** The polynomials on the edges from the pixels to a hidden unit. */
import { PIXELS } from "./codec.ts";
import type { DigitsSettings } from "./settings.ts";

/** Those of one unit: [PIXELS, degree], the coefficients of t, t^2 and so on, where t is the pixel's value or its tanh. */
export interface Unit {
  readonly weights: Float32Array;
  readonly degree: number;
  readonly squashed: boolean;
}

export function unitOf(weights: Float32Array, unit: number, { layer }: DigitsSettings, hidden: number): Unit {
  const size = weights.length / hidden;
  return {
    weights: weights.subarray(unit * size, (unit + 1) * size),
    degree: size / PIXELS,
    squashed: layer === "stable",
  };
}

/** What the unit gains when a pixel of value 0 has this value. */
export function valueAt({ weights, degree, squashed }: Unit, pixel: number, x: number): number {
  const t = squashed ? Math.tanh(x) : x;
  let value = 0;
  for (let k = degree; k > 0; k--) value = (value + weights[pixel * degree + k - 1]) * t;
  return value;
}

/** What a white pixel adds, for each place. */
export function gains(unit: Unit): Float32Array {
  return Float32Array.from({ length: PIXELS }, (_, pixel) => valueAt(unit, pixel, 1));
}

/** The coefficients of one degree, for each pixel. */
export function coefficients({ weights, degree }: Unit, k: number): Float32Array {
  return Float32Array.from({ length: PIXELS }, (_, pixel) => weights[pixel * degree + k - 1]);
}

/** The greatest magnitude among some values, and at least a little. */
export function reach(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
}
