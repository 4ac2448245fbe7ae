/**
 * Order along an axis: positions of extremes, and sorting. Positions are integers, so no gradient flows through them.
 */
import { flag, number } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { Numeric } from "../operand.ts";
import { composed, type Unary } from "../operation.ts";
import { optional, options, required } from "../parameters.ts";
import { type Reading, reading } from "../reading.ts";
import { checkNotEmpty, resolveAxis, show, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { lineStarts } from "../walk.ts";
import { reshape } from "./view.ts";

/**
 * The position of the largest element along an axis, or the first of several, for each position of the other axes in
 * row-major order, as `gather` expects them. Without an axis: one position in the flattened tensor. NaN counts as the
 * largest.
 * @throws ShapeError if the axis does not exist or is empty.
 */
export const argmax: Reading<[axis?: number], Int32Array> = reading(
  "argmax",
  1,
  [optional("axis", number)],
  (x, axis) => extremes("argmax", x, axis, (candidate, best) => candidate > best),
);

/**
 * The position of the smallest element along an axis; otherwise like `argmax`. NaN counts as the smallest.
 * @throws ShapeError if the axis does not exist or is empty.
 */
export const argmin: Reading<[axis?: number], Int32Array> = reading(
  "argmin",
  1,
  [optional("axis", number)],
  (x, axis) => extremes("argmin", x, axis, (candidate, best) => candidate < best),
);

function extremes(
  operation: string,
  x: Tensor,
  axis: number | undefined,
  beats: (candidate: number, best: number) => boolean,
): Int32Array {
  if (axis === undefined) return extremes(operation, reshape(x, [x.size]), 0, beats);
  checkNotEmpty(operation, x.shape, axis);
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

/** Options of sorting. */
export interface SortOptions {
  /** Whether the largest element comes first; false by default. */
  readonly descending?: boolean;
}

/**
 * The positions that sort x along an axis, by default the last, in row-major order and in the shape of x, as `gather`
 * expects them. Equal elements keep their order; NaN counts as the largest.
 * @throws ShapeError if the axis does not exist.
 */
export const argsort: Reading<[axis?: number, options?: SortOptions], Int32Array> = reading(
  "argsort",
  1,
  [optional("axis", number), options<SortOptions>({ descending: flag })],
  (x, axis = -1, { descending = false } = {}) => leading("argsort", x, axis, undefined, descending),
);

/**
 * The positions of the k largest elements along an axis, by default the last, largest first; otherwise like `argsort`.
 * @throws ShapeError if the axis does not exist or has fewer than k elements.
 */
export const argTopK: Reading<[k: number, axis?: number], Int32Array> = reading(
  "argTopK",
  1,
  [required("k", number), optional("axis", number)],
  (x, k, axis = -1) => leading("topK", x, axis, k, true),
);

/** The first `count` positions (by default all) of each line, in order. */
function leading(
  operation: string,
  x: Tensor,
  axis: number,
  count: number | undefined,
  descending: boolean,
): Int32Array {
  const at = resolveAxis(operation, axis, x.rank);
  const size = x.shape[at];
  const length = count ?? size;
  if (!Number.isInteger(length) || length < 0 || length > size)
    throw new ShapeError(
      `${operation}: k must be an integer from 0 to ${size}, the size of axis ${at} of ${show(x.shape)}, got ${length}`,
    );
  const inner = sizeOf(x.shape.slice(at + 1));
  const positions = new Int32Array((x.size / Math.max(1, size)) * length);
  for (const [line, start] of lineStarts(x, at).entries()) {
    const value = (i: number) => x.data[start + i * x.strides[at]];
    const order = Array.from({ length: size }, (_, i) => i).sort((i, j) =>
      descending ? compare(value(j), value(i)) : compare(value(i), value(j)),
    );
    const first = Math.floor(line / inner) * inner * length + (line % inner);
    for (let i = 0; i < length; i++) positions[first + i * inner] = order[i];
  }
  return positions;
}

/** Ascending, NaN last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

/**
 * x sorted along an axis, by default the last: smallest first, or largest first if `descending`. Equal elements keep
 * their order; NaN counts as the largest. Same shape as x.
 * @throws ShapeError if the axis does not exist.
 */
export const sort: Unary<[axis?: number, options?: SortOptions]> = composed(
  "sort",
  1,
  [optional("axis", number), options<SortOptions>({ descending: flag })],
  (x, axis = -1, options) => picked(x, axis, argsort(x, axis, options)),
);

/**
 * The k largest elements along an axis, by default the last, largest first: [5, 3] with k = 2 -> [5, 2].
 * @throws ShapeError if the axis does not exist or has fewer than k elements.
 */
export const topK: Unary<[k: number, axis?: number]> = composed(
  "topK",
  1,
  [required("k", number), optional("axis", number)],
  (x, k, axis = -1) => picked(x, axis, argTopK(x, k, axis), k),
);

/** The elements at some positions along an axis; each line has `length` of them, by default as many as x. */
function picked(x: Numeric, axis: number, positions: Int32Array, length?: number): Numeric {
  const at = resolveAxis("gather", axis, x.rank);
  // Without lines, the number of positions does not tell the length.
  return x.gather(at, positions).reshape(x.shape.with(at, length ?? x.shape[at]));
}
