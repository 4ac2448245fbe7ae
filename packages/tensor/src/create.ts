/** Tensors of given values: nested arrays, typed arrays, numbers, or what a tensor became in JSON. */
import { type Checks, checkOptions, described, oneOf } from "./arguments.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import { type Dtype, type Floats, floats } from "./floats.ts";
import { Storage } from "./memory/storage.ts";
import { checkShape, type Shape, show, sizeOf } from "./shape.ts";
import { taping } from "./tape/current.ts";
import { Tensor } from "./tensor.ts";

/** Nested arrays of numbers. All arrays at one depth have the same length. */
export type NestedArray = number | readonly NestedArray[];

/** Arrays of integers that are converted. */
type Integers = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** What a tensor becomes in JSON: numbers that JSON does not know are text, such as "NaN" and "-Infinity". */
export interface TensorJSON {
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** In row-major order. */
  readonly elements: readonly (number | string)[];
}

/** Options of every function that makes a tensor. */
export interface CreateOptions {
  /** The precision of the elements, "float32" by default. */
  readonly dtype?: Dtype;
}

/** The deepest nesting of arrays, as in NumPy. */
const DEEPEST = 64;

const dtypeOption: Checks<CreateOptions> = { dtype: oneOf("float32", "float64") };

/** An array for `length` elements in the precision that the options name. */
export function room(operation: string, length: number, options: CreateOptions = {}): Floats {
  checkOptions(operation, options, dtypeOption);
  return floats(options.dtype === "float64", length);
}

/**
 * A tensor of the given values.
 *
 * Nested arrays give the shape by their nesting, and a tensor in float32. A typed array gives a vector by default. A
 * Float32Array or Float64Array becomes the storage of the tensor and is not copied; other arrays are converted to
 * float32. `shape` arranges the same elements, in row-major order, in another shape. The option `dtype` converts to
 * another precision. What `JSON.stringify` made of a tensor gives that tensor again.
 *
 * A tensor has at most 2^30 elements.
 * @throws ShapeError if the nesting is ragged or the number of elements does not fit the shape; ArgumentError if
 * `values` is something else.
 */
export function tensor(values: NestedArray | Floats | Integers | TensorJSON, options?: CreateOptions): Tensor;
export function tensor(
  values: NestedArray | Floats | Integers | TensorJSON,
  shape: Shape | undefined,
  options?: CreateOptions,
): Tensor;
export function tensor(
  values: NestedArray | Floats | Integers | TensorJSON,
  second?: Shape | CreateOptions,
  third?: CreateOptions,
): Tensor {
  const [shape, options] = isShape(second) ? [second, third] : [undefined, second === undefined ? third : second];
  checkOptions("tensor", options, dtypeOption);
  if (shape === undefined && second !== undefined && third !== undefined)
    throw new ArgumentError(`tensor: the second argument must be a shape, such as [2, 3], got ${described(second)}`);
  if (typeof values === "number" || Array.isArray(values)) {
    const own = shapeOfNested(values);
    const data = room("tensor", sizeOf(own), options);
    fillNested(values, own, 0, data, 0);
    return fromFlat(data, shape ?? own);
  }
  if (isFloats(values)) {
    const isRight = options?.dtype === undefined || values instanceof Float64Array === (options.dtype === "float64");
    if (!isRight) return fromFlat(converted(values, options), shape ?? [values.length]);
    const x = fromFlat(values, shape ?? [values.length]);
    taping()?.adopted(x.storage, values);
    return x;
  }
  if (isIntegers(values)) return fromFlat(converted(values, options), shape ?? [values.length]);
  const json = readJSON(values);
  return fromFlat(converted(json.elements.map(Number), { dtype: json.dtype, ...options }), shape ?? json.shape);
}

function isShape(second: unknown): second is Shape {
  return Array.isArray(second);
}

function isFloats(values: unknown): values is Floats {
  return values instanceof Float32Array || values instanceof Float64Array;
}

function isIntegers(values: unknown): values is Integers {
  return ArrayBuffer.isView(values) && /^(Int|Uint)/.test(Object.prototype.toString.call(values).slice(8));
}

function converted(values: ArrayLike<number>, options: CreateOptions | undefined): Floats {
  const data = room("tensor", values.length, options);
  data.set(values);
  return data;
}

function fromFlat(data: Floats, given: Shape): Tensor {
  const shape = checkShape("tensor", given);
  if (sizeOf(shape) !== data.length)
    throw new ShapeError(
      `tensor: ${data.length} values do not fill shape ${show(shape)}, which needs ${sizeOf(shape)}`,
    );
  return new Tensor(new Storage(data), shape);
}

/** The lengths of the first array at each depth. */
function shapeOfNested(values: NestedArray): number[] {
  const shape: number[] = [];
  for (let at: unknown = values; Array.isArray(at); at = at[0]) {
    if (shape.length === DEEPEST)
      throw new ShapeError(`tensor: the arrays are nested more than ${DEEPEST} deep; does one of them contain itself?`);
    shape.push(at.length);
  }
  return shape;
}

function fillNested(values: NestedArray, shape: Shape, depth: number, data: Floats, at: number): number {
  if (typeof values === "number" && depth === shape.length) {
    data[at] = values;
    return at + 1;
  }
  if (!Array.isArray(values) || depth === shape.length || values.length !== shape[depth]) {
    const expected = depth === shape.length ? "a number" : `${shape[depth]} entries`;
    const got = Array.isArray(values) ? `${values.length} entries` : described(values);
    const message = `expected ${expected} at depth ${depth}, got ${got}`;
    if (typeof values === "number" || Array.isArray(values)) throw new ShapeError(`tensor: ragged nesting: ${message}`);
    throw new ArgumentError(`tensor: ${message}; nested arrays hold numbers only`);
  }
  let next = at;
  for (let i = 0; i < values.length; i++) next = fillNested(values[i], shape, depth + 1, data, next);
  return next;
}

/** What should have been a tensor in JSON, with its elements checked; `tensor` checks its shape and dtype. */
function readJSON(values: unknown): TensorJSON {
  const { shape, dtype, elements } = typeof values === "object" ? Object(values) : {};
  const isElement = (x: unknown) => typeof x === "number" || x === "NaN" || x === "Infinity" || x === "-Infinity";
  if (values instanceof Tensor || !Array.isArray(elements) || !Array.from(elements).every(isElement))
    throw new ArgumentError(
      `tensor: needs a number, nested arrays of numbers or a typed array, got ${described(values)}` +
        `${values instanceof Tensor ? "; it is a tensor already, clone() copies one" : ""}`,
    );
  return { shape, dtype, elements };
}
