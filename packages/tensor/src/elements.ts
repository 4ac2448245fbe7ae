/** The elements of tensors: which part of an array they are, and how they move from one tensor to another. */
import { BYTES, type Floats, floats } from "./floats.ts";
import { heap } from "./memory/heap.ts";
import { Storage } from "./memory/storage.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { taping } from "./tape/current.ts";
import { Tensor } from "./tensor.ts";
import { collapse, eachLine } from "./walk.ts";

/** A row-major tensor of zeros in the precision of `x`, and by default in its shape. */
export function blankLike(x: Tensor, shape: Shape = x.shape): Tensor {
  return new Tensor(new Storage(floats(x.storage.isDouble, sizeOf(shape))), shape);
}

/** Row-major zeros in the precision of `xs`, to `write` them to. In a taped step, they are a result. */
export function roomFor(xs: readonly Tensor[], shape: Shape): Tensor {
  const step = taping();
  if (step !== undefined && xs.some((x) => step.computes(x)) && !xs[0].storage.isDouble) return step.zeros(shape);
  return blankLike(xs[0], shape);
}

/** How many elements of the storage there are from the first to the last of `x`, whose strides must not be negative. */
export function span(x: Tensor): number {
  if (x.isContiguous) return x.size;
  return x.shape.reduce((last, size, axis) => last + (size - 1) * x.strides[axis], 1);
}

/** The elements of the storage from the first to the last of `x`, whose strides must not be negative. */
export function elementsFrom(x: Tensor): Floats {
  const { data, offset } = x;
  const length = span(x);
  return offset === 0 && length === data.length ? data : data.subarray(offset, offset + length);
}

/** Writes the elements of `x` in row-major order to `y`, beginning at `at`. */
export function copyInto(x: Tensor, y: Floats, at = 0): void {
  const { data } = x;
  if (x.isContiguous) {
    y.set(data.subarray(x.offset, x.offset + x.size), at);
    return;
  }
  let i = at;
  eachLine(collapse(x.shape, [x.strides]), [x.offset], ([start], length, [step]) => {
    for (let j = 0; j < length; j++) y[i++] = data[start + j * step];
  });
}

/** Writes the elements of `x` to `target`, a view of the same shape. The caller checks that the shapes agree. */
export function write(x: Tensor, target: Tensor): void {
  if (x.size === 0) return; // the offset of an empty view may be beyond the end
  const step = taping();
  if (step === undefined || x.storage.isDouble || target.storage.address === undefined) move(x, target);
  else step.moves(x, target, move);
}

function move(x: Tensor, target: Tensor): void {
  if (target.isContiguous) {
    const [from, to] = [x.storage.address, target.storage.address];
    if (from !== undefined && to !== undefined && x.isContiguous) {
      const start = from / BYTES + x.offset;
      heap().floats.copyWithin(to / BYTES + target.offset, start, start + x.size);
    } else copyInto(x, target.data, target.offset);
    return;
  }
  const [from, to] = [x.data, target.data];
  eachLine(collapse(x.shape, [x.strides, target.strides]), [x.offset, target.offset], ([i, j], length, [di, dj]) => {
    for (let k = 0; k < length; k++) to[j + k * dj] = from[i + k * di];
  });
}
