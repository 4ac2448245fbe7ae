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
    all.set(each.contiguous().data, at);
    at += each.size;
  }
  return all;
}

/** The parts of a flat array, in the shapes of the parameters. */
function split(vector: Float64Array, parameters: readonly Variable[]): Tensor[] {
  let at = 0;
  return parameters.map(({ shape, size }) => {
    const part = Float32Array.from(vector.subarray(at, at + size));
    at += size;
    return tensor(part).reshape(shape);
  });
}
