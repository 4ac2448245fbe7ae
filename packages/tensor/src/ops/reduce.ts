/** Reductions over any axes: sums, extremes, moments, norms; accumulated in double precision, rounded once. */

import { copyInto, floatsLike, toFloat64 } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { lineStarts } from "../iterate.ts";
import { type Reduction, reduce } from "../kernels/reduce.ts";
import { type Axes, reducedShape, resolveAxes, resolveAxis, type Shape, show } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { reshape } from "../view.ts";
import { f64x2 } from "../wasm/expression.ts";
import { abs, add, div, exp, log, lt, sqrt, square, sub, where } from "./elementwise.ts";

/** `keepDims`: reduced axes stay, with size one, so that the result broadcasts against the input. */
export interface ReduceOptions {
  readonly keepDims?: boolean;
}

const sums: Reduction = {
  name: "sum",
  identity: 0,
  step: (total, x) => total + x,
  combine: (a, b) => a + b,
  simd: { step: f64x2.add, combine: f64x2.add },
};

const products: Reduction = {
  name: "prod",
  identity: 1,
  step: (product, x) => product * x,
  combine: (a, b) => a * b,
  simd: { step: f64x2.mul, combine: f64x2.mul },
};

const largest: Reduction = {
  name: "max",
  identity: Number.NEGATIVE_INFINITY,
  step: Math.max,
  combine: Math.max,
  simd: { step: f64x2.max, combine: f64x2.max },
};

const smallest: Reduction = {
  name: "min",
  identity: Number.POSITIVE_INFINITY,
  step: Math.min,
  combine: Math.min,
  simd: { step: f64x2.min, combine: f64x2.min },
};

const lengths: Reduction = {
  name: "norm",
  identity: 0,
  step: (total, x) => total + x * x,
  combine: (a, b) => a + b,
  finish: Math.sqrt,
  simd: { step: (total, x) => f64x2.add(total, f64x2.mul(x, x)), combine: f64x2.add, finish: f64x2.sqrt },
};

function over(reduction: Reduction, x: Tensor, axes: Axes, { keepDims = false }: ReduceOptions): Tensor {
  const resolved = resolveAxes(reduction.name, axes, x.rank);
  const y = reduce(reduction, x, resolved);
  return keepDims ? reshape(y, reducedShape(x.shape, resolved, true)) : y;
}

function refuseEmpty(operation: string, shape: Shape, axes: Axes): void {
  const empty = resolveAxes(operation, axes, shape.length).find((axis) => shape[axis] === 0);
  if (empty !== undefined)
    throw new ShapeError(`${operation}: axis ${empty} of ${show(shape)} is empty; there is no ${operation} of nothing`);
}

/** The sum over `axes` (all, if none is named); 0 over nothing. */
export function sum(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return over(sums, x, axes, options);
}

/** The product over `axes`; 1 over nothing. */
export function prod(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return over(products, x, axes, options);
}

/**
 * The largest element over `axes`; NaN if there is one.
 * @throws ShapeError over nothing.
 */
export function max(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  refuseEmpty("max", x.shape, axes);
  return over(largest, x, axes, options);
}

/**
 * The smallest element over `axes`; NaN if there is one.
 * @throws ShapeError over nothing.
 */
export function min(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  refuseEmpty("min", x.shape, axes);
  return over(smallest, x, axes, options);
}

/** The Euclidean norm over `axes`: the root of the sum of squares, which cannot overflow before the root. */
export function norm(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return over(lengths, x, axes, options);
}

/** The arithmetic mean over `axes`; NaN over nothing. */
export function mean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return div(sum(x, axes, options), count("mean", x, axes));
}

/** How many elements each result of a reduction gathers. */
export function count(operation: string, x: Tensor, axes: Axes): number {
  return resolveAxes(operation, axes, x.rank).reduce((product, axis) => product * x.shape[axis], 1);
}

/** `correction` is taken from the number of elements: 1 (the default, as in PyTorch) is unbiased, 0 is NumPy's default. */
export interface VarianceOptions extends ReduceOptions {
  readonly correction?: number;
}

/** sum((x - mean)^2) / (n - correction) over `axes`, in double precision throughout, rounded once. */
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  const { correction = 1 } = options;
  const double = toFloat64(x);
  const squares = sum(square(sub(double, mean(double, axes, { keepDims: true }))), axes, options);
  const exact = div(squares, Math.max(0, count("variance", x, axes) - correction));
  const rounded = floatsLike(x, exact.size);
  copyInto(exact, rounded);
  return new Tensor(new Storage(rounded), exact.shape);
}

/** The standard deviation: the root of `variance`. */
export function std(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  return sqrt(variance(x, axes, options));
}

/** The largest element, or 0 where it is infinite: what to subtract so that no exponential overflows. */
function safeMax(x: Tensor, axes: Axes): Tensor {
  const top = max(x, axes, { keepDims: true });
  return where(lt(abs(top), Number.POSITIVE_INFINITY), top, 0);
}

/** ln(sum(e^x)) over `axes`, without overflow. */
export function logSumExp(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  const top = safeMax(x, axes);
  const total = add(log(sum(exp(sub(x, top)), axes, { keepDims: true })), top);
  const resolved = resolveAxes("logSumExp", axes, x.rank);
  return reshape(total, reducedShape(x.shape, resolved, options.keepDims ?? false));
}

/** e^x / sum(e^x) along one axis (the last): positive, and adding up to 1. Same shape as x. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const powers = exp(sub(x, safeMax(x, axis)));
  return div(powers, sum(powers, axis, { keepDims: true }));
}

/** The logarithm of `softmax`, without cancellation. Same shape as x. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const shifted = sub(x, safeMax(x, axis));
  return sub(shifted, log(sum(exp(shifted), axis, { keepDims: true })));
}

/** The position of the largest element along an axis, the first if there are several; all positions in row-major order of the other axes. */
export function argmax(x: Tensor, axis?: number): Int32Array {
  return positions("argmax", x, axis, (candidate, best) => candidate > best);
}

/** The position of the smallest element along an axis; otherwise like `argmax`. */
export function argmin(x: Tensor, axis?: number): Int32Array {
  return positions("argmin", x, axis, (candidate, best) => candidate < best);
}

/** Without an axis: one position in the flattened tensor. NaN beats everything, as in NumPy. */
function positions(
  operation: string,
  x: Tensor,
  axis: number | undefined,
  beats: (candidate: number, best: number) => boolean,
): Int32Array {
  if (axis === undefined) return positions(operation, reshape(x, [x.size]), 0, beats);
  refuseEmpty(operation, x.shape, axis);
  const at = resolveAxis(operation, axis, x.rank);
  const [length, step] = [x.shape[at], x.strides[at]];
  return Int32Array.from(lineStarts(x, at), (start) => {
    let best = 0;
    for (let i = 0; i < length; i++) {
      const [candidate, leader] = [x.data[start + i * step], x.data[start + best * step]];
      if (beats(candidate, leader) || (Number.isNaN(candidate) && !Number.isNaN(leader))) best = i;
    }
    return best;
  });
}

/** The running sum along an axis, kept in double precision: y[i] = x[0] + ... + x[i]. Same shape as x. */
export function cumsum(x: Tensor, axis: number): Tensor {
  const at = resolveAxis("cumsum", axis, x.rank);
  const y = new Tensor(new Storage(floatsLike(x, x.size)), x.shape);
  const targets = lineStarts(y, at);
  for (const [line, start] of lineStarts(x, at).entries()) {
    let total = 0;
    for (let i = 0; i < x.shape[at]; i++) {
      total += x.data[start + i * x.strides[at]];
      y.data[targets[line] + i * y.strides[at]] = total;
    }
  }
  return y;
}
