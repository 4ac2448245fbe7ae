/** Functions that build a tensor from others or from labels: `concat`, `stack` and `oneHot`. */

import { described, integerFrom, number } from "../arguments.ts";
import { widened } from "../copy.ts";
import { roomFor, write } from "../elements.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { floats } from "../floats.ts";
import { Storage } from "../memory/storage.ts";
import { isTraced, type Numeric, OPERATE, tensorOf, tracedAmong } from "../operand.ts";
import type { Joined } from "../operation.ts";
import { resolveAxis, sameShape, show } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { checkIndices, type Indices, indexList } from "./indices.ts";
import { slice } from "./view.ts";

/**
 * Joins tensors along an axis, by default the first: [2, 3], [2, 5] -> [2, 8] for axis 1. The result is a variable if
 * any of them is.
 * @throws ShapeError if the list is empty, the axis does not exist, or the other sizes differ.
 */
export function concat<Part extends Numeric>(parts: readonly Part[], axis?: number): Joined<Part>;
export function concat(parts: readonly Numeric[], axis = 0): Numeric {
  checkList("concat", parts, axis);
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
  const y = roomFor(tensors, first.shape.with(at, length));
  let start = 0;
  for (const x of tensors) {
    write(x, slice(y, at, start, start + x.shape[at]));
    start += x.shape[at];
  }
  return y;
}

/**
 * Joins n tensors of one shape along a new axis, by default the first: n times [2, 3] -> [n, 2, 3]. `axis` is an axis
 * of the result, which is a variable if any of the tensors is.
 * @throws ShapeError if the list is empty, the axis does not exist, or the shapes differ.
 */
export function stack<Part extends Numeric>(parts: readonly Part[], axis?: number): Joined<Part>;
export function stack(parts: readonly Numeric[], axis = 0): Numeric {
  checkList("stack", parts, axis);
  return concat(
    parts.map((part) => part.unsqueeze(axis)),
    axis,
  );
}

/** Checks what is to be joined: a number is not joined, because it has no shape. */
function checkList(operation: string, parts: readonly Numeric[], axis: number): void {
  number(operation, "axis", axis);
  if (!Array.isArray(parts))
    throw new ArgumentError(`${operation}: needs an array of tensors or variables, got ${described(parts)}`);
  checkTensors(operation, "entry", parts);
}

/** Checks that all are tensors or variables. `what` is the name of one in errors. */
export function checkTensors(operation: string, what: string, parts: readonly Numeric[]): void {
  for (const [k, part] of parts.entries())
    if (!(part instanceof Tensor) && !isTraced(part))
      throw new ArgumentError(
        `${operation}: ${what} ${k} must be a tensor or a variable, got ${described(part)}; for numbers, use tensor([...])`,
      );
}

/**
 * One row for each label, with 1 in the column of the label and 0 elsewhere: [n] -> [n, classes], in float32.
 * @throws ValueError unless `classes` is an integer from 1 up and every label an integer from 0 to classes - 1.
 */
export function oneHot(labels: Indices, classes: number): Tensor {
  integerFrom(1)("oneHot", "classes", classes);
  indexList("oneHot", "labels", labels);
  checkIndices("oneHot", labels, classes);
  const y = floats(false, labels.length * classes);
  for (let i = 0; i < labels.length; i++) y[i * classes + labels[i]] = 1;
  return new Tensor(new Storage(y), [labels.length, classes]);
}
