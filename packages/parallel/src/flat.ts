/** Flat tensors: those of a group side by side in one, and a slice of it for each. */
import { assign, pinned, Tensor } from "@polygrad/tensor";
import { partOf } from "@polygrad/tensor/internal";
import type { Holder } from "./groups.ts";

/** The slices of a flat tensor, one for each holder: views in its shape, with the elements in its order in memory. */
export function slicesOf(flat: Tensor, holders: Iterable<Holder>): Tensor[] {
  let { offset } = flat;
  return Array.from(holders, ({ value: { size, shape, isDense, strides } }) => {
    // A part has a version of its own: updating one parameter does not make graphs stale that use the others.
    const slice = new Tensor(partOf(flat.storage, offset, size), shape, isDense ? strides : undefined);
    offset += size;
    return slice;
  });
}

/**
 * Moves the values of parameters or buffers into one flat tensor in pinned memory, and returns it: [number of elements].
 * @throws TypeError if one is not float32
 */
export function flatten(holders: readonly Holder[]): Tensor {
  if (holders.some(({ value }) => !(value.data instanceof Float32Array)))
    throw new TypeError("DataParallel: a parameter of the model is not float32; workers train float32 parameters only");
  const flat = pinned([holders.reduce((sum, { value }) => sum + value.size, 0)]);
  for (const [k, slice] of slicesOf(flat, holders).entries()) holders[k].value = assign(slice, holders[k].value);
  return flat;
}
