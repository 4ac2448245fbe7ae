/** Building tensors out of others or out of labels: `concat`, `stack`, `oneHot`. */
import { blankLike, write } from "../elements.ts";
import { ShapeError } from "../errors.ts";
import { Storage } from "../memory/storage.ts";
import { type Joined, type Numeric, OPERATE, tensorOf, tracedAmong } from "../operation.ts";
import { widened } from "../precision.ts";
import { checkCount, resolveAxis, sameShape, show } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { checkIndices, type Indices } from "./indices.ts";
import { slice } from "./view.ts";

/**
 * Joins tensors along an axis: [2, 3], [2, 5] -> [2, 8] for axis 1. A variable if one of them is.
 * @throws ShapeError if the list is empty, or their other sizes differ.
 */
export function concat<Part extends Numeric>(parts: readonly Part[], axis?: number): Joined<Part>;
export function concat(parts: readonly Numeric[], axis = 0): Numeric {
  const count = parts.length;
  const traced = tracedAmong(parts, count);
  if (traced === undefined)
    return join(
      parts.map((part) => tensorOf("concat", part)),
      axis,
    );
  const forward = (...tensors: readonly Tensor[]) => join(tensors.slice(0, count), axis);
  return traced[OPERATE]({ name: "concat", inputs: count, forward }, [...parts, axis]);
}

function join(parts: readonly Tensor[], axis: number): Tensor {
  const tensors = widened(...parts);
  const first = tensors[0];
  if (first === undefined) throw new ShapeError("concat: the list is empty; give at least one tensor");
  const at = resolveAxis("concat", axis, first.rank);
  for (const { shape } of tensors)
    if (shape.length !== first.rank || !sameShape(shape.with(at, 0), first.shape.with(at, 0)))
      throw new ShapeError(
        `concat: ${show(shape)} does not join ${show(first.shape)} along axis ${at}; other sizes must agree`,
      );
  const length = tensors.reduce((total, { shape }) => total + shape[at], 0);
  const y = blankLike(first, first.shape.with(at, length));
  let start = 0;
  for (const x of tensors) {
    write(x, slice(y, at, start, start + x.shape[at]));
    start += x.shape[at];
  }
  return y;
}

/**
 * Joins tensors of one shape along a new axis, `axis` of the result: n times [2, 3] -> [n, 2, 3]. A variable if one is.
 * @throws ShapeError if the list is empty, or their shapes differ.
 */
export function stack<Part extends Numeric>(parts: readonly Part[], axis?: number): Joined<Part>;
export function stack(parts: readonly Numeric[], axis = 0): Numeric {
  return concat(
    parts.map((part) => part.unsqueeze(axis)),
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
