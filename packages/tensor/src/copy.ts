/** Copies: fresh ones, ones in another precision, and copying into a tensor that is there. */
import { blankLike, copyInto, write } from "./elements.ts";
import { Storage } from "./memory/storage.ts";
import { broadcastStrides } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** A copy in fresh, ordinary, row-major storage. */
export function clone(x: Tensor): Tensor {
  const y = blankLike(x);
  copyInto(x, y.data);
  return y;
}

/** `x` itself if it lies row-major without gaps, else a copy that does. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous ? x : clone(x);
}

/** A copy on a Float64Array: for gradient checks. */
export function toFloat64(x: Tensor): Tensor {
  const data = new Float64Array(x.size);
  copyInto(x, data);
  return new Tensor(new Storage(data), x.shape);
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
