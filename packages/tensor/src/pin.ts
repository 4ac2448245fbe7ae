/** Pinned tensors: they stay in the memory that the kernels use, which then need not copy them. */
import { copyInto } from "./elements.ts";
import { type Sizes, shapeOf } from "./fill.ts";
import { pinnedStorage } from "./memory/storage.ts";
import { sizeOf } from "./shape.ts";
import { checkedTensor, Tensor } from "./tensor.ts";

/**
 * Zeros pinned in the memory that the kernels use, in float32. Pin tensors that are large and long-lived. They are
 * freed automatically.
 * @throws ShapeError unless every size is an integer from 0 up; MemoryError if the memory cannot grow.
 */
export function pinned(shape: Sizes): Tensor {
  const sizes = shapeOf("pinned", shape);
  return new Tensor(pinnedStorage(sizeOf(sizes)), sizes);
}

/** Pinned zeros in the shape of `x` and, if `x` has no gaps, in the same memory order. */
export function pinnedLike(x: Tensor): Tensor {
  return new Tensor(pinnedStorage(x.size), x.shape, x.isDense ? x.strides : undefined);
}

/** A pinned copy of a tensor, in float32. Same shape as x. @throws MemoryError if the memory cannot grow. */
export function pin(x: Tensor): Tensor {
  const copy = pinned(checkedTensor("pin", x).shape);
  copyInto(x, copy.data);
  return copy;
}
