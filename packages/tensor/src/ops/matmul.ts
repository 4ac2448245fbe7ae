/** Matrix products by NumPy's rules for batches and vectors, scalar products and outer products. */
import { widened } from "../copy.ts";
import { roomFor, write } from "../elements.ts";
import { ShapeError } from "../errors.ts";
import { type Binary, composed, type Primitive, primitive } from "../operation.ts";
import { commonShape, type Shape, show, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { select, unsqueeze } from "./axes.ts";
import { multiply } from "./products.ts";
import { broadcastTo, reshape } from "./view.ts";

/**
 * The matrix product, by NumPy's rules.
 *
 * [m, k] x [k, n] -> [m, n]. Axes in front are batches and broadcast. A vector on the left is a row and a vector on the
 * right is a column; the result does not have its axis: [k] x [k, n] -> [n], [m, k] x [k] -> [m], [k] x [k] -> [].
 * @throws ShapeError if an operand is a scalar, the inner sizes differ, or the batches do not broadcast.
 */
export const matmul: Primitive<Binary> = primitive("matmul", 2, [], (a, b) => {
  if (a.rank === 0 || b.rank === 0)
    throw new ShapeError(`matmul: ${show(a.shape)} x ${show(b.shape)}: scalars have no matrix product; use mul`);
  const [x, y] = widened(a, b);
  const left = x.rank === 1 ? unsqueeze(x, 0) : x;
  const right = y.rank === 1 ? unsqueeze(y, 1) : y;
  const [m, k] = left.shape.slice(-2);
  const [inner, n] = right.shape.slice(-2);
  if (k !== inner) {
    const hint = right.shape.at(-1) === k ? "; transpose the second operand?" : "";
    throw new ShapeError(`matmul: inner sizes differ: ${show(a.shape)} x ${show(b.shape)} (${k} != ${inner})${hint}`);
  }
  const batch = commonShape("matmul", [left.shape.slice(0, -2), right.shape.slice(0, -2)]);
  const product = multiplyBatches(left, right, batch, [m, k, n]);
  return reshape(product, [...batch, ...(a.rank === 1 ? [] : [m]), ...(b.rank === 1 ? [] : [n])]);
});

function multiplyBatches(a: Tensor, b: Tensor, batch: Shape, [m, k, n]: readonly [number, number, number]): Tensor {
  if (batch.length === 0) return multiply(a, b);
  const count = sizeOf(batch);
  // A batch on the left and one matrix on the right are one larger product: [..., m, k] x [k, n] = [... m, k] x [k, n].
  if (b.rank === 2 && a.rank > 2) return reshape(multiply(reshape(a, [count * m, k]), b), [...batch, m, n]);
  const stackOf = (x: Tensor) =>
    reshape(broadcastTo(x, [...batch, ...x.shape.slice(-2)]), [count, ...x.shape.slice(-2)]);
  const [lefts, rights] = [stackOf(a), stackOf(b)];
  const y = roomFor([a, b], [count, m, n]);
  for (let i = 0; i < count; i++) write(multiply(select(lefts, 0, i), select(rights, 0, i)), select(y, 0, i));
  return reshape(y, [...batch, m, n]);
}

/**
 * The scalar product of two vectors: [n], [n] -> [].
 * @throws ShapeError if either is not a vector or the lengths differ.
 */
export const dot: Binary = composed("dot", 2, [], (a, b) => {
  if (a.rank !== 1 || b.rank !== 1 || a.size !== b.size)
    throw new ShapeError(`dot: needs two vectors of one length, got ${show(a.shape)} and ${show(b.shape)}; see matmul`);
  return a.mul(b).sum();
});

/**
 * The products of all pairs of elements of two vectors: [m], [n] -> [m, n]. Other shapes are flattened first, as in
 * NumPy.
 */
export const outer: Binary = composed("outer", 2, [], (a, b) => a.flatten().unsqueeze(1).mul(b.flatten().unsqueeze(0)));
