/** The loss around one point: its gradient, and products of its Hessian with vectors, as flat arrays. */
import { gradients, type Tensor, tensor, type Variable } from "polygrad";

/** A loss as a function of some parameters, at their present values. */
export interface Landscape {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** The Hessian times a vector: the gradient of <gradient, vector>, by differentiating twice. */
  readonly times: (vector: Float64Array) => Float64Array;
}

/**
 * @param parameters what the loss is a function of; the flat arrays hold them one after the other, in row-major order
 * @param loss the loss, computed from the parameters
 */
export function landscape(parameters: readonly Variable[], loss: Variable): Landscape {
  const slopes = gradients(loss, parameters, { createGraph: true });
  return {
    loss: loss.item(),
    gradient: flat(slopes.map(({ value }) => value)),
    times: (vector) => {
      const parts = split(vector, parameters);
      const products = slopes.map((slope, k) => slope.mul(parts[k]).sum());
      const along = products.reduce((sum, product) => sum.add(product));
      return flat(gradients(along, parameters, { retainGraph: true }).map(({ value }) => value));
    },
  };
}

/** Tensors, one after the other, as one array. */
export function flat(tensors: readonly Tensor[]): Float64Array {
  const all = new Float64Array(tensors.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const each of tensors) {
    const { data, offset, size } = each.contiguous();
    all.set(data.subarray(offset, offset + size), at);
    at += each.size;
  }
  return all;
}

/** The parts of a flat array, in the shapes of the parameters. */
export function split(vector: Float64Array, parameters: readonly Variable[]): Tensor[] {
  let at = 0;
  return parameters.map(({ shape, size }) => {
    const part = Float32Array.from(vector.subarray(at, at + size));
    at += size;
    return tensor(part).reshape(shape);
  });
}

/**
 * The largest rate at which a step of rate times `direction` against it does not raise the loss, as far as gradient and
 * Hessian tell: loss - rate <g, d> + rate^2 <d, H d> / 2 is back at the loss for rate = 2 <g, d> / <d, H d>.
 *
 * @returns Infinity if the loss does not curve upwards along the direction; NaN if a product is not finite
 */
export function criticalRate({ gradient, times }: Landscape, direction: Float64Array): number {
  const curvature = dot(direction, times(direction));
  if (curvature <= 0) return Number.POSITIVE_INFINITY;
  return (2 * dot(gradient, direction)) / curvature;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
