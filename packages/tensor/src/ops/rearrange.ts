/** Padding, picking and placing: operations that move elements, and at most add them. */

import { type Check, described, integers, isListOfNumbers, number } from "../arguments.ts";
import { blankLike, roomFor, write } from "../elements.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { type Binary, type Primitive, primitive, type Unary } from "../operation.ts";
import { optional, RANGE, required } from "../parameters.ts";
import { checkShape, rangeOf, resolveAxis, type Shape, sameShape, show, sizeOf, stridesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { lineStarts } from "../walk.ts";
import { checkIndices, type Indices, indexList } from "./indices.ts";
import { type SliceRange, slice } from "./view.ts";

/** For each axis, how many elements are added before and after. */
type Widths = readonly (readonly [before: number, after: number])[];

const pairs: Check = (operation, what, value) => {
  const isPair = (pair: unknown) => isListOfNumbers(pair) && pair.length === 2;
  // A copy, because `every` skips holes.
  if (!Array.isArray(value) || !Array.from(value).every(isPair))
    throw new ArgumentError(
      `${operation}: ${what} must be a pair [before, after] for each axis, such as [[1, 0], [0, 2]], got ${described(value)}`,
    );
};

/**
 * Surrounds x with a constant, by default 0: [2, 3] with widths [[1, 0], [0, 2]] -> [3, 5].
 * @throws ShapeError unless there is one pair of integers from 0 up for each axis.
 */
export const pad: Primitive<Unary<[widths: Widths, value?: number]>> = primitive(
  "pad",
  1,
  [required("widths", pairs), optional("value", number)],
  (x, widths, value = 0) => {
    if (widths.length !== x.rank || widths.flat().some((width) => !Number.isInteger(width) || width < 0))
      throw new ShapeError(
        `pad: needs [before, after] >= 0 for each of the ${x.rank} axes of ${show(x.shape)}, got ${JSON.stringify(widths)}`,
      );
    const y = roomFor(
      [x],
      x.shape.map((size, axis) => size + widths[axis][0] + widths[axis][1]),
    );
    if (!Object.is(value, 0)) y.data.fill(value);
    write(
      x,
      widths.reduce((inside, [before], axis) => slice(inside, axis, before, before + x.shape[axis]), y),
    );
    return y;
  },
);

/**
 * Zeros of the given shape with x in one slice of them: the transpose of `slice`. x must have the shape of that slice,
 * for example [2] into the slice from 1 to 3 of axis 0 of [5].
 * @throws ShapeError if x does not have the shape of the slice.
 */
export const intoSlice: Primitive<Unary<[shape: Shape, ...range: SliceRange]>> = primitive(
  "intoSlice",
  1,
  [required("shape", integers), ...RANGE],
  (x, given, axis, start, stop, step = 1) => {
    const shape = checkShape("intoSlice", given);
    const { at, length } = rangeOf("intoSlice", shape, axis, start, stop, step);
    if (!sameShape(shape.with(at, length), x.shape))
      throw new ShapeError(
        `intoSlice: ${show(x.shape)} does not fill a slice of shape ${show(shape.with(at, length))}`,
      );
    const y = roomFor([x], shape);
    write(x, slice(y, at, start, stop, step));
    return y;
  },
);

/** Positions along an axis. */
type Places = [axis: number, indices: Indices];
const places = [required("axis", number), required("indices", indexList)] as const;

/**
 * Whole slices along an axis, in the order of `indices`, which may repeat: [5, 3] at [4, 0] of axis 0 -> [2, 3].
 * @throws ShapeError if the axis does not exist; ValueError unless every index is an integer from 0 to its size - 1.
 */
export const indexSelect: Primitive<Unary<Places>> = primitive("indexSelect", 1, places, (x, axis, indices) => {
  const at = resolveAxis("indexSelect", axis, x.rank);
  checkIndices("indexSelect", indices, x.shape[at]);
  const y = blankLike(x, x.shape.with(at, indices.length));
  for (let i = 0; i < indices.length; i++) write(slice(x, at, indices[i], indices[i] + 1), slice(y, at, i, i + 1));
  return y;
});

/**
 * y[i][j] = x[i][index[i][j]] for axis 1, and likewise along any axis (NumPy's take_along_axis).
 *
 * `indices` is a flat list in row-major order. Its shape is that of x, except along the axis, where its size follows
 * from its length; the result has the same shape. So `gather(x, 1, argmax(x, 1))` is the column of the largest
 * elements.
 * @throws ShapeError if the axis does not exist or the length does not fit; ValueError if an index is out of range.
 */
export const gather: Primitive<Unary<Places>> = primitive("gather", 1, places, (x, axis, indices) => {
  const at = resolveAxis("gather", axis, x.rank);
  const y = blankLike(x, indexShape("gather", x, at, indices));
  forEachIndexed(x, y, at, indices, (from, to) => {
    y.data[to] = x.data[from];
  });
  return y;
});

/**
 * A copy of x with `source` added at the given positions: y[i][index[i][j]] += source[i][j] for axis 1. The transpose
 * of `gather`. `indices` is a flat list in row-major order, in the shape of `source`; the result has the shape of x.
 * @throws ShapeError if the axis does not exist or the shapes do not fit; ValueError if an index is out of range.
 */
export const scatterAdd: Primitive<Binary<Places>> = primitive("scatterAdd", 2, places, (x, source, axis, indices) => {
  const at = resolveAxis("scatterAdd", axis, x.rank);
  if (!sameShape(indexShape("scatterAdd", x, at, indices, source.shape[at]), source.shape))
    throw new ShapeError(
      `scatterAdd: ${indices.length} indices along axis ${at} of ${show(x.shape)} do not fit source ${show(source.shape)}`,
    );
  const y = blankLike(x);
  write(x, y);
  forEachIndexed(y, source, at, indices, (to, from) => {
    y.data[to] += source.data[from];
  });
  return y;
});

/**
 * The shape of x, but along the axis with the size that follows from the number of indices. If another axis is empty,
 * there are no indices, from which nothing follows: the size is then `unknown`.
 */
function indexShape(operation: string, x: Tensor, axis: number, indices: Indices, unknown = 0): number[] {
  const others = sizeOf(x.shape.with(axis, 1));
  const length = others === 0 && indices.length === 0 ? unknown : indices.length / others;
  if (!Number.isInteger(length))
    throw new ShapeError(
      `${operation}: ${indices.length} indices do not fit ${show(x.shape)} along axis ${axis}; ` +
        `their number must be a multiple of ${others}`,
    );
  checkIndices(operation, indices, x.shape[axis]);
  return x.shape.with(axis, length);
}

/** Visits the position in `indexed` that an index picks and the position of that index in `dense`, index by index. */
function forEachIndexed(
  indexed: Tensor,
  dense: Tensor,
  axis: number,
  indices: Indices,
  visit: (at: number, beside: number) => void,
): void {
  const [starts, besides] = [lineStarts(indexed, axis), lineStarts(dense, axis)];
  // The indices are in row-major order: their strides are those of a contiguous tensor of that shape.
  const places = lineStarts({ shape: dense.shape, strides: stridesOf(dense.shape), offset: 0 }, axis);
  const stride = sizeOf(dense.shape.slice(axis + 1));
  for (let line = 0; line < starts.length; line++)
    for (let i = 0; i < dense.shape[axis]; i++) {
      const index = indices[places[line] + i * stride];
      visit(starts[line] + index * indexed.strides[axis], besides[line] + i * dense.strides[axis]);
    }
}
