/** Mean, variance and standard deviation over any axes. */
import { flag, number, someIntegers } from "../arguments.ts";
import { toFloat64 } from "../copy.ts";
import { blankLike, copyInto } from "../elements.ts";
import { composed, type Primitive, primitive, type Unary } from "../operation.ts";
import { optional, options, REDUCTION } from "../parameters.ts";
import { type Axes, resolveAxes, type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, sqrt, square, sub } from "./elementwise.ts";
import { type ReduceOptions, sum } from "./reduce.ts";

/** The number of elements that each result of a reduction is computed from. */
function count(operation: string, { shape }: { readonly shape: Shape }, axes: Axes): number {
  return sizeOf(resolveAxes(operation, axes, shape.length).map((axis) => shape[axis]));
}

/**
 * The arithmetic mean over `axes`, by default all: [2, 3] over axis 1 -> [2]. NaN over no elements.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const mean: Unary<[axes?: Axes, options?: ReduceOptions]> = composed(
  "mean",
  1,
  REDUCTION,
  (x, axes, options) => {
    const elements = count("mean", x, axes);
    return x.sum(axes, options).div(elements);
  },
);

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /**
   * Subtracted from the number of elements. 1, the default as in PyTorch, gives the unbiased estimate; 0 is NumPy's
   * default.
   */
  readonly correction?: number;
}

const spreadParameters = [
  optional("axes", someIntegers),
  options<VarianceOptions>({ keepDims: flag, correction: number }),
] as const;

type Spread = Primitive<Unary<[axes?: Axes, options?: VarianceOptions]>>;

/**
 * The variance, sum((x - mean)^2) / (n - correction), over `axes`, by default all: [2, 3] over axis 1 -> [2].
 *
 * A primitive, computed in double precision and rounded once: where the mean is large, rounding it first would lose the
 * deviations. NaN for one element with the default correction.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const variance: Spread = primitive("variance", 1, spreadParameters, (x, axes, options) =>
  inPrecisionOf(x, doubleVariance("variance", x, axes, options)),
);

/**
 * The standard deviation, the root of the variance, over `axes`, by default all: [2, 3] over axis 1 -> [2].
 *
 * A primitive: the root is taken before rounding, so that in float32 squares neither overflow nor vanish.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const std: Spread = primitive("std", 1, spreadParameters, (x, axes, options) =>
  inPrecisionOf(x, sqrt(doubleVariance("std", x, axes, options))),
);

function doubleVariance(operation: string, x: Tensor, axes: Axes, options: VarianceOptions = {}): Tensor {
  const { correction = 1, keepDims = false } = options;
  const elements = count(operation, x, axes);
  const double = toFloat64(x);
  const means = div(sum(double, axes, { keepDims: true }), elements);
  return div(sum(square(sub(double, means)), axes, { keepDims }), Math.max(0, elements - correction));
}

function inPrecisionOf(x: Tensor, double: Tensor): Tensor {
  const y = blankLike(x, double.shape);
  copyInto(double, y.data);
  return y;
}
