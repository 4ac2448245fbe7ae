/** Reductions over any axes: sums, products, extremes and norms, accumulated in double precision and rounded once. */
import { integers, number } from "../arguments.ts";
import { clone } from "../copy.ts";
import { blankLike } from "../elements.ts";
import { LANES } from "../floats.ts";
import { launch } from "../kernels/launch.ts";
import { columnsKernel, type Reduction, rowsKernel } from "../kernels/reduce.ts";
import { composed, type Primitive, primitive, type Unary } from "../operation.ts";
import { REDUCTION, required } from "../parameters.ts";
import {
  type Axes,
  broadcastStrides,
  checkNotEmpty,
  otherAxes,
  reducedShape,
  resolveAxes,
  resolveAxis,
  type Shape,
  sizeOf,
} from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { collapse, lineStarts, type Walk } from "../walk.ts";
import { permute, reshape } from "./view.ts";

/** Options of reductions. */
export interface ReduceOptions {
  /** Whether the reduced axes stay with size one, so that the result broadcasts against the input; false by default. */
  readonly keepDims?: boolean;
}

/** A reduction over `axes`, by default all. */
type Reducing = Primitive<Unary<[axes?: Axes, options?: ReduceOptions]>>;

/** The operation of a reduction; `total` says whether it is defined over no elements. */
function reducing(reduction: Reduction, total: boolean): Reducing {
  const [rows, columns] = [rowsKernel(reduction), columnsKernel(reduction)];
  return primitive(reduction.name, 1, REDUCTION, (x, axes, { keepDims = false } = {}) => {
    const resolved = resolveAxes(reduction.name, axes, x.rank);
    if (!total) checkNotEmpty(reduction.name, x.shape, resolved);
    const kept = otherAxes(x.rank, resolved);
    const { x: matrix, outs, steps, outStride, stepStride } = asMatrix(permute(x, [...kept, ...resolved]), kept.length);
    const shape = kept.map((axis) => x.shape[axis]);
    const y =
      stepStride === 1 || steps <= 1
        ? launch(rows, { left: steps % LANES }, [matrix], shape, [outs, steps, outStride])
        : launch(columns, { left: outs % LANES }, [matrix], shape, [outs, steps, stepStride]);
    return keepDims ? reshape(y, reducedShape(x.shape, resolved, true)) : y;
  });
}

/**
 * Reads `x`, whose last axes are to be reduced, as a matrix, or copies it: element [o, r] is at
 * offset + o * outStride + r * stepStride, and rows or columns have no gaps.
 */
function asMatrix(x: Tensor, kept: number) {
  const split = (start: number, end: number): Walk => {
    const [shape, strides] = [x.shape.slice(start, end), x.strides.slice(start, end)];
    // The common case is a matrix.
    return shape.length === 1 && shape[0] > 1 ? { shape, strides: [strides] } : collapse(shape, [strides]);
  };
  const [outer, inner] = [split(0, kept), split(kept, x.rank)];
  const [outs, steps] = [sizeOf(outer.shape), sizeOf(inner.shape)];
  const outStride = outer.strides[0][0] ?? 0;
  const stepStride = inner.strides[0][0] ?? 1;
  const regular = outer.shape.length <= 1 && inner.shape.length <= 1 && outStride >= 0;
  const inPlace = regular && (stepStride === 1 || (stepStride > 0 && outStride === 1));
  if (inPlace || x.size === 0) return { x, outs, steps, outStride, stepStride };
  return { x: clone(x), outs, steps, outStride: steps, stepStride: 1 };
}

/**
 * The sum over `axes`, by default all: [2, 3] over axis 1 -> [2]. The sum of no elements is 0.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const sum: Reducing = reducing({ name: "sum", identity: 0, step: (m, total, x) => m.add(total, x) }, true);

/**
 * The product over `axes`, by default all: [2, 3] over axis 1 -> [2]. The product of no elements is 1.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const prod: Reducing = reducing({ name: "prod", identity: 1, step: (m, product, x) => m.mul(product, x) }, true);

/**
 * The largest element over `axes`, by default all: [2, 3] over axis 1 -> [2]. NaN if any of them is NaN.
 * @throws ShapeError if an axis does not exist, is named twice or is empty.
 */
export const max: Reducing = reducing(
  { name: "max", identity: Number.NEGATIVE_INFINITY, step: (m, largest, x) => m.max(largest, x) },
  false,
);

/**
 * The smallest element over `axes`, by default all: [2, 3] over axis 1 -> [2]. NaN if any of them is NaN.
 * @throws ShapeError if an axis does not exist, is named twice or is empty.
 */
export const min: Reducing = reducing(
  { name: "min", identity: Number.POSITIVE_INFINITY, step: (m, smallest, x) => m.min(smallest, x) },
  false,
);

/**
 * The Euclidean norm over `axes`, by default all: the root of the sum of squares, [2, 3] over axis 1 -> [2]. In float32
 * the sum cannot overflow, because it is kept in double precision.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const norm: Reducing = reducing(
  {
    name: "norm",
    identity: 0,
    step: (m, total, x) => m.add(total, m.mul(x, x)),
    combine: (m, a, b) => m.add(a, b),
    finish: (m, total) => m.sqrt(total),
  },
  true,
);

/**
 * Sums over the axes in which `shape` was stretched to the shape of x, and returns a tensor of that shape: the
 * transpose of `broadcastTo`.
 * @throws ShapeError if `shape` does not broadcast to the shape of x.
 */
export const sumTo: Unary<[shape: Shape]> = composed("sumTo", 1, [required("shape", integers)], (x, shape) => {
  broadcastStrides("sumTo", shape, shape, x.shape); // throws if the shapes do not fit
  const lead = x.rank - shape.length;
  const stretched = [...x.shape.keys()].filter(
    (axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1),
  );
  return (stretched.length === 0 ? x : x.sum(stretched)).reshape(shape);
});

/**
 * The running sum along an axis, y[i] = x[0] + ... + x[i], kept in double precision. Same shape as x.
 * @throws ShapeError if the axis does not exist.
 */
export const cumsum: Primitive<Unary<[axis: number]>> = primitive(
  "cumsum",
  1,
  [required("axis", number)],
  (x, axis) => {
    const at = resolveAxis("cumsum", axis, x.rank);
    const y = blankLike(x);
    const targets = lineStarts(y, at);
    for (const [line, start] of lineStarts(x, at).entries()) {
      let total = 0;
      for (let i = 0; i < x.shape[at]; i++) {
        total += x.data[start + i * x.strides[at]];
        y.data[targets[line] + i * y.strides[at]] = total;
      }
    }
    return y;
  },
);
