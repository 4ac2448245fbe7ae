/** Making tensors: from arrays, from rules, from chance. */
import { blankLike, copyInto } from "./elements.ts";
import { ShapeError, ValueError } from "./errors.ts";
import type { Floats } from "./floats.ts";
import { pinnedStorage, Storage } from "./memory/storage.ts";
import type { Random } from "./random.ts";
import { checkCount, checkShape, type Shape, show, sizeOf } from "./shape.ts";

import { Tensor } from "./tensor.ts";

/** Nested arrays of numbers, all of one length at each depth. */
export type NestedArray = number | readonly NestedArray[];

/**
 * A tensor from nested arrays, whose nesting gives the shape, or from a typed array with the shape given (default: a
 * vector). A Float32Array or Float64Array is used as it is, not copied; others are converted.
 * @throws ShapeError if the nesting is ragged or the number of elements does not fit.
 */
export function tensor(values: NestedArray | Floats | Int32Array | Uint8Array, shape?: Shape): Tensor {
  if (typeof values === "number" || Array.isArray(values)) {
    const own = shapeOfNested(values);
    const data = new Float32Array(sizeOf(own));
    fillNested(values, own, 0, data, 0);
    return fromFlat(data, shape ?? own);
  }
  if (isTyped(values)) return fromFlat(isFloats(values) ? values : new Float32Array(values), shape ?? [values.length]);
  throw new ValueError("tensor: needs a number, nested arrays of numbers or a typed array");
}

function isTyped(values: unknown): values is Floats | Int32Array | Uint8Array {
  return isFloats(values) || values instanceof Int32Array || values instanceof Uint8Array;
}

function isFloats(values: unknown): values is Floats {
  return values instanceof Float32Array || values instanceof Float64Array;
}

function fromFlat(data: Floats, shape: Shape): Tensor {
  checkShape("tensor", shape);
  if (sizeOf(shape) !== data.length)
    throw new ShapeError(`tensor: ${data.length} values do not fill shape ${show(shape)}, which has ${sizeOf(shape)}`);
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

/** All elements `value`. @throws ShapeError if the shape is not made of integers from 0 up. */
export function full(shape: Shape, value: number): Tensor {
  checkShape("full", shape);
  return new Tensor(new Storage(new Float32Array(sizeOf(shape)).fill(value)), [...shape]);
}

/** All elements 0. @throws ShapeError as `full` does. */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** All elements 1. @throws ShapeError as `full` does. */
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
 * start, start + step, ... before stop; with one argument, 0, 1, ... before it. -> [ceil((stop - start) / step)].
 * @throws ValueError if that never ends.
 */
export function arange(start: number, stop?: number, step = 1): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (step === 0 || !Number.isFinite(length))
    throw new ValueError(
      `arange: from ${from} to ${to} by ${step} never ends; the step must not be 0, the ends be finite`,
    );
  return tensor(Float32Array.from({ length }, (_, i) => from + i * step));
}

/**
 * `count` values evenly spaced from start to stop, both included. -> [count].
 * @throws ValueError if the count is not an integer from 0 up.
 */
export function linspace(start: number, stop: number, count: number): Tensor {
  checkCount("linspace", "count", count, 0);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return tensor(Float32Array.from({ length: count }, (_, i) => (i === count - 1 && i > 0 ? stop : start + i * step)));
}

/** The identity matrix, [rows, columns] (square if only one is given): 1 where the indices agree. */
export function eye(rows: number, columns: number = rows): Tensor {
  const result = zeros([rows, columns]);
  for (let i = 0; i < Math.min(rows, columns); i++) result.data[i * columns + i] = 1;
  return result;
}

/** Elements drawn evenly from [low, high). */
export function uniform(shape: Shape, random: Random, low = 0, high = 1): Tensor {
  checkShape("uniform", shape);
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform()),
    [...shape],
  );
}

/** Elements drawn from the normal distribution of that mean and standard deviation. */
export function normal(shape: Shape, random: Random, mean = 0, deviation = 1): Tensor {
  checkShape("normal", shape);
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => mean + deviation * random.normal()),
    [...shape],
  );
}

/**
 * Elements that are 1 with that probability, else 0.
 * @throws ValueError if the probability does not lie between 0 and 1; ShapeError if the shape is none.
 */
export function bernoulli(shape: Shape, random: Random, probability = 0.5): Tensor {
  checkShape("bernoulli", shape);
  if (!(probability >= 0 && probability <= 1))
    throw new ValueError(`bernoulli: a probability lies between 0 and 1, got ${probability}`);
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => Number(random.bernoulli(probability))),
    [...shape],
  );
}

/** 0 ... length - 1 in random order. @throws ValueError if the length is not an integer from 0 up. */
export function permutation(length: number, random: Random): Int32Array {
  checkCount("permutation", "length", length, 0);
  return random.permutation(length);
}

/** Zeros pinned in the kernels' memory: for what is large and lives long. Nothing has to be freed. */
export function pinned(shape: Shape): Tensor {
  checkShape("pinned", shape);
  return new Tensor(pinnedStorage(sizeOf(shape)), [...shape]);
}

/** Zeros pinned in the kernels' memory, in the shape of `x` and, if that has no gaps, in its order in memory. */
export function pinnedLike(x: Tensor): Tensor {
  return new Tensor(pinnedStorage(x.size), x.shape, x.isDense ? x.strides : undefined);
}

/** A pinned copy of a tensor. */
export function pin(x: Tensor): Tensor {
  const copy = pinned(x.shape);
  copyInto(x, copy.data);
  return copy;
}
