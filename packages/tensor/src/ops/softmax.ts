/** Softmax and its kin, shifted so that no exponential overflows. */
import { composed, type Numeric, tensorOf, type Unary } from "../operation.ts";
import { type Axes, reducedShape, resolveAxes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { abs, lt, where } from "./elementwise.ts";
import { max, type ReduceOptions } from "./reduce.ts";

/**
 * What to subtract so that no exponential overflows: the largest element, or 0 where it is infinite. A constant: whatever
 * is subtracted, the result is the same, so no gradient flows through it.
 */
function shiftOf(operation: string, x: Numeric, axes: Axes): Tensor {
  const top = max(tensorOf(operation, x), axes, { keepDims: true });
  return where(lt(abs(top), Number.POSITIVE_INFINITY), top, 0);
}

/** ln(sum(e^x)) over `axes` (by default all), without overflow. */
export const logSumExp: Unary<[axes?: Axes, options?: ReduceOptions]> = composed(
  "logSumExp",
  1,
  (x, axes, { keepDims = false } = {}) => {
    const shift = shiftOf("logSumExp", x, axes);
    const total = x.sub(shift).exp().sum(axes, { keepDims: true }).log().add(shift);
    return total.reshape(reducedShape(x.shape, resolveAxes("logSumExp", axes, x.rank), keepDims));
  },
);

/** e^x / sum(e^x) along one axis (by default the last): positive, and adding up to 1. Same shape as x. */
export const softmax: Unary<[axis?: number]> = composed("softmax", 1, (x, axis = -1) => {
  const powers = x.sub(shiftOf("softmax", x, axis)).exp();
  return powers.div(powers.sum(axis, { keepDims: true }));
});

/** The logarithm of `softmax`, without cancellation. Same shape as x. */
export const logSoftmax: Unary<[axis?: number]> = composed("logSoftmax", 1, (x, axis = -1) => {
  const shifted = x.sub(shiftOf("logSoftmax", x, axis));
  return shifted.sub(shifted.exp().sum(axis, { keepDims: true }).log());
});
