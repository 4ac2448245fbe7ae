/** Tensors filled by a rule: constants, ranges of numbers, the identity matrix. */
import { described, integerFrom, number } from "./arguments.ts";
import { type CreateOptions, room } from "./create.ts";
import { blankLike } from "./elements.ts";
import { ArgumentError, ValueError } from "./errors.ts";
import { Storage } from "./memory/storage.ts";
import { checkShape, type Shape, sizeOf } from "./shape.ts";
import { checkedTensor, Tensor } from "./tensor.ts";

/** A shape, or the size of a vector. A tensor has at most 2^30 elements. */
export type Sizes = Shape | number;

/** The shape that a user gave: a number is the size of a vector. @throws ArgumentError or ShapeError if it is not one. */
export function shapeOf(operation: string, sizes: Sizes): Shape {
  return checkShape(operation, typeof sizes === "number" ? [sizes] : sizes);
}

function filled(operation: string, sizes: Sizes, value: number, options?: CreateOptions): Tensor {
  if (typeof options === "number")
    throw new ArgumentError(
      `${operation}: pass the sizes as one array: ${operation}([${described(sizes)}, ${options}])`,
    );
  const shape = shapeOf(operation, sizes);
  number(operation, "the value", value);
  const data = room(operation, sizeOf(shape), options);
  return new Tensor(new Storage(value === 0 ? data : data.fill(value)), shape);
}

/**
 * All elements `value`, in float32 by default. The shape may be a number, the size of a vector.
 * @throws ShapeError unless every size is an integer from 0 up.
 */
export function full(shape: Sizes, value: number, options?: CreateOptions): Tensor {
  return filled("full", shape, value, options);
}

/** All elements 0, in float32 by default. @throws ShapeError unless every size is an integer from 0 up. */
export function zeros(shape: Sizes, options?: CreateOptions): Tensor {
  return filled("zeros", shape, 0, options);
}

/** All elements 1, in float32 by default. @throws ShapeError unless every size is an integer from 0 up. */
export function ones(shape: Sizes, options?: CreateOptions): Tensor {
  return filled("ones", shape, 1, options);
}

/** All elements `value`, in the shape and precision of `x`. */
export function fullLike(x: Tensor, value: number): Tensor {
  number("fullLike", "the value", value);
  const y = blankLike(checkedTensor("fullLike", x));
  y.data.fill(value);
  return y;
}

/** All elements 0, in the shape and precision of `x`. */
export function zerosLike(x: Tensor): Tensor {
  return blankLike(checkedTensor("zerosLike", x));
}

/** All elements 1, in the shape and precision of `x`. */
export function onesLike(x: Tensor): Tensor {
  return fullLike(checkedTensor("onesLike", x), 1);
}

/**
 * start, start + step, ... up to but without stop: [ceil((stop - start) / step)], in float32 by default. With one
 * number: 0, 1, ... up to but without it. The step is 1 by default.
 * @throws ValueError if the step is 0 or an argument is not finite.
 */
export function arange(stop: number, options?: CreateOptions): Tensor;
export function arange(start: number, stop: number | undefined, step?: number, options?: CreateOptions): Tensor;
export function arange(start: number, second?: number | CreateOptions, step = 1, last?: CreateOptions): Tensor {
  const [stop, options] = typeof second === "object" ? [undefined, second] : [second, last];
  if (options === second && last !== undefined) throw optionsTwice("arange", "arange(start, stop, step, options)");
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  for (const [name, value] of Object.entries({ start: from, stop: to, step })) number("arange", name, value);
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (step === 0 || ![from, to, step, length].every(Number.isFinite))
    throw new ValueError(
      `arange: from ${from} to ${to} by ${step} never ends; the step must not be 0, and the ends must be finite`,
    );
  return computed("arange", length, (i) => from + i * step, options);
}

/** A vector whose elements are computed from their positions. */
function computed(operation: string, length: number, element: (i: number) => number, options?: CreateOptions): Tensor {
  const data = room(operation, length, options);
  for (let i = 0; i < length; i++) data[i] = element(i);
  return new Tensor(new Storage(data), [data.length]);
}

/**
 * `count` evenly spaced values from start to stop, both included: [count], in float32 by default.
 * @throws ValueError unless the count is an integer from 0 up.
 */
export function linspace(start: number, stop: number, count: number, options?: CreateOptions): Tensor {
  for (const [name, value] of Object.entries({ start, stop })) number("linspace", name, value);
  integerFrom(0)("linspace", "count", count);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return computed("linspace", count, (i) => (i === count - 1 && i > 0 ? stop : start + i * step), options);
}

/**
 * The identity matrix, [rows, columns]: 1 where both indices agree, 0 elsewhere. Square and in float32 by default.
 * @throws ShapeError unless both sizes are integers from 0 up.
 */
export function eye(rows: number, options?: CreateOptions): Tensor;
export function eye(rows: number, columns: number | undefined, options?: CreateOptions): Tensor;
export function eye(rows: number, second?: number | CreateOptions, last?: CreateOptions): Tensor {
  const [columns, options] = typeof second === "object" ? [rows, second] : [second ?? rows, last];
  if (options === second && last !== undefined) throw optionsTwice("eye", "eye(rows, columns, options)");
  const result = filled("eye", [rows, columns], 0, options);
  for (let i = 0; i < Math.min(rows, columns); i++) result.data[i * columns + i] = 1;
  return result;
}

function optionsTwice(operation: string, form: string): ArgumentError {
  return new ArgumentError(`${operation}: got options twice; write ${form}`);
}
