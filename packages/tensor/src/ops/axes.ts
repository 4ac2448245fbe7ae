/** Views composed of those in view.ts: they swap, add, remove, merge, cut and reverse axes. */
import { integerFrom, integers, number, someIntegers } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { Numeric } from "../operand.ts";
import { composed, type Listed, listed, type Pieces, pieces, type Unary } from "../operation.ts";
import { optional, required } from "../parameters.ts";
import { reducedShape, resolveAxes, resolveAxis, show, sizeOf } from "../shape.ts";

/** One axis or several. */
type SomeAxes = number | readonly number[];

/**
 * Swaps two axes, by default the last two: [..., m, n] -> [..., n, m]. A view.
 * @throws ShapeError if x has fewer than two axes, or an axis does not exist.
 */
export const transpose: Unary<[axis0?: number, axis1?: number]> = composed(
  "transpose",
  1,
  [optional("axis0", number), optional("axis1", number)],
  (x, axis0 = -2, axis1 = -1) => {
    if (x.rank < 2) throw new ShapeError(`transpose: needs at least two axes, got shape ${show(x.shape)}`);
    const order = x.shape.map((_, axis) => axis);
    const [i, j] = [resolveAxis("transpose", axis0, x.rank), resolveAxis("transpose", axis1, x.rank)];
    [order[i], order[j]] = [j, i];
    return x.permute(order);
  },
);

/**
 * The slice at one position of an axis, without that axis: [5, 3] at position 2 of axis 0 -> [3]. Negative positions
 * count from the end. A view.
 * @throws ShapeError if the axis or the position does not exist.
 */
export const select: Unary<[axis: number, index: number]> = composed(
  "select",
  1,
  [required("axis", number), required("index", number)],
  (x, axis, index) => {
    const at = resolveAxis("select", axis, x.rank);
    const size = x.shape[at];
    if (!Number.isInteger(index) || index < -size || index >= size)
      throw new ShapeError(`select: index ${index} is out of range for axis ${at} of ${show(x.shape)}`);
    const position = index < 0 ? index + size : index;
    return without(x.slice(at, position, position + 1), [at]);
  },
);

/**
 * `broadcastTo` in which a size of -1 keeps the size of x (PyTorch's expand): [3, 1] with [2, -1, 4] -> [2, 3, 4]. A
 * view.
 * @throws ShapeError if a size differs where that of x is not 1, or the shape has fewer axes than x.
 */
export const expand: Listed = listed(
  composed("expand", 1, [required("shape", integers)], (x, shape) => {
    const lead = shape.length - x.rank;
    return x.broadcastTo(shape.map((size, axis) => (size === -1 && axis >= lead ? x.shape[axis - lead] : size)));
  }),
);

/**
 * Removes axes of size one, by default all of them: [1, 3, 1] -> [3]. A view.
 * @throws ShapeError if a named axis has another size.
 */
export const squeeze: Unary<[axes?: SomeAxes]> = composed("squeeze", 1, [optional("axes", someIntegers)], (x, axes) => {
  const named = axes === undefined ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : [])) : axes;
  const resolved = resolveAxes("squeeze", named, x.rank);
  for (const axis of resolved)
    if (x.shape[axis] !== 1)
      throw new ShapeError(`squeeze: axis ${axis} of ${show(x.shape)} has size ${x.shape[axis]}, not 1`);
  return without(x, resolved);
});

/** Without some axes of size one. */
function without(x: Numeric, axes: readonly number[]): Numeric {
  return x.reshape(reducedShape(x.shape, axes, false));
}

/**
 * Adds an axis of size one that becomes axis `axis` of the result: [2, 3] -> [2, 1, 3] for axis 1. A view.
 * @throws ShapeError if the result has no such axis.
 */
export const unsqueeze: Unary<[axis: number]> = composed("unsqueeze", 1, [required("axis", number)], (x, axis) =>
  x.reshape(x.shape.toSpliced(resolveAxis("unsqueeze", axis, x.rank + 1), 0, 1)),
);

/**
 * Merges the axes from `start` to `end` (both included, by default all) into one: [2, 3, 4] -> [24], or -> [2, 12] from
 * axis 1. A scalar becomes [1]. A view where the strides allow it, else a copy.
 * @throws ShapeError if an axis does not exist, or `start` comes after `end`.
 */
export const flatten: Unary<[start?: number, end?: number]> = composed(
  "flatten",
  1,
  [optional("start", number), optional("end", number)],
  (x, start = 0, end = -1) => {
    if (x.rank === 0) return x.reshape([1]);
    const [from, to] = [resolveAxis("flatten", start, x.rank), resolveAxis("flatten", end, x.rank)];
    if (from > to) throw new ShapeError(`flatten: the start axis ${from} comes after the end axis ${to}`);
    return x.reshape(x.shape.toSpliced(from, to - from + 1, sizeOf(x.shape.slice(from, to + 1))));
  },
);

/**
 * Reverses the order along the given axes, by default all. A view, in the shape of x.
 * @throws ShapeError if an axis does not exist.
 */
export const flip: Unary<[axes?: SomeAxes]> = composed("flip", 1, [optional("axes", someIntegers)], (x, axes) =>
  resolveAxes("flip", axes, x.rank).reduce((flipped, axis) => flipped.slice(axis, undefined, undefined, -1), x),
);

/**
 * Cuts x along an axis (by default the first) into pieces: all of one size, of which the last may be smaller, or of the
 * given sizes. Views: [5, 3] with size 2 -> [2, 3], [2, 3], [1, 3].
 * @throws ShapeError if the axis does not exist, or the given sizes do not add up to its size; ValueError unless the
 * one size is an integer from 1 up.
 */
export const split: Pieces<[sizes: SomeAxes, axis?: number]> = pieces(
  "split",
  [required("sizes", someIntegers), optional("axis", number)],
  (x, sizes, axis = 0) => {
    const at = resolveAxis("split", axis, x.rank);
    const total = x.shape[at];
    const list = typeof sizes === "number" ? equalSizes(total, sizes) : sizes;
    const sum = list.reduce((before, size) => before + size, 0);
    if (sum !== total || list.some((size) => !(Number.isInteger(size) && size >= 0)))
      throw new ShapeError(
        `split: sizes ${show(list)} do not add up to ${total}, the size of axis ${at} of ${show(x.shape)}`,
      );
    const starts = list.map((_, k) => list.slice(0, k).reduce((before, size) => before + size, 0));
    return list.map((size, k) => x.slice(at, starts[k], starts[k] + size));
  },
);

function equalSizes(total: number, size: number): number[] {
  integerFrom(1)("split", "the size", size);
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => Math.min(size, total - i * size));
}
