/** Parameters side by side: one flat tensor, and a slice of it for each parameter. */
import type { Variable } from "@polygrad/autograd";
import { assign, pinned, Tensor } from "@polygrad/tensor";

/** Elements in all parameters together. */
export function totalSize(parameters: readonly Variable[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}

/** The slices of a flat tensor, one for each parameter: views in its shape, with the elements in its order in memory. */
export function slicesOf(flat: Tensor, parameters: readonly Variable[]): Tensor[] {
  let { offset } = flat;
  return parameters.map(({ value }) => {
    const slice = new Tensor(flat.storage, value.shape, value.isDense ? value.strides : undefined, offset);
    offset += value.size;
    return slice;
  });
}

/** Whether `b` begins in memory where `a` ends, both without gaps. */
export function follows(a: Tensor, b: Tensor): boolean {
  return a.storage === b.storage && a.isDense && b.isDense && a.offset + a.size === b.offset;
}

/** One flat tensor over tensors that lie side by side. */
export function joined(tensors: readonly Tensor[]): Tensor {
  const [{ storage, offset }] = tensors;
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  return new Tensor(storage, [size], [1], offset);
}

/**
 * Moves parameters, and the places of their gradients, into flat pinned memory, and returns the parameters' there.
 * What lies there side by side already stays; what is not float32 stays too, and then there is nothing flat to return.
 */
export function sideBySide(parameters: readonly Variable[]): Tensor | undefined {
  if (!parameters.every(({ value }) => value.data instanceof Float32Array)) return undefined;
  const values = parameters.map(({ value }) => value);
  const arePinned = values.every(({ storage }) => storage.address !== undefined);
  if (!arePinned || !areNeighbours(values))
    for (const [k, slice] of slicesOf(pinned([totalSize(parameters)]), parameters).entries())
      parameters[k].value = assign(slice, parameters[k].value);
  const buffers = parameters.flatMap(({ gradBuffer }) => gradBuffer ?? []);
  if (buffers.length < parameters.length || !areNeighbours(buffers))
    for (const [k, slice] of slicesOf(pinned([totalSize(parameters)]), parameters).entries())
      parameters[k].gradBuffer = slice;
  return joined(parameters.map(({ value }) => value));
}

function areNeighbours(tensors: readonly Tensor[]): boolean {
  return tensors.every((tensor, k) => (k === 0 ? tensor.isDense : follows(tensors[k - 1], tensor)));
}
