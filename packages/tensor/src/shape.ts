/** Shapes, strides and axes: the arithmetic of where an element is stored. Nothing here reads elements. */
import { integers, text } from "./arguments.ts";
import { MemoryError, ShapeError } from "./errors.ts";
import { MOST } from "./floats.ts";

/** The size of each axis, outermost first; `[]` is the shape of a scalar. */
export type Shape = readonly number[];

/** One axis, several axes, or all of them (undefined). Negative axes count from the end. */
export type Axes = number | readonly number[] | undefined;

/** The number of elements in a tensor of that shape. */
export function sizeOf(shape: Shape): number {
  let product = 1;
  for (let axis = 0; axis < shape.length; axis++) product *= shape[axis];
  return product;
}

/** Row-major strides in elements: the last axis is contiguous. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** A shape as text, such as `[2, 3]`, for messages. */
export function show(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes (or lists of strides) have the same sizes in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * Checks a shape, and returns a copy of it in which no size is -0.
 * @throws ArgumentError unless it is an array of numbers; ShapeError unless every size is an integer from 0 up;
 * MemoryError if there are more than 2^30 elements.
 */
export function checkShape(operation: string, shape: Shape): number[] {
  integers(operation, "the shape", shape);
  const sizes = new Array<number>(shape.length);
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis];
    if (!Number.isSafeInteger(size) || size < 0)
      throw new ShapeError(`${operation}: ${show(shape)} is not a shape; sizes are integers from 0 up`);
    sizes[axis] = size + 0;
  }
  if (sizeOf(sizes) > MOST)
    throw new MemoryError(`${operation}: ${show(shape)} has ${sizeOf(sizes)} elements; a tensor has at most 2^30`);
  return sizes;
}

/** The axis, counted from the front. @throws ShapeError if the axis does not exist. */
export function resolveAxis(operation: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? "a scalar has no axes" : `use ${-rank} to ${rank - 1}`;
    throw new ShapeError(`${operation}: axis ${axis} is out of range for rank ${rank}; ${range}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * The named axes, counted from the front, in ascending order.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export function resolveAxes(operation: string, axes: Axes, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  const resolved = list.map((axis) => resolveAxis(operation, axis, rank)).sort((a, b) => a - b);
  const twice = resolved.find((axis, index) => axis === resolved[index + 1]);
  if (twice !== undefined) throw new ShapeError(`${operation}: axis ${twice} is named twice in ${show(list)}`);
  return resolved;
}

/** The positions of a slice: where it begins, and how many there are. */
interface Range {
  /** The axis, counted from the front. */
  readonly at: number;
  readonly from: number;
  readonly length: number;
}

/**
 * Positions `start`, `start + step`, ... before `stop` along an axis, by Python's rules.
 * @throws ShapeError if the axis does not exist, a position is not an integer, or the step is 0.
 */
export function rangeOf(
  operation: string,
  shape: Shape,
  axis: number,
  start: number | undefined,
  stop: number | undefined,
  step: number,
): Range {
  const at = resolveAxis(operation, axis, shape.length);
  checkPosition(operation, "start", start);
  checkPosition(operation, "stop", stop);
  checkPosition(operation, "step", step);
  if (step === 0) throw new ShapeError(`${operation}: step must not be 0`);
  const size = shape[at];
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (position: number) => Math.min(Math.max(position < 0 ? position + size : position, least), most);
  const from = start === undefined ? (step > 0 ? least : most) : clip(start);
  const to = stop === undefined ? (step > 0 ? most : least) : clip(stop);
  return { at, from, length: Math.max(0, Math.ceil((to - from) / step)) };
}

function checkPosition(operation: string, what: string, value: number | undefined): void {
  if (value !== undefined && !Number.isInteger(value))
    throw new ShapeError(`${operation}: ${what} must be an integer, got ${value}`);
}

/** Checks the axes of a reduction. @throws ShapeError if one of them has no elements. */
export function checkNotEmpty(operation: string, shape: Shape, axes: Axes): void {
  const empty = resolveAxes(operation, axes, shape.length).find((axis) => shape[axis] === 0);
  if (empty !== undefined)
    throw new ShapeError(
      `${operation}: axis ${empty} of ${show(shape)} is empty; the ${operation} of no elements is undefined`,
    );
}

/** The axes that are not among `axes` (resolved), in order. */
export function otherAxes(rank: number, axes: readonly number[]): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
}

/** The order of axes that undoes a reordering. */
export function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

/** The shape that is left when `axes` (resolved) are reduced: without them, or with size one in their place. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  const gone = new Set(axes);
  if (keepDims) return shape.map((size, axis) => (gone.has(axis) ? 1 : size));
  return shape.filter((_, axis) => !gone.has(axis));
}

/**
 * The shape that all of `shapes` broadcast to, by NumPy's rule: shapes are aligned at the last axis, and sizes of 1
 * stretch to the size of the others. `operation` is the name that the error shows.
 * @throws ShapeError if two sizes disagree; ArgumentError if an argument is of the wrong kind.
 */
export function broadcastShapes(operation: string, ...shapes: readonly Shape[]): number[] {
  text("broadcastShapes", "the operation", operation);
  return commonShape(
    operation,
    shapes.map((shape) => checkShape("broadcastShapes", shape)),
  );
}

/** `broadcastShapes` for shapes of tensors, which need no checks. */
export function commonShape(operation: string, shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes)
    for (let axis = 0; axis < shape.length; axis++) {
      const target = rank - shape.length + axis;
      const size = shape[axis];
      if (size === 1 || size === result[target]) continue;
      if (result[target] !== 1)
        throw new ShapeError(
          `${operation}: shapes ${shapes.map(show).join(" and ")} do not broadcast: ` +
            `${result[target]} != ${size} at axis ${target - rank}; sizes must agree or be 1`,
        );
      result[target] = size;
    }
  return result;
}

/**
 * Strides that read a tensor as if it had the larger shape `target`: the stride of a stretched axis is 0.
 * @throws ShapeError if the shape does not broadcast to `target`.
 */
export function broadcastStrides(operation: string, shape: Shape, strides: readonly number[], target: Shape): number[] {
  const lead = target.length - shape.length;
  if (lead < 0)
    throw new ShapeError(`${operation}: ${show(shape)} does not expand to ${show(target)}, which has fewer axes`);
  return target.map((size, axis) => {
    const own = axis - lead;
    if (own >= 0 && shape[own] === size) return strides[own];
    if (own < 0 || shape[own] === 1) return 0;
    throw new ShapeError(`${operation}: ${show(shape)} does not expand to ${show(target)} at axis ${axis}`);
  });
}
