/** Gradient rules of operations that move elements: each gradient element moves back to where its element came from. */
import { type Indices, type Shape, type SliceRange, zerosLike } from "@polygrad/tensor";
import { inverse, resolveAxis, sizeOf } from "@polygrad/tensor/internal";
import type { Rules } from "../rule.ts";
import { constant, type Variable } from "../variable.ts";

type Reshaping = Rules<[Variable], [shape: Shape]>;

export const reshape: Reshaping = [(g, _y, x) => g.reshape(x.shape)];
export const view: Reshaping = [(g, _y, x) => g.reshape(x.shape)];
export const broadcastTo: Reshaping = [(g, _y, x) => g.sumTo(x.shape)];

/** The inverse permutation. */
export const permute: Rules<[Variable], [order: readonly number[]]> = [
  (g, _y, x, order) => {
    return g.permute(inverse(order.map((axis) => resolveAxis("permute", axis, x.rank))));
  },
];

export const slice: Rules<[Variable], SliceRange> = [(g, _y, x, ...range) => g.intoSlice(x.shape, ...range)];

export const intoSlice: Rules<[Variable], [shape: Shape, ...range: SliceRange]> = [
  (g, _y, _x, _shape, ...range) => g.slice(...range),
];

export const pad: Rules<[Variable], [widths: readonly (readonly [before: number, after: number])[], value?: number]> = [
  (g, _y, x, widths) =>
    widths.reduce((inside, [before], axis) => inside.slice(axis, before, before + x.shape[axis]), g),
];

type Picking = [axis: number, indices: Indices];

/** Indices may repeat, so gradients add up. */
export const gather: Rules<[Variable], Picking> = [
  (g, _y, x, axis, indices) => constant(zerosLike(x.value)).scatterAdd(g, axis, indices),
];

export const scatterAdd: Rules<[Variable, Variable], Picking> = [
  (g) => g,
  // Without elements, the number of indices does not tell the shape of the source.
  (g, _y, _x, source, axis, indices) => g.gather(axis, indices).reshape(source.shape),
];

/** Indices may repeat, so gradients add up. */
export const indexSelect: Rules<[Variable], Picking> = [
  (g, _y, x, axis, indices) => {
    const at = resolveAxis("indexSelect", axis, x.rank);
    return constant(zerosLike(x.value)).scatterAdd(g, at, repeated(indices, g.shape, at));
  },
];

/** One index per slice, repeated as one index per element of `shape`, in row-major order. */
function repeated(indices: Indices, shape: Shape, axis: number): Int32Array {
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)].map(sizeOf);
  const n = indices.length;
  return Int32Array.from({ length: outer * n * inner }, (_, at) => indices[Math.floor(at / inner) % n]);
}
