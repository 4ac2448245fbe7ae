/**
 * Walks through strided tensors: axes that can be walked as one are merged, then lines along the last axis are visited.
 */
import type { Shape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** A shape, and the strides with which each of several operands is read. */
export interface Walk {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/**
 * Drops axes of size one and merges neighbours i, i + 1 wherever stride[i] = stride[i + 1] * size[i + 1] for every
 * operand. Where there are no elements, one empty axis is left.
 */
export function collapse(shape: Shape, strides: readonly (readonly number[])[]): Walk {
  if (shape.includes(0)) return { shape: [0], strides: strides.map(() => [0]) };
  const sizes: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    const last = sizes.length - 1;
    const joins = last >= 0 && strides.every((own, k) => own[axis] === merged[k][last] * sizes[last]);
    if (joins) sizes[last] *= shape[axis];
    else {
      sizes.push(shape[axis]);
      for (const [k, own] of strides.entries()) merged[k].push(own[axis]);
    }
  }
  return { shape: sizes.reverse(), strides: merged.map((own) => own.reverse()) };
}

/**
 * Visits every line along the last axis, in row-major order. `at` holds the position where the line starts in each
 * operand (one array, reused), `length` its number of elements, and `steps` the distance between two of them in each
 * operand.
 */
export function eachLine(
  { shape, strides }: Walk,
  offsets: readonly number[],
  visit: (at: readonly number[], length: number, steps: readonly number[]) => void,
): void {
  if (shape.includes(0)) return;
  const last = shape.length - 1;
  const length = last < 0 ? 1 : shape[last];
  const steps = strides.map((own) => (last < 0 ? 0 : own[last]));
  const at = [...offsets];
  const index = new Array<number>(Math.max(last, 0)).fill(0);
  for (;;) {
    visit(at, length, steps);
    // Count up like an odometer: the last of the outer axes turns fastest.
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      for (let k = 0; k < at.length; k++) at[k] += strides[k][axis];
      if (++index[axis] < shape[axis]) break;
      for (let k = 0; k < at.length; k++) at[k] -= strides[k][axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** The position at which each line along `axis` begins, in row-major order of the other axes. */
export function lineStarts(x: Pick<Tensor, "shape" | "strides" | "offset">, axis: number): number[] {
  const others = (list: readonly number[]) => [...list.filter((_, k) => k !== axis), 0];
  const walk = { shape: others(x.shape).with(-1, 1), strides: [others(x.strides)] };
  const starts: number[] = [];
  eachLine(walk, [x.offset], ([start]) => starts.push(start));
  return starts;
}
