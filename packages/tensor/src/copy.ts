/** Copies of tensors: new ones, ones in another precision, and copying into an existing tensor. */
import { blankLike, copyInto, write } from "./elements.ts";
import { ShapeError } from "./errors.ts";
import { BYTES, floats } from "./floats.ts";
import { Storage } from "./memory/storage.ts";
import { broadcastStrides, sameShape, show } from "./shape.ts";
import { taping } from "./tape/current.ts";
import { checkedTensor, Tensor } from "./tensor.ts";

/** A copy in new, ordinary (not pinned), row-major storage. Same shape and precision as x. */
export function clone(x: Tensor): Tensor {
  const step = taping();
  const y = step?.computes(checkedTensor("clone", x)) ? step.result(x.shape) : blankLike(checkedTensor("clone", x));
  write(x, y);
  return y;
}

/** `x` itself if it is stored in row-major order without gaps, else a copy that is. */
export function contiguous(x: Tensor): Tensor {
  return checkedTensor("contiguous", x).isContiguous ? x : clone(x);
}

/** A copy in float64, for gradient checks and other computations in double precision. Same shape as x. */
export function toFloat64(x: Tensor): Tensor {
  const data = floats(true, checkedTensor("toFloat64", x).size);
  copyInto(x, data);
  return new Tensor(new Storage(data), x.shape);
}

/**
 * Overwrites the elements of `target` with those of `source`, which broadcasts to the shape of `target`; returns
 * `target`. Both may be views of the same memory.
 * @throws ShapeError if the shape of `source` does not broadcast to that of `target`, or `target` is a broadcast view.
 */
export function assign(target: Tensor, source: Tensor): Tensor {
  const { shape, strides, storage } = checkedTensor("assign", target);
  if (target.size > 0 && shape.some((size, axis) => size > 1 && strides[axis] === 0))
    throw new ShapeError(
      `assign: the target of shape ${show(shape)} is a broadcast view, in which several elements are one number ` +
        "in memory; assign to a clone() of it",
    );
  const from = mayOverlap(checkedTensor("assign", source), target) ? clone(source) : source;
  const steps = broadcastStrides("assign", from.shape, from.strides, shape);
  write(new Tensor(from.storage, shape, steps, from.offset), target);
  storage.version.written("assign");
  return target;
}

/** Whether two tensors may have elements in the same memory, where they are not the same view of it. */
function mayOverlap(a: Tensor, b: Tensor): boolean {
  if (
    a.storage === b.storage &&
    a.offset === b.offset &&
    sameShape(a.strides, b.strides) &&
    sameShape(a.shape, b.shape)
  )
    return false;
  const [inPinned, other] = [a.storage.address !== undefined, b.storage.address !== undefined];
  if (inPinned !== other || (!inPinned && a.data.buffer !== b.data.buffer)) return false;
  const [[first, last], [start, end]] = [extent(a), extent(b)];
  return first < end && start < last;
}

/** The bytes, from the first to the last element, that a tensor's elements lie among, in their buffer. */
function extent({ storage, shape, strides, offset, size }: Tensor): [start: number, end: number] {
  if (size === 0) return [0, 0];
  const base = storage.address ?? storage.data.byteOffset;
  const bytes = storage.isDouble ? 2 * BYTES : BYTES;
  const reaches = shape.map((length, axis) => (length - 1) * strides[axis]);
  const sum = (sign: number) => reaches.reduce((total, reach) => total + (sign * reach > 0 ? reach : 0), offset);
  const at = (element: number) => base + element * bytes;
  return [at(sum(-1)), at(sum(1) + 1)];
}

/** The same tensors in one precision: if one is in float64, those in float32 are replaced by copies in float64. */
export function widened<Tensors extends readonly Tensor[]>(...tensors: Tensors): { [K in keyof Tensors]: Tensor };
export function widened(...tensors: readonly Tensor[]): readonly Tensor[] {
  const isDouble = (x: Tensor) => x.storage.isDouble;
  return tensors.some(isDouble) ? tensors.map((x) => (isDouble(x) ? x : toFloat64(x))) : tensors;
}
