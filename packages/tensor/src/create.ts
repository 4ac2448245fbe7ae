/** Functions that make tensors: from arrays, by a rule, or at random. */
import { blankLike, copyInto } from "./elements.ts";
import { ShapeError, ValueError } from "./errors.ts";
import type { Floats } from "./floats.ts";
import { pinnedStorage, Storage } from "./memory/storage.ts";
import type { Random } from "./random.ts";
import { checkCount, checkShape, type Shape, show, sizeOf } from "./shape.ts";

import { Tensor } from "./tensor.ts";

/** Nested arrays of numbers. All arrays at one depth have the same length. */
export type NestedArray = number | readonly NestedArray[];

/**
 * A tensor of the given values.
 *
 * Nested arrays give the shape by their nesting, and a tensor in float32. A typed array gives a vector by default. A
 * Float32Array or Float64Array becomes the storage of the tensor and is not copied; other arrays are converted to
 * float32. `shape` arranges the same elements, in row-major order, in another shape.
 * @throws ShapeError if the nesting is ragged or the number of elements does not fit the shape; ValueError if `values`
 * is something else.
 */
export function tensor(values: NestedArray | Floats | Int32Array | Uint8Array, shape?: Shape): Tensor {
  if (typeof values === "number" || Array.isArray(values)) {
    const own = shapeOfNested(values);
    const data = new Float32Array(sizeOf(own));
    fillNested(values, own, 0, data, 0);
    return fromFlat(data, shape ?? own);
  }
  if (values instanceof Float32Array || values instanceof Float64Array)
    return fromFlat(values, shape ?? [values.length]);
  if (values instanceof Int32Array || values instanceof Uint8Array)
    return fromFlat(new Float32Array(values), shape ?? [values.length]);
  throw new ValueError("tensor: needs a number, nested arrays of numbers or a typed array");
}

function fromFlat(data: Floats, shape: Shape): Tensor {
  checkShape("tensor", shape);
  if (sizeOf(shape) !== data.length)
    throw new ShapeError(
      `tensor: ${data.length} values do not fill shape ${show(shape)}, which needs ${sizeOf(shape)}`,
    );
  return new Tensor(new Storage(data), shape);
}

function shapeOfNested(values: NestedArray): number[] {
  if (typeof values !== "object") return [];
  const [first] = values;
  return [values.length, ...(first === undefined ? [] : shapeOfNested(first))];
}

function fillNested(values: NestedArray, shape: Shape, depth: number, data: Float32Array, at: number): number {
  if (typeof values === "number" && depth === shape.length) {
    data[at] = values;
    return at + 1;
  }
  if (typeof values !== "object" || depth === shape.length || values.length !== shape[depth])
    throw new ShapeError(
      `tensor: ragged nesting: expected ${depth === shape.length ? "a number" : `${shape[depth]} entries`} at depth ` +
        `${depth}, got ${typeof values === "object" ? `${values.length} entries` : String(values)}`,
    );
  return values.reduce<number>((next, value) => fillNested(value, shape, depth + 1, data, next), at);
}

/** All elements `value`, in float32. @throws ShapeError unless every size is an integer from 0 up. */
export function full(shape: Shape, value: number): Tensor {
  checkShape("full", shape);
  return new Tensor(new Storage(new Float32Array(sizeOf(shape)).fill(value)), [...shape]);
}

/** All elements 0, in float32. @throws ShapeError unless every size is an integer from 0 up. */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** All elements 1, in float32. @throws ShapeError unless every size is an integer from 0 up. */
export function ones(shape: Shape): Tensor {
  return full(shape, 1);
}

/** All elements `value`, in the shape and precision of `x`. */
export function fullLike(x: Tensor, value: number): Tensor {
  const y = blankLike(x);
  y.data.fill(value);
  return y;
}

/** All elements 0, in the shape and precision of `x`. */
export function zerosLike(x: Tensor): Tensor {
  return fullLike(x, 0);
}

/** All elements 1, in the shape and precision of `x`. */
export function onesLike(x: Tensor): Tensor {
  return fullLike(x, 1);
}

/**
 * start, start + step, ... up to but without stop: [ceil((stop - start) / step)]. With one argument: 0, 1, ... up to
 * but without it. The step is 1 by default.
 * @throws ValueError if the step is 0 or an argument is not finite.
 */
export function arange(start: number, stop?: number, step = 1): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (step === 0 || !Number.isFinite(length))
    throw new ValueError(
      `arange: from ${from} to ${to} by ${step} never ends; the step must not be 0, and the ends must be finite`,
    );
  return tensor(Float32Array.from({ length }, (_, i) => from + i * step));
}

/**
 * `count` evenly spaced values from start to stop, both included: [count].
 * @throws ValueError unless the count is an integer from 0 up.
 */
export function linspace(start: number, stop: number, count: number): Tensor {
  checkCount("linspace", "count", count, 0);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return tensor(Float32Array.from({ length: count }, (_, i) => (i === count - 1 && i > 0 ? stop : start + i * step)));
}

/**
 * The identity matrix, [rows, columns]: 1 where both indices agree, 0 elsewhere. Square by default.
 * @throws ShapeError unless both sizes are integers from 0 up.
 */
export function eye(rows: number, columns: number = rows): Tensor {
  const result = zeros([rows, columns]);
  for (let i = 0; i < Math.min(rows, columns); i++) result.data[i * columns + i] = 1;
  return result;
}

/** A tensor in float32 whose elements are drawn in row-major order. */
function drawn(operation: string, shape: Shape, draw: () => number): Tensor {
  checkShape(operation, shape);
  return tensor(Float32Array.from({ length: sizeOf(shape) }, draw), [...shape]);
}

/**
 * Elements drawn from the uniform distribution on [low, high), by default [0, 1).
 * @throws ShapeError unless every size is an integer from 0 up.
 */
export function uniform(shape: Shape, random: Random, low = 0, high = 1): Tensor {
  return drawn("uniform", shape, () => low + (high - low) * random.uniform());
}

/**
 * Elements drawn from the normal distribution with that mean (by default 0) and standard deviation (by default 1).
 * @throws ShapeError unless every size is an integer from 0 up.
 */
export function normal(shape: Shape, random: Random, mean = 0, deviation = 1): Tensor {
  return drawn("normal", shape, () => mean + deviation * random.normal());
}

/**
 * Elements that are 1 with that probability (by default 0.5), else 0.
 * @throws ValueError unless the probability is from 0 to 1; ShapeError unless every size is an integer from 0 up.
 */
export function bernoulli(shape: Shape, random: Random, probability = 0.5): Tensor {
  return drawn("bernoulli", shape, () => Number(random.bernoulli(probability)));
}

/**
 * The integers 0 ... length - 1 in random order: [length].
 * @throws ValueError unless the length is an integer from 0 up.
 */
export function permutation(length: number, random: Random): Int32Array {
  checkCount("permutation", "length", length, 0);
  return random.permutation(length);
}

/**
 * Zeros pinned in the memory that the kernels use, in float32. Pin tensors that are large and long-lived. They are
 * freed automatically.
 * @throws ShapeError unless every size is an integer from 0 up; MemoryError if the memory cannot grow.
 */
export function pinned(shape: Shape): Tensor {
  checkShape("pinned", shape);
  return new Tensor(pinnedStorage(sizeOf(shape)), [...shape]);
}

/** Pinned zeros in the shape of `x` and, if `x` has no gaps, in the same memory order. */
export function pinnedLike(x: Tensor): Tensor {
  return new Tensor(pinnedStorage(x.size), x.shape, x.isDense ? x.strides : undefined);
}

/** A pinned copy of a tensor, in float32. Same shape as x. @throws MemoryError if the memory cannot grow. */
export function pin(x: Tensor): Tensor {
  const copy = pinned(x.shape);
  copyInto(x, copy.data);
  return copy;
}
