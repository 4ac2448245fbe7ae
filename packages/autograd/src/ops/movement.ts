/** Operations that move elements: the gradient moves back the way they came. */
import * as k from "@polygrad/tensor";
import { apply } from "../engine.ts";
import type { Op } from "../op.ts";
import { constant, type Variable } from "../variable.ts";

export { broadcast as broadcastTo, sumTo } from "../sum-to.ts";

/** The same elements in row-major order under another shape of the same size; one size may be -1, "what is left". */
export const reshape: Op<[Variable], [shape: readonly number[]]> = {
  kernel: k.reshape,
  vjp: [(g, _y, x) => g.reshape(x.shape)],
};

/** `reshape` that never copies; it throws where it would have to. */
export const view: Op<[Variable], [shape: readonly number[]]> = {
  kernel: k.view,
  vjp: [(g, _y, x) => g.reshape(x.shape)],
};

/** Merges the axes from `start` to `end` (inclusive) into one: all of them unless told otherwise. */
export const flatten: Op<[Variable], [start?: number, end?: number]> = {
  kernel: k.flatten,
  vjp: [(g, _y, x) => g.reshape(x.shape)],
};

/** Removes axes of size one: all of them, or those named. */
export const squeeze: Op<[Variable], [axes?: number | readonly number[]]> = {
  kernel: k.squeeze,
  vjp: [(g, _y, x) => g.reshape(x.shape)],
};

/** Adds an axis of size one that becomes axis `axis` of the result. */
export const unsqueeze: Op<[Variable], [axis: number]> = {
  kernel: k.unsqueeze,
  vjp: [(g, _y, x) => g.reshape(x.shape)],
};

/** Stretches axes of size one, and adds axes in front; -1 leaves a size as it is. */
export const expand: Op<[Variable], [shape: readonly number[]]> = {
  kernel: k.expand,
  vjp: [(g, _y, x) => g.sumTo(x.shape)],
};

/** [..., m, n] -> [..., n, m]: exchanges two axes, the last two unless told otherwise. */
export const transpose: Op<[Variable], [axis0?: number, axis1?: number]> = {
  kernel: k.transpose,
  vjp: [(g, _y, _x, axis0, axis1) => g.transpose(axis0, axis1)],
};

/** Axis k of the result is axis `order[k]`; back goes the inverse permutation. */
export const permute: Op<[Variable], [order: readonly number[]]> = {
  kernel: k.permute,
  vjp: [
    (g, _y, x, order) => {
      const front = order.map((axis) => (axis < 0 ? axis + x.rank : axis));
      return g.permute(front.map((_, axis) => front.indexOf(axis)));
    },
  ],
};

/** Reverses the order along the given axes (all, if none is named). */
export const flip: Op<[Variable], [axes?: number | readonly number[]]> = {
  kernel: k.flip,
  vjp: [(g, _y, _x, axes) => g.flip(axes)],
};

type Range = [axis: number, start?: number | undefined, stop?: number | undefined, step?: number];

/** Elements `start`, `start + step`, ... before `stop` along one axis, by Python's rules. */
export const slice: Op<[Variable], Range> = {
  kernel: k.slice,
  vjp: [(g, _y, x, ...range) => g.intoSlice(x.shape, ...range)],
};

/** Zeros of the given shape with x in a slice of them: the transpose of `slice`. */
export const intoSlice: Op<[Variable], [shape: readonly number[], ...range: Range]> = {
  kernel: k.intoSlice,
  vjp: [(g, _y, _x, _shape, ...range) => g.slice(...range)],
};

/** The slice at one position of an axis; that axis is gone. */
export function select(x: Variable, axis: number, index: number): Variable {
  k.select(x.value, axis, index); // refuses what is out of range
  const stop = index === -1 ? undefined : index + 1;
  return apply(squeeze, [apply(slice, [x], [axis, index, stop])], [axis]);
}

/** Surrounds a tensor with a constant: `widths` holds [before, after] for every axis. */
export const pad: Op<[Variable], [widths: readonly (readonly [number, number])[], value?: number]> = {
  kernel: k.pad,
  vjp: [
    (g, _y, x, widths) =>
      widths.reduce((inside, [before], axis) => inside.slice(axis, before, before + x.shape[axis]), g),
  ],
};

/** A tensor cut along an axis into pieces of one size or of the sizes given. */
export function split(x: Variable, sizes: number | readonly number[], axis = 0): Variable[] {
  let start = 0;
  return k.split(x.value, sizes, axis).map(({ shape }) => {
    const stop = start + shape[axis < 0 ? axis + shape.length : axis];
    const piece = apply(slice, [x], [axis, start, stop]);
    start = stop;
    return piece;
  });
}

/** y[i][j] = x[i][index[i][j]] for axis 1: see the tensor operation. Indices may repeat, so gradients add up. */
export const gather: Op<[Variable], [axis: number, indices: k.Indices]> = {
  kernel: k.gather,
  vjp: [(g, _y, x, axis, indices) => constant(k.zerosLike(x.value)).scatterAdd(g, axis, indices)],
};

/** x with the source added in at the given places; its transpose is `gather`. */
export const scatterAdd: Op<[Variable, Variable], [axis: number, indices: k.Indices]> = {
  kernel: k.scatterAdd,
  vjp: [(g) => g, (g, _y, _x, _source, axis, indices) => g.gather(axis, indices)],
};

/** Whole slices along an axis, in the order of `indices`, which may repeat; then their gradients add up. */
export const indexSelect: Op<[Variable], [axis: number, indices: k.Indices]> = {
  kernel: k.indexSelect,
  vjp: [
    (g, _y, x, axis, indices) => {
      const at = axis < 0 ? axis + x.rank : axis;
      return constant(k.zerosLike(x.value)).scatterAdd(g, at, repeated(indices, g.shape, at));
    },
  ],
};

/** One index per slice, written out as one index per element of `shape`, in row-major order. */
function repeated(indices: k.Indices, shape: readonly number[], axis: number): Int32Array {
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)].map((part) => part.reduce((p, n) => p * n, 1));
  const n = indices.length;
  return Int32Array.from({ length: outer * n * inner }, (_, at) => indices[Math.floor(at / inner) % n]);
}
