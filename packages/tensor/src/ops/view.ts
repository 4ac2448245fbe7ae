/**
 * Views: the same elements read with another shape, strides or offset. Only `reshape` copies, and only where it must.
 */

import { integers } from "../arguments.ts";
import { clone } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { type Listed, listed, type Primitive, primitive, type Unary } from "../operation.ts";
import { RANGE, required } from "../parameters.ts";
import { broadcastStrides, checkShape, rangeOf, resolveAxis, type Shape, sameShape, show, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { collapse } from "../walk.ts";

/**
 * Reorders the axes: axis k of the result is axis `order[k]` of `x`. A view.
 * @throws ShapeError unless `order` names every axis once.
 */
export const permute: Primitive<Listed> = listed(
  primitive("permute", 1, [required("order", integers)], (x, order) => {
    const axes = order.map((axis) => resolveAxis("permute", axis, x.rank));
    if (axes.length !== x.rank || new Set(axes).size !== x.rank)
      throw new ShapeError(`permute: ${show(order)} must name each of the ${x.rank} axes of ${show(x.shape)} once`);
    const reordered = (list: readonly number[]) => axes.map((axis) => list[axis]);
    return new Tensor(x.storage, reordered(x.shape), reordered(x.strides), x.offset);
  }),
);

/** Elements along an axis: `start`, `start + step`, ... before `stop`. By default all of them, with step 1. */
export type SliceRange = [axis: number, start?: number | undefined, stop?: number | undefined, step?: number];

/**
 * Elements `start`, `start + step`, ... before `stop` along one axis, by Python's rules: negative positions count from
 * the end, positions beyond the ends are clipped, and a negative step walks backwards. By default, `start` and `stop`
 * are the ends and the step is 1. A view: along axis 0 from 1 to 4, [5, 3] -> [3, 3].
 * @throws ShapeError if the axis does not exist, a position is not an integer, or the step is 0.
 */
export const slice: Primitive<Unary<SliceRange>> = primitive("slice", 1, RANGE, (x, axis, start, stop, step = 1) => {
  const { at, from, length } = rangeOf("slice", x.shape, axis, start, stop, step);
  const offset = x.offset + (length === 0 ? 0 : from * x.strides[at]);
  return new Tensor(x.storage, x.shape.with(at, length), x.strides.with(at, x.strides[at] * step), offset);
});

/**
 * Stretches axes of size one and adds axes in front, by NumPy's rule: [3, 1] -> [2, 3, 4]. A view: stretched axes have
 * stride 0.
 * @throws ShapeError if any other size differs, or the shape has fewer axes than x.
 */
export const broadcastTo: Primitive<Listed> = listed(
  primitive("broadcastTo", 1, [required("shape", integers)], (x, given) => {
    const shape = checkShape("broadcastTo", given);
    if (sameShape(x.shape, shape)) return x;
    return new Tensor(x.storage, shape, broadcastStrides("broadcastTo", x.shape, x.strides, shape), x.offset);
  }),
);

/**
 * The same elements, in row-major order, in another shape with the same number of elements. One size may be -1: it is
 * computed from the others. A view where the strides allow it, else a copy.
 * @throws ShapeError if the number of elements differs.
 */
export const reshape: Primitive<Listed> = listed(
  primitive("reshape", 1, [required("shape", integers)], (x, shape) => {
    const target = inferSize("reshape", x, shape);
    const strides = viewStrides(x, target);
    return strides === undefined
      ? new Tensor(clone(x).storage, target)
      : new Tensor(x.storage, target, strides, x.offset);
  }),
);

/**
 * `reshape` that never copies.
 * @throws ShapeError if the number of elements differs, or the strides do not allow a view.
 */
export const view: Primitive<Listed> = listed(
  primitive("view", 1, [required("shape", integers)], (x, shape) => {
    const target = inferSize("view", x, shape);
    const strides = viewStrides(x, target);
    if (strides === undefined)
      throw new ShapeError(
        `view: ${show(x.shape)} with strides ${show(x.strides)} cannot be read as ${show(target)} without a copy; use reshape`,
      );
    return new Tensor(x.storage, target, strides, x.offset);
  }),
);

function inferSize(operation: string, x: Tensor, shape: Shape): number[] {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const target = shape.map((size) => (size === -1 ? x.size / known : size + 0)); // -0 becomes 0
  const unknowns = shape.filter((size) => size === -1).length;
  if (unknowns > 1 || target.some((size) => !Number.isInteger(size) || size < 0) || sizeOf(target) !== x.size)
    throw new ShapeError(
      `${operation}: ${show(x.shape)} has ${x.size} elements and does not fit ${show(shape)}; ` +
        "sizes must multiply to the same number, and at most one may be -1",
    );
  return target;
}

/**
 * Strides that read `x` as `shape` without a copy, or undefined if there are none: each merged run of axes is split
 * again.
 */
function viewStrides(x: Tensor, shape: Shape): number[] | undefined {
  if (x.size === 0 || x.isContiguous) return new Tensor(x.storage, shape).strides.slice();
  const runs = collapse(x.shape, [x.strides]);
  const strides = new Array<number>(shape.length).fill(0);
  let run = runs.shape.length - 1;
  let [left, stride] = [runs.shape[run], runs.strides[0][run]];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (left === 1) {
      run--;
      [left, stride] = [runs.shape[run], runs.strides[0][run]];
    }
    if (left % shape[axis] !== 0) return undefined;
    strides[axis] = stride;
    stride *= shape[axis];
    left /= shape[axis];
  }
  return strides;
}
