/** Copying: into fresh storage, into an array, into another tensor; and into another precision. */
import { BYTES, type Floats } from "./floats.ts";
import { collapse, eachRun } from "./iterate.ts";
import { heap } from "./memory.ts";
import { broadcastStrides } from "./shape.ts";
import { Storage } from "./storage.ts";
import { Tensor } from "./tensor.ts";

/** An array of the same precision as `x`. */
export function floatsLike(x: Tensor, length: number): Floats {
  return x.storage.isDouble ? new Float64Array(length) : new Float32Array(length);
}

/** The elements of a tensor side by side in row-major order: where they lie if they lie so, else copied. */
export function elements(x: Tensor): Floats {
  const { data, offset, size } = contiguous(x);
  return data.subarray(offset, offset + size);
}

/** A copy on a Float64Array: for gradient checks. */
export function toFloat64(x: Tensor): Tensor {
  const data = new Float64Array(x.size);
  copyInto(x, data);
  return new Tensor(new Storage(data), x.shape);
}

/** The same tensors in one precision: if one is in float64, those in float32 are copied to it. */
export function widened<Tensors extends readonly Tensor[]>(...tensors: Tensors): { [K in keyof Tensors]: Tensor };
export function widened(...tensors: readonly Tensor[]): readonly Tensor[] {
  const isDouble = (x: Tensor) => x.storage.isDouble;
  return tensors.some(isDouble) ? tensors.map((x) => (isDouble(x) ? x : toFloat64(x))) : tensors;
}

/** Writes the elements of `x` in row-major order to `y` from `at` on. */
export function copyInto(x: Tensor, y: Floats, at = 0): void {
  const { data } = x;
  if (x.isContiguous) {
    y.set(data.subarray(x.offset, x.offset + x.size), at);
    return;
  }
  let i = at;
  eachRun(collapse(x.shape, [x.strides]), [x.offset], ([start], length, [step]) => {
    for (let j = 0; j < length; j++) y[i++] = data[start + j * step];
  });
}

/** A copy in fresh, ordinary, row-major storage. */
export function clone(x: Tensor): Tensor {
  const y = floatsLike(x, x.size);
  copyInto(x, y);
  return new Tensor(new Storage(y), x.shape);
}

/** `x` itself if it lies row-major without gaps, else a copy that does. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous ? x : clone(x);
}

/** Writes the elements of `x` to the places of `target`, a view of the same shape, which the caller has made sure of. */
export function write(x: Tensor, target: Tensor): void {
  if (x.size === 0) return; // nothing may stand beyond the end
  if (target.isContiguous) {
    const [from, to] = [x.storage.address, target.storage.address];
    if (from !== undefined && to !== undefined && x.isContiguous) {
      const start = from / BYTES + x.offset;
      heap().floats.copyWithin(to / BYTES + target.offset, start, start + x.size);
    } else copyInto(x, target.data, target.offset);
    return;
  }
  const [from, to] = [x.data, target.data];
  eachRun(collapse(x.shape, [x.strides, target.strides]), [x.offset, target.offset], ([i, j], length, [di, dj]) => {
    for (let k = 0; k < length; k++) to[j + k * dj] = from[i + k * di];
  });
}

/**
 * Overwrites the elements of `target` with those of `source`, which broadcasts to its shape; returns `target`.
 * @throws ShapeError if it does not.
 */
export function assign(target: Tensor, source: Tensor): Tensor {
  const strides = broadcastStrides("assign", source.shape, source.strides, target.shape);
  write(new Tensor(source.storage, target.shape, strides, source.offset), target);
  return target;
}
