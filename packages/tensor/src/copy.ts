/** Copies of tensors: new ones, ones in another precision, and copying into an existing tensor. */
import { blankLike, copyInto, write } from "./elements.ts";
import { Storage } from "./memory/storage.ts";
import { broadcastStrides } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** A copy in new, ordinary (not pinned), row-major storage. Same shape and precision as x. */
export function clone(x: Tensor): Tensor {
  const y = blankLike(x);
  copyInto(x, y.data);
  return y;
}

/** `x` itself if it is stored in row-major order without gaps, else a copy that is. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous ? x : clone(x);
}

/** A copy in float64, for gradient checks and other computations in double precision. Same shape as x. */
export function toFloat64(x: Tensor): Tensor {
  const data = new Float64Array(x.size);
  copyInto(x, data);
  return new Tensor(new Storage(data), x.shape);
}

/**
 * Overwrites the elements of `target` with those of `source`, which broadcasts to the shape of `target`; returns
 * `target`.
 * @throws ShapeError if the shape of `source` does not broadcast to that of `target`.
 */
export function assign(target: Tensor, source: Tensor): Tensor {
  const strides = broadcastStrides("assign", source.shape, source.strides, target.shape);
  write(new Tensor(source.storage, target.shape, strides, source.offset), target);
  return target;
}

/** The same tensors in one precision: if one is in float64, those in float32 are replaced by copies in float64. */
export function widened<Tensors extends readonly Tensor[]>(...tensors: Tensors): { [K in keyof Tensors]: Tensor };
export function widened(...tensors: readonly Tensor[]): readonly Tensor[] {
  const isDouble = (x: Tensor) => x.storage.isDouble;
  return tensors.some(isDouble) ? tensors.map((x) => (isDouble(x) ? x : toFloat64(x))) : tensors;
}
