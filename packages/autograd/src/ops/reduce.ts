/** Reductions: the gradient is spread back over what was reduced. */
import * as k from "@polygrad/tensor";
import { apply } from "../engine.ts";
import type { Op } from "../op.ts";
import { constant, type Variable } from "../variable.ts";

type Reduction = Op<[Variable], [axes?: k.Axes, options?: k.ReduceOptions]>;

/** Gives a reduced result its axes back, with size one, so that it broadcasts against x. */
function keepDims(reduced: Variable, x: Variable, axes: k.Axes): Variable {
  const all = axes === undefined ? x.shape.map((_, axis) => axis) : typeof axes === "number" ? [axes] : axes;
  const gone = new Set(all.map((axis) => (axis < 0 ? axis + x.rank : axis)));
  return reduced.reshape(x.shape.map((size, axis) => (gone.has(axis) ? 1 : size)));
}

/** The sum over `axes` (all, if none is named): each element gets the gradient of its sum. */
export const sum: Reduction = {
  kernel: k.sum,
  vjp: [(g, _y, x, axes) => keepDims(g, x, axes).broadcastTo(x.shape)],
};

/** sum / n. */
export function mean(x: Variable, axes?: k.Axes, options: k.ReduceOptions = {}): Variable {
  const total = apply(sum, [x], [axes, options]);
  return total.div(x.size / total.size);
}

/** Shared equally among all that are largest, as in PyTorch's amax. */
const extreme: Op<[Variable], [axes?: k.Axes, options?: k.ReduceOptions]>["vjp"][0] = (g, y, x, axes) => {
  const winners = x.eq(keepDims(y, x, axes));
  return keepDims(g, x, axes)
    .mul(winners)
    .div(winners.sum(axes, { keepDims: true }));
};

/** The largest element over `axes`. */
export const max: Reduction = { kernel: k.max, vjp: [extreme] };
/** The smallest element over `axes`. */
export const min: Reduction = { kernel: k.min, vjp: [extreme] };

/** y / x; where an element is zero, the product of the others is formed as such. */
export const prod: Reduction = {
  kernel: k.prod,
  vjp: [
    (g, y, x, axes) => {
      const zeros = x.value.eq(0).sum().item();
      const others = zeros === 0 ? keepDims(y, x, axes).div(x) : productOfOthers(x, axes);
      return keepDims(g, x, axes).mul(others);
    },
  ],
};

/** For each element the product of the others it is multiplied with: [..., n] as [..., n, n] with ones on the diagonal. */
function productOfOthers(x: Variable, axes: k.Axes): Variable {
  const all = axes === undefined ? x.shape.map((_, axis) => axis) : typeof axes === "number" ? [axes] : axes;
  const reduced = all.map((axis) => (axis < 0 ? axis + x.rank : axis));
  const order = [...x.shape.keys()].filter((axis) => !reduced.includes(axis)).concat(reduced);
  const lines = x.permute(order);
  const n = reduced.reduce((product, axis) => product * x.shape[axis], 1);
  const flat = lines.reshape([x.size / n, 1, n]);
  const others = constant(k.eye(n)).where(1, flat).prod(-1);
  return others.reshape(lines.shape).permute(order.map((_, axis) => order.indexOf(axis)));
}

/** The variance: sum of squared deviations over n - correction. By each element it is 2 (x - mean) / (n - correction). */
export const variance: Op<[Variable], [axes?: k.Axes, options?: k.VarianceOptions]> = {
  kernel: k.variance,
  vjp: [
    (g, y, x, axes, { correction = 1 } = {}) => {
      const deviation = x.sub(x.mean(axes, { keepDims: true }));
      const freedom = Math.max(0, x.size / y.size - correction);
      return keepDims(g, x, axes)
        .mul(deviation)
        .mul(2 / freedom);
    },
  ],
};

/** The root of the variance. Where that is 0, so is the gradient, as in PyTorch: the root is taken of 1 there. */
export function std(x: Variable, axes?: k.Axes, options: k.VarianceOptions = {}): Variable {
  const spread = x.variance(axes, options);
  const none = spread.eq(0);
  return none.where(0, none.where(1, spread).sqrt());
}

/** x / y, and 0 where the norm is 0, as in PyTorch. */
export const norm: Reduction = {
  kernel: k.norm,
  vjp: [
    (g, y, x, axes) => {
      const length = keepDims(y, x, axes);
      return keepDims(g, x, axes).mul(length.eq(0).where(0, x.div(length.eq(0).where(1, length))));
    },
  ],
};

/** The softmax: e^(x - y) over its sum, which is not quite 1 because y has been rounded. */
export const logSumExp: Reduction = {
  kernel: k.logSumExp,
  vjp: [
    (g, y, x, axes) => {
      const powers = x.sub(keepDims(y, x, axes)).exp();
      return keepDims(g, x, axes)
        .mul(powers)
        .div(powers.sum(axes, { keepDims: true }));
    },
  ],
};

/** y (g - sum(g y)). */
export const softmax: Op<[Variable], [axis?: number]> = {
  kernel: k.softmax,
  vjp: [(g, y, _x, axis = -1) => y.mul(g.sub(g.mul(y).sum(axis, { keepDims: true })))],
};

/** g - e^y sum(g). */
export const logSoftmax: Op<[Variable], [axis?: number]> = {
  kernel: k.logSoftmax,
  vjp: [(g, y, _x, axis = -1) => g.sub(y.exp().mul(g.sum(axis, { keepDims: true })))],
};

/** The running sum from the other end. */
export const cumsum: Op<[Variable], [axis: number]> = {
  kernel: k.cumsum,
  vjp: [(g, _y, _x, axis) => g.flip(axis).cumsum(axis).flip(axis)],
};
