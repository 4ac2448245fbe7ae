/** Targets: what a network should answer for each sample. They are class numbers, or continuous values of any shape. */
import { gatherRows, Tensor, zeros } from "@polygrad/tensor";
import { described, show, text } from "@polygrad/tensor/internal";
import { DatasetError } from "./errors.ts";

/** Class numbers. They are integers, so labels are a typed array and not a tensor of floats. */
export type Labels = Uint8Array | Int32Array;

/**
 * Class numbers `[n]`, or continuous targets: a float32 tensor `[n, ...targetShape]`. `Dataset`, `Batch` and all that
 * handles them have this type as their parameter: `Batch` has labels, `Batch<Tensor>` has continuous targets.
 */
export type Targets = Labels | Tensor;

/** The type of `labels` where the targets are a T: undefined for continuous targets. */
export type LabelsOf<T extends Targets> = T extends Labels ? T : undefined;

/** The type of `classes` where the targets are a T: undefined for continuous targets. */
export type ClassesOf<T extends Targets> = T extends Labels ? number : undefined;

/**
 * Checks that every label is an integer from 0 to `classes` - 1.
 *
 * @param labels `[n]`, in an array of any type
 * @param classes the number of classes
 * @param operation the name that error messages begin with
 * @returns the labels themselves if they are a `Uint8Array` or `Int32Array`, otherwise a copy as `Int32Array`
 * @throws DatasetError if `labels` is empty, or a label is invalid: names the first such label and its index
 */
export function checkLabels(labels: ArrayLike<number>, classes: number, operation: string = "checkLabels"): Labels {
  text("checkLabels", "operation", operation);
  if (!Number.isInteger(classes) || classes < 1 || classes > 2 ** 31) {
    throw new DatasetError(
      `${operation}: classes is ${described(classes)}; give the number of classes, an integer of at least 1`,
    );
  }
  checkList(labels, "labels", operation);
  if (labels.length === 0) throw new DatasetError(`${operation}: labels is empty; a dataset needs at least one sample`);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (!Number.isInteger(label))
      throw new DatasetError(
        `${operation}: label ${described(label)} at index ${at} is not an integer; number the classes from 0`,
      );
    if (label < 0 || label >= classes) {
      throw new DatasetError(
        `${operation}: label ${label} at index ${at} is out of range; ` +
          `with ${classes} classes, labels go from 0 to ${classes - 1}`,
      );
    }
  }
  return labels instanceof Uint8Array || labels instanceof Int32Array ? labels : Int32Array.from(labels);
}

/** Checks that a value has a length and elements, like an array. @throws DatasetError if not. */
export function checkList(list: ArrayLike<number>, what: string, operation: string): void {
  if (typeof list !== "object" || list === null || !Number.isSafeInteger(list.length) || list.length < 0)
    throw new DatasetError(`${operation}: ${what} must be an array of integers, got ${described(list)}`);
}

/** Checks that continuous targets are float32, with a row for each of the `rows` samples. @throws DatasetError if not. */
export function checkContinuous(targets: unknown, rows: number, operation: string): void {
  if (!(targets instanceof Tensor))
    throw new DatasetError(`${operation}: targets must be a float32 tensor, got ${described(targets)}`);
  if (targets.dtype !== "float32")
    throw new DatasetError(
      `${operation}: targets are ${targets.dtype}, but networks compute in float32; ` +
        "round them first: tensor(targets.toArray())",
    );
  if (targets.shape[0] === 0)
    throw new DatasetError(`${operation}: targets is empty; a dataset needs at least one sample`);
  if (targets.shape[0] !== rows)
    throw new DatasetError(
      `${operation}: targets of shape ${show(targets.shape)} have ${targets.shape[0] ?? "no"} rows, ` +
        `but there are ${rows} samples; give one row of targets per sample`,
    );
}

/**
 * The targets of some samples, in the order of `indices`: a typed array of the same type, or a tensor.
 *
 * @param targets those of all samples
 * @param newTensor makes the tensor that continuous targets are copied into, given its shape
 */
export function pickTargets<T extends Targets>(
  targets: T,
  indices: Int32Array,
  newTensor?: (shape: readonly number[]) => Tensor,
): T;
export function pickTargets(
  targets: Targets,
  indices: Int32Array,
  newTensor: (shape: readonly number[]) => Tensor = zeros,
): Targets {
  if (targets instanceof Tensor) {
    const out = newTensor([indices.length, ...targets.shape.slice(1)]);
    gatherRows(targets, indices, out);
    return out;
  }
  // Not indices.map(), which would make an Int32Array of byte labels.
  const labels = new (targets instanceof Uint8Array ? Uint8Array : Int32Array)(indices.length);
  for (let row = 0; row < indices.length; row++) labels[row] = targets[indices[row]];
  return labels;
}
