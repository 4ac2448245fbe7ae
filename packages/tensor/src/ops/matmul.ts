/** Matrix products, by NumPy's rules for batches and vectors, and the choice between the three forms of kernel. */

import { clone, contiguous, copyInto, elements, floatsLike, widened } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { rounding } from "../floats.ts";
import { dotPlain, dotScratch, dotSimd } from "../kernels/matmul/dot.ts";
import { type MatrixView, outerPlain, outerSimd } from "../kernels/matmul/outer.ts";
import {
  packedColumnsLength,
  packedRowsLength,
  packedSimd,
  paddedColumns,
  paddedRows,
} from "../kernels/matmul/packed.ts";
import { withScratch } from "../kernels/scratch.ts";
import { broadcastShapes, type Shape, sameShape, show, sizeOf } from "../shape.ts";
import { runsPlain } from "../simd.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { broadcastTo, flatten, reshape, select, transpose, unsqueeze } from "../view.ts";
import { mul } from "./elementwise.ts";
import { sum } from "./reduce.ts";

/**
 * The matrix product, by NumPy's rules.
 *
 * [m, k] x [k, n] -> [m, n]. Axes in front are batches and broadcast. A vector on the left is a row, on the right a
 * column, and its axis is gone from the result: [k] x [k, n] -> [n], [m, k] x [k] -> [m], [k] x [k] -> [].
 * @throws ShapeError if an operand is a scalar or the inner sizes differ.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
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
  const batch = broadcastShapes("matmul", left.shape.slice(0, -2), right.shape.slice(0, -2));
  const product = multiplyBatches(left, right, batch, [m, k, n]);
  const shape = [...batch, ...(a.rank === 1 ? [] : [m]), ...(b.rank === 1 ? [] : [n])];
  return reshape(product, shape);
}

function multiplyBatches(a: Tensor, b: Tensor, batch: Shape, [m, k, n]: readonly [number, number, number]): Tensor {
  if (batch.length === 0) return multiply(a, b);
  const count = sizeOf(batch);
  // One matrix against a batch on its left is one larger product: [..., m, k] x [k, n] = [... m, k] x [k, n].
  if (b.rank === 2 && a.rank > 2) return reshape(multiply(reshape(a, [count * m, k]), b), [...batch, m, n]);
  const stackOf = (x: Tensor) =>
    reshape(broadcastTo(x, [...batch, ...x.shape.slice(-2)]), [count, ...x.shape.slice(-2)]);
  const [lefts, rights] = [stackOf(a), stackOf(b)];
  const y = floatsLike(a, count * m * n);
  for (let i = 0; i < count; i++) copyInto(multiply(select(lefts, 0, i), select(rights, 0, i)), y, i * m * n);
  return new Tensor(new Storage(y), [...batch, m, n]);
}

/** The size up to which a matrix counts as skinny. */
const SKINNY = 48;

/**
 * [m, k] x [k, n]. A skinny product takes the form whose vectors lie along what is contiguous in the larger operand:
 * the dot form along k, the outer form along n (or, transposed, along m). All others are packed. So which form runs,
 * and with it the order of the sums, depends on shapes and strides alone. The outer form can write to `out`, if that has
 * the result's shape, is pinned and contiguous.
 */
export function multiply(a: Tensor, b: Tensor, out?: Tensor): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  if (m * k * n === 0) return new Tensor(new Storage(floatsLike(a, m * n)), [m, n]);
  if (n <= SKINNY && a.strides[1] === 1) return multiplyDot(a, transpose(b));
  if (m <= SKINNY && b.strides[0] === 1) return transpose(multiplyDot(transpose(b), a));
  const place = out && sameShape(out.shape, [m, n]) ? out : undefined;
  if (m <= SKINNY && b.strides[1] === 1) return multiplyOuter(a, contiguous(b), place);
  if (n <= SKINNY && a.strides[0] === 1) return transpose(multiplyOuter(transpose(b), contiguous(transpose(a))));
  return multiplyPacked(a, b);
}

/** [m, k] x [n, k] transposed: sums along the contiguous axis of both; with a bias, [n], added to every row; then relu. */
export function multiplyDot(a: Tensor, b: Tensor, bias?: Tensor, relu = false): Tensor {
  const [x, w, c] = widened(a, b, bias ?? b).map(contiguous);
  const [[m, k], n] = [x.shape, w.shape[0]];
  const shape = { k, n, bias: bias !== undefined, relu };
  if (runsPlain(x.storage)) {
    const y = floatsLike(x, m * n);
    dotPlain(shape, elements(x), elements(w), elements(c), y, m, rounding(y));
    return new Tensor(new Storage(y), [m, n]);
  }
  return withScratch((scratch) => {
    const y = scratch.placeResult(m * n);
    const biasAt = bias ? scratch.place(c, n) : 0;
    dotSimd(shape)(scratch.place(x, m * k), scratch.place(w, n * k), biasAt, y, m, scratch.allocate(dotScratch(n)));
    return scratch.result(y, [m, n]);
  });
}

/** a with any strides, b contiguous. */
function multiplyOuter(a: Tensor, b: Tensor, out?: Tensor): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  const x = a.strides.every((stride) => stride >= 0) ? a : clone(a);
  const [rowStride, stepStride] = x.strides;
  if (runsPlain(a.storage)) return multiplyPlain(x, b);
  return withScratch((scratch) => {
    const y = scratch.placeResult(m * n, out);
    const from = scratch.place(x, (m - 1) * rowStride + (k - 1) * stepStride + 1);
    outerSimd({ n, rowStride, stepStride })(from, scratch.place(b, k * n), y, m, k);
    return scratch.result(y, [m, n], out);
  });
}

/** Any strides; the operands are copied blockwise on the way. */
function multiplyPacked(a: Tensor, b: Tensor): Tensor {
  if (runsPlain(a.storage)) return multiplyPlain(a, b);
  const [[m, k], n] = [a.shape, b.shape[1]];
  return withScratch((scratch) => {
    const place = (x: Tensor) => {
      const compact = x.strides.every((stride) => stride >= 0) ? x : clone(x);
      const [rowStride, columnStride] = compact.strides;
      const span = (x.shape[0] - 1) * rowStride + (x.shape[1] - 1) * columnStride + 1;
      return { address: scratch.place(compact, span), rowStride: rowStride * 4, columnStride: columnStride * 4 };
    };
    const stride = paddedColumns(n);
    const y = scratch.allocate(paddedRows(m) * stride);
    const packed = { rows: scratch.allocate(packedRowsLength), columns: scratch.allocate(packedColumnsLength) };
    packedSimd(place(a), place(b), y, [m, k, n], packed);
    const padded = new Tensor(new Storage(scratch.read(y, m * stride)), [m, n], [stride, 1]);
    return contiguous(padded);
  });
}

function multiplyPlain(a: Tensor, b: Tensor): Tensor {
  const [[m, k], n] = [a.shape, b.shape[1]];
  const y = floatsLike(a, m * n);
  const matrix = ({ data, offset, strides: [rowStride, columnStride] }: Tensor): MatrixView => ({
    data,
    offset,
    rowStride,
    columnStride,
  });
  outerPlain(matrix(a), matrix(b), y, 0, [m, k, n], rounding(y));
  return new Tensor(new Storage(y), [m, n]);
}

/**
 * The scalar product of two vectors, [n] . [n] -> [].
 * @throws ShapeError if either is no vector or the lengths differ.
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 1 || b.rank !== 1 || a.size !== b.size)
    throw new ShapeError(`dot: needs two vectors of one length, got ${show(a.shape)} and ${show(b.shape)}; see matmul`);
  return sum(mul(a, b));
}

/** All products of the elements of two vectors, [m], [n] -> [m, n]; other shapes are flattened first, as in NumPy. */
export function outer(a: Tensor, b: Tensor): Tensor {
  return mul(unsqueeze(flatten(a), 1), unsqueeze(flatten(b), 0));
}
