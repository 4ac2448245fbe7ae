/** Flat parameters: all parameters of a network side by side in one tensor, and a slice of it for each. */
import type { Variable } from "@polygrad/autograd";
import { assign, pinned, Tensor } from "@polygrad/tensor";
import { partOf } from "@polygrad/tensor/internal";

/** The slices of a flat tensor, one for each parameter: views in its shape, with the elements in its order in memory. */
export function slicesOf(flat: Tensor, parameters: readonly Variable[]): Tensor[] {
  let { offset } = flat;
  return parameters.map(({ value: { size, shape, isDense, strides } }) => {
    // A part has a version of its own: updating one parameter does not make graphs stale that use the others.
    const slice = new Tensor(partOf(flat.storage, offset, size), shape, isDense ? strides : undefined);
    offset += size;
    return slice;
  });
}

/**
 * Moves the values of parameters into one flat tensor in pinned memory, and returns it: [number of elements].
 * @throws TypeError if a parameter is not float32
 */
export function flattenParameters(parameters: readonly Variable[]): Tensor {
  if (parameters.some(({ value }) => !(value.data instanceof Float32Array)))
    throw new TypeError("DataParallel: a parameter of the model is not float32; workers train float32 parameters only");
  const flat = pinned([parameters.reduce((sum, { size }) => sum + size, 0)]);
  for (const [k, slice] of slicesOf(flat, parameters).entries())
    parameters[k].value = assign(slice, parameters[k].value);
  return flat;
}
