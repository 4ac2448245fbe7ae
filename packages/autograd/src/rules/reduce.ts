/** Gradient rules of reductions: the gradient of a result spreads over the elements that it was reduced from. */
import { type Axes, eye, type ReduceOptions, type VarianceOptions } from "@polygrad/tensor";
import { inverse, otherAxes, reducedShape, resolveAxes, sizeOf } from "@polygrad/tensor/internal";
import type { Rules } from "../rule.ts";
import { constant, type Variable } from "../variable.ts";

type Reducing = Rules<[Variable], [axes?: Axes, options?: ReduceOptions]>;

/** A reduced result with the reduced axes restored, at size one, so that it broadcasts against x. */
function keepDims(reduced: Variable, x: Variable, axes: Axes): Variable {
  return reduced.reshape(reducedShape(x.shape, resolveAxes("keepDims", axes, x.rank), true));
}

/** Each element gets the gradient of the sum that it belongs to. */
export const sum: Reducing = [(g, _y, x, axes) => keepDims(g, x, axes).broadcastTo(x.shape)];

/** The gradient is shared equally among all elements that equal the extreme, as in PyTorch's amax. */
const extreme: Reducing[0] = (g, y, x, axes) => {
  const winners = x.eq(keepDims(y, x, axes));
  return keepDims(g, x, axes)
    .mul(winners)
    .div(winners.sum(axes, { keepDims: true }));
};

export const max: Reducing = [extreme];
export const min: Reducing = [extreme];

/** The product of the other elements. */
export const prod: Reducing = [(g, _y, x, axes) => keepDims(g, x, axes).mul(x.prodOfOthers(axes))];

/**
 * y_i is the product of all x_k with k != i, so dy_i/dx_j is the product of all but x_i and x_j, and 0 for i = j. Row i
 * of the matrix below is x with 1 in place of x_i; the product of its others without x_j is the derivative.
 */
export const prodOfOthers: Rules<[Variable], [axes?: Axes]> = [
  (g, _y, x, axes) => {
    const reduced = resolveAxes("prodOfOthers", axes, x.rank);
    const order = [...otherAxes(x.rank, reduced), ...reduced];
    const n = sizeOf(reduced.map((axis) => x.shape[axis]));
    const linesOf = (v: Variable) => v.permute(order).reshape(-1, n);
    if (x.size === 0) return g;
    const diagonal = constant(eye(n));
    const matrix = diagonal.where(1, linesOf(x).unsqueeze(1)).prodOfOthers(-1);
    const sum = diagonal.where(0, matrix.mul(linesOf(g).unsqueeze(2))).sum(1);
    return sum.reshape(order.map((axis) => x.shape[axis])).permute(inverse(order));
  },
];

/** x / y, and 0 where the norm is 0, as in PyTorch. */
export const norm: Reducing = [
  (g, y, x, axes) => {
    const length = keepDims(y, x, axes);
    const isZero = length.eq(0);
    return keepDims(g, x, axes).mul(isZero.where(0, x.div(isZero.where(1, length))));
  },
];

type Spread = Rules<[Variable], [axes?: Axes, options?: VarianceOptions]>;

/** (x - mean) / (n - correction). */
function shareOfSpread(x: Variable, y: Variable, axes: Axes, { correction = 1 }: VarianceOptions = {}): Variable {
  const deviation = x.sub(x.mean(axes, { keepDims: true }));
  return deviation.div(Math.max(0, x.size / y.size - correction));
}

/** 2 (x - mean) / (n - correction). */
export const variance: Spread = [
  (g, y, x, axes, options) =>
    keepDims(g, x, axes)
      .mul(shareOfSpread(x, y, axes, options))
      .mul(2),
];

/** (x - mean) / ((n - correction) y), and 0 where y is 0, as in PyTorch. */
export const std: Spread = [
  (g, y, x, axes, options) => {
    const deviation = keepDims(y, x, axes);
    const isZero = deviation.eq(0);
    const share = shareOfSpread(x, y, axes, options).div(isZero.where(1, deviation));
    return keepDims(g, x, axes).mul(isZero.where(0, share));
  },
];

/** The running sum of the gradient from the other end. */
export const cumsum: Rules<[Variable], [axis: number]> = [(g, _y, _x, axis) => g.flip(axis).cumsum(axis).flip(axis)];
