/** Softmax, its logarithm and logSumExp, shifted so that no exponential overflows. */
import { number } from "../arguments.ts";
import { type Numeric, tensorOf } from "../operand.ts";
import { composed, type Unary } from "../operation.ts";
import { optional, REDUCTION } from "../parameters.ts";
import { type Axes, reducedShape, resolveAxes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { abs, lt, where } from "./elementwise.ts";
import { max, type ReduceOptions } from "./reduce.ts";

/**
 * The largest element, which is subtracted so that no exponential overflows; 0 where there are no elements. It is a
 * constant: the result does not depend on it, so no gradient flows through it.
 */
function topOf(operation: string, x: Numeric, axes: Axes): Tensor | number {
  const isEmpty = resolveAxes(operation, axes, x.rank).some((axis) => x.shape[axis] === 0);
  return isEmpty ? 0 : max(tensorOf(operation, x), axes, { keepDims: true });
}

/**
 * ln(sum(e^x)) over `axes`, by default all, without overflow: [2, 3] over axis 1 -> [2]. -Infinity over no elements.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const logSumExp: Unary<[axes?: Axes, options?: ReduceOptions]> = composed(
  "logSumExp",
  1,
  REDUCTION,
  (x, axes, { keepDims = false } = {}) => {
    const top = topOf("logSumExp", x, axes);
    // Infinity - Infinity would be NaN, but an infinite element has an infinite sum.
    const shift = where(lt(abs(top), Number.POSITIVE_INFINITY), top, 0);
    const total = x.sub(shift).exp().sum(axes, { keepDims: true }).log().add(shift);
    return total.reshape(reducedShape(x.shape, resolveAxes("logSumExp", axes, x.rank), keepDims));
  },
);

/**
 * e^x / sum(e^x) along one axis, by default the last: positive numbers whose sum is 1. Same shape as x. NaN throughout
 * where an element is NaN or Infinity, as in PyTorch.
 * @throws ShapeError if the axis does not exist.
 */
export const softmax: Unary<[axis?: number]> = composed("softmax", 1, [optional("axis", number)], (x, axis = -1) => {
  const powers = x.sub(topOf("softmax", x, axis)).exp();
  return powers.div(powers.sum(axis, { keepDims: true }));
});

/**
 * The logarithm of `softmax` along one axis, by default the last, without cancellation. Same shape as x.
 * NaN throughout where an element is NaN or Infinity.
 * @throws ShapeError if the axis does not exist.
 */
export const logSoftmax: Unary<[axis?: number]> = composed(
  "logSoftmax",
  1,
  [optional("axis", number)],
  (x, axis = -1) => {
    const shifted = x.sub(topOf("logSoftmax", x, axis));
    return shifted.sub(shifted.exp().sum(axis, { keepDims: true }).log());
  },
);
