/** Building tensors out of others or out of labels: `concat`, `stack`, `oneHot`. */

import { floatsLike, widened, write } from "../copy.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { checkCount, resolveAxis, sameShape, show, sizeOf } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { slice, unsqueeze } from "../view.ts";

/** Positions or class labels: integers, not floats. */
export type Indices = Int32Array | Uint8Array | readonly number[];

/**
 * Joins tensors along an axis: [2, 3], [2, 5] -> [2, 8] for axis 1.
 * @throws ShapeError if there is none, or their other sizes differ.
 */
export function concat(parts: readonly Tensor[], axis = 0): Tensor {
  const tensors = widened(...parts);
  const first = tensors[0];
  if (first === undefined) throw new ShapeError("concat: got no tensors; give at least one");
  const at = resolveAxis("concat", axis, first.rank);
  for (const { shape } of tensors)
    if (shape.length !== first.rank || !sameShape(shape.with(at, 0), first.shape.with(at, 0)))
      throw new ShapeError(
        `concat: ${show(shape)} does not join ${show(first.shape)} along axis ${at}; other sizes must agree`,
      );
  const length = tensors.reduce((total, { shape }) => total + shape[at], 0);
  const y = emptyLike(first, first.shape.with(at, length));
  let start = 0;
  for (const x of tensors) {
    write(x, slice(y, at, start, start + x.shape[at]));
    start += x.shape[at];
  }
  return y;
}

/**
 * Joins tensors of one shape along a new axis, `axis` of the result: n times [2, 3] -> [n, 2, 3].
 * @throws ShapeError if there is none, or their shapes differ.
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  return concat(
    tensors.map((x) => unsqueeze(x, axis)),
    axis,
  );
}

/**
 * [n] labels -> [n, classes]: 1 in the column of the label, 0 elsewhere.
 * @throws ValueError if a label is not an integer from 0 to classes - 1.
 */
export function oneHot(labels: Indices, classes: number): Tensor {
  checkCount("oneHot", "classes", classes, 1);
  checkIndices("oneHot", labels, classes);
  const y = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) y[i * classes + labels[i]] = 1;
  return new Tensor(new Storage(y), [labels.length, classes]);
}

/** @throws ValueError if an index is not an integer from 0 to size - 1. */
export function checkIndices(operation: string, indices: Indices, size: number): void {
  for (let i = 0; i < indices.length; i++)
    if (!(indices[i] >= 0 && indices[i] < size && Number.isInteger(indices[i])))
      throw new ValueError(
        `${operation}: index ${indices[i]} at position ${i} is not an integer from 0 to ${size - 1}`,
      );
}

/** Zeros in the precision of x. */
export function emptyLike(x: Tensor, shape: readonly number[]): Tensor {
  return new Tensor(new Storage(floatsLike(x, sizeOf(shape))), shape);
}
