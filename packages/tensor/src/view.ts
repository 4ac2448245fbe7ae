/** Views: the same elements read with another shape, strides or offset. Nothing is copied, unless `reshape` must. */
import { clone } from "./copy.ts";
import { ShapeError } from "./errors.ts";
import { collapse } from "./iterate.ts";
import {
  broadcastStrides,
  checkShape,
  resolveAxes,
  resolveAxis,
  type Shape,
  sameShape,
  show,
  sizeOf,
} from "./shape.ts";
import { Tensor } from "./tensor.ts";

/**
 * [..., m, n] -> [..., n, m]: exchanges two axes, the last two unless told otherwise. A view.
 * @throws ShapeError if there are not two axes, or an axis is not there.
 */
export function transpose(x: Tensor, axis0 = -2, axis1 = -1): Tensor {
  if (x.rank < 2) throw new ShapeError(`transpose: needs two axes, got shape ${show(x.shape)}`);
  const order = x.shape.map((_, axis) => axis);
  const [i, j] = [resolveAxis("transpose", axis0, x.rank), resolveAxis("transpose", axis1, x.rank)];
  [order[i], order[j]] = [j, i];
  return permute(x, order);
}

/**
 * Reorders the axes: axis k of the result is axis `order[k]` of `x`. A view.
 * @throws ShapeError if `order` does not name every axis once.
 */
export function permute(x: Tensor, order: readonly number[]): Tensor {
  const axes = order.map((axis) => resolveAxis("permute", axis, x.rank));
  if (axes.length !== x.rank || new Set(axes).size !== x.rank)
    throw new ShapeError(`permute: ${show(order)} does not name each of the ${x.rank} axes of ${show(x.shape)} once`);
  return new Tensor(
    x.storage,
    axes.map((axis) => x.shape[axis]),
    axes.map((axis) => x.strides[axis]),
    x.offset,
  );
}

/**
 * Elements `start`, `start + step`, ... before `stop` along one axis, by Python's rules: negative positions count from
 * the end, positions beyond the ends are clipped, a negative step walks backwards. A view: along axis 0 from 1
 * to 4, [5, 3] -> [3, 3].
 * @throws ShapeError if the axis is not there, a position is no integer, or the step is 0.
 */
export function slice(x: Tensor, axis: number, start?: number, stop?: number, step = 1): Tensor {
  const at = resolveAxis("slice", axis, x.rank);
  for (const [what, value] of Object.entries({ start, stop, step }))
    if (value !== undefined && !Number.isInteger(value))
      throw new ShapeError(`slice: ${what} must be an integer, got ${value}`);
  if (step === 0) throw new ShapeError("slice: step must not be 0");
  const size = x.shape[at];
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (position: number) => Math.min(Math.max(position < 0 ? position + size : position, least), most);
  const from = start === undefined ? (step > 0 ? least : most) : clip(start);
  const to = stop === undefined ? (step > 0 ? most : least) : clip(stop);
  const length = Math.max(0, Math.ceil((to - from) / step));
  const offset = x.offset + (length === 0 ? 0 : from * x.strides[at]);
  return new Tensor(x.storage, x.shape.with(at, length), x.strides.with(at, x.strides[at] * step), offset);
}

/**
 * The slice at one position of an axis; that axis is gone: [5, 3] at 2 of axis 0 is [3]. A view.
 * @throws ShapeError if the axis or the position is not there.
 */
export function select(x: Tensor, axis: number, index: number): Tensor {
  const at = resolveAxis("select", axis, x.rank);
  const size = x.shape[at];
  if (!Number.isInteger(index) || index < -size || index >= size)
    throw new ShapeError(`select: index ${index} is out of range for axis ${at} of ${show(x.shape)}`);
  const position = index < 0 ? index + size : index;
  const without = (list: readonly number[]) => list.filter((_, k) => k !== at);
  return new Tensor(x.storage, without(x.shape), without(x.strides), x.offset + position * x.strides[at]);
}

/**
 * Stretches axes of size one, and adds axes in front, by NumPy's rule: [3, 1] -> [2, 3, 4]. A view: stretched axes have
 * stride 0.
 * @throws ShapeError if another size differs, or the shape has fewer axes.
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkShape("broadcastTo", shape);
  if (sameShape(x.shape, shape)) return x;
  return new Tensor(x.storage, shape, broadcastStrides("broadcastTo", x.shape, x.strides, shape), x.offset);
}

/** `broadcastTo` with -1 for "as it is" (PyTorch's expand). @throws ShapeError as `broadcastTo` does. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.rank;
  return broadcastTo(
    x,
    shape.map((size, axis) => (size === -1 && axis >= lead ? x.shape[axis - lead] : size)),
  );
}

/**
 * Removes axes of size one: all of them, or those named. A view.
 * @throws ShapeError if a named axis has another size.
 */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const named = axes === undefined ? undefined : new Set(resolveAxes("squeeze", axes, x.rank));
  for (const axis of named ?? [])
    if (x.shape[axis] !== 1)
      throw new ShapeError(`squeeze: axis ${axis} of ${show(x.shape)} has size ${x.shape[axis]}, not 1`);
  const stays = (_: number, axis: number) => !(named?.has(axis) ?? x.shape[axis] === 1);
  return new Tensor(x.storage, x.shape.filter(stays), x.strides.filter(stays), x.offset);
}

/**
 * Adds an axis of size one that becomes axis `axis` of the result: [2, 3] -> [2, 1, 3] for axis 1. A view.
 * @throws ShapeError if the result has no such axis.
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = resolveAxis("unsqueeze", axis, x.rank + 1);
  return new Tensor(x.storage, x.shape.toSpliced(at, 0, 1), x.strides.toSpliced(at, 0, 0), x.offset);
}

/**
 * The same elements in row-major order under another shape of the same size; one size may be -1, "what is left".
 * A view where the strides allow it, else a copy.
 * @throws ShapeError if the sizes do not multiply to the same number.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = inferSize(x, shape);
  const strides = viewStrides(x, target);
  return strides === undefined
    ? new Tensor(clone(x).storage, target)
    : new Tensor(x.storage, target, strides, x.offset);
}

/**
 * `reshape` that never copies.
 * @throws ShapeError if the strides do not allow a view.
 */
export function view(x: Tensor, shape: Shape): Tensor {
  const target = inferSize(x, shape);
  const strides = viewStrides(x, target);
  if (strides === undefined)
    throw new ShapeError(
      `view: ${show(x.shape)} with strides ${show(x.strides)} cannot be read as ${show(target)} in place; use reshape`,
    );
  return new Tensor(x.storage, target, strides, x.offset);
}

function inferSize(x: Tensor, shape: Shape): number[] {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const target = shape.map((size) => (size === -1 ? x.size / known : size));
  const unknowns = shape.filter((size) => size === -1).length;
  if (unknowns > 1 || target.some((size) => !Number.isInteger(size) || size < 0) || sizeOf(target) !== x.size)
    throw new ShapeError(
      `reshape: ${show(x.shape)} has ${x.size} elements and does not fit ${show(shape)}; ` +
        "sizes must multiply to the same number, and at most one may be -1",
    );
  return target;
}

/** Strides that read `x` as `shape` in place, or undefined if there are none: each merged run of axes is split anew. */
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

/**
 * Merges the axes from `start` to `end` (inclusive) into one, all of them unless told otherwise: [2, 3, 4] -> [24], or
 * from axis 1 on [2, 12]. A view where the strides allow it, else a copy.
 * @throws ShapeError if an axis is not there, or `start` stands behind `end`.
 */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  if (x.rank === 0) return reshape(x, [1]);
  const [from, to] = [resolveAxis("flatten", start, x.rank), resolveAxis("flatten", end, x.rank)];
  if (from > to) throw new ShapeError(`flatten: start axis ${from} stands behind end axis ${to}`);
  return reshape(x, x.shape.toSpliced(from, to - from + 1, sizeOf(x.shape.slice(from, to + 1))));
}

/**
 * Reverses the order along the given axes (all, if none is named). A view.
 * @throws ShapeError if an axis is not there.
 */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  return resolveAxes("flip", axes, x.rank).reduce((flipped, axis) => slice(flipped, axis, undefined, undefined, -1), x);
}
