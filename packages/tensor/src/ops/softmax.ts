/** Softmax, its logarithm and logSumExp, shifted so that no exponential overflows. */
import { composed, type Numeric, tensorOf, type Unary } from "../operation.ts";
import { type Axes, reducedShape, resolveAxes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { abs, lt, where } from "./elementwise.ts";
import { max, type ReduceOptions } from "./reduce.ts";

/**
 * What is subtracted so that no exponential overflows: the largest element, or 0 where that is infinite. It is a
 * constant: the result does not depend on it, so no gradient flows through it.
 */
function shiftOf(operation: string, x: Numeric, axes: Axes): Tensor {
  const top = max(tensorOf(operation, x), axes, { keepDims: true });
  return where(lt(abs(top), Number.POSITIVE_INFINITY), top, 0);
}

/**
 * ln(sum(e^x)) over `axes`, by default all, without overflow: [2, 3] over axis 1 -> [2].
 * @throws ShapeError if an axis does not exist, is named twice or is empty.
 */
export const logSumExp: Unary<[axes?: Axes, options?: ReduceOptions]> = composed(
  "logSumExp",
  1,
  (x, axes, { keepDims = false } = {}) => {
    const shift = shiftOf("logSumExp", x, axes);
    const total = x.sub(shift).exp().sum(axes, { keepDims: true }).log().add(shift);
    return total.reshape(reducedShape(x.shape, resolveAxes("logSumExp", axes, x.rank), keepDims));
  },
);

/**
 * e^x / sum(e^x) along one axis, by default the last: positive numbers whose sum is 1. Same shape as x.
 * @throws ShapeError if the axis does not exist or is empty.
 */
export const softmax: Unary<[axis?: number]> = composed("softmax", 1, (x, axis = -1) => {
  const powers = x.sub(shiftOf("softmax", x, axis)).exp();
  return powers.div(powers.sum(axis, { keepDims: true }));
});

/**
 * The logarithm of `softmax` along one axis, by default the last, without cancellation. Same shape as x.
 * @throws ShapeError if the axis does not exist or is empty.
 */
export const logSoftmax: Unary<[axis?: number]> = composed("logSoftmax", 1, (x, axis = -1) => {
  const shifted = x.sub(shiftOf("logSoftmax", x, axis));
  return shifted.sub(shifted.exp().sum(axis, { keepDims: true }).log());
});
