/** Broadcasting undone: what the engine does to every gradient whose input was stretched. */
import { broadcastTo, reshape, sum, type Tensor } from "@polygrad/tensor";
import type { Op } from "./op.ts";
import type { Variable } from "./variable.ts";

/** Sums `x` over the axes in which `shape` was stretched to x's shape: the transpose of `broadcastTo`. */
function sumToShape(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.rank - shape.length;
  const stretched = x.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(stretched.length === 0 ? x : sum(x, stretched), shape);
}

/** [...stretched] -> [...shape]. */
export const sumTo: Op<[Variable], [shape: readonly number[]]> = {
  kernel: sumToShape,
  vjp: [(g, _y, x) => g.broadcastTo(x.shape)],
};

/** [...] -> [...shape], by NumPy's rule. */
export const broadcast: Op<[Variable], [shape: readonly number[]]> = {
  kernel: broadcastTo,
  vjp: [(g, _y, x) => g.sumTo(x.shape)],
};
