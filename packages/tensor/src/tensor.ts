/** The tensor: an array of floats with the shape, strides and offset that say how to read it. */
import { described, integers, isListOfNumbers, number } from "./arguments.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import { type Dtype, type Floats, MOST } from "./floats.ts";
import { Storage } from "./memory/storage.ts";
import { checkShape, type Shape, show, stridesOf } from "./shape.ts";
import { taping } from "./tape/current.ts";

/**
 * A strided array of floats: element [i, j, ...] is stored at `offset + i * strides[0] + j * strides[1] + ...`.
 *
 * Views, such as a transpose, a slice or a broadcast, are tensors with other strides over the same storage. Making one
 * copies nothing. Operations are free functions; those whose first argument is a tensor are also methods.
 */
export class Tensor {
  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** The number of elements. */
  readonly size: number;

  /**
   * A tensor over a storage, in row-major order by default.
   * @throws ShapeError if an element would lie outside the storage; ArgumentError if an argument is of the wrong kind.
   */
  constructor(storage: Storage, shape: Shape, strides?: readonly number[], offset = 0) {
    const own = strides === undefined && isListOfNumbers(shape) ? stridesOf(shape) : strides;
    this.size = checkedSize(storage, shape, own ?? [], offset);
    this.storage = storage;
    this.shape = shape;
    this.strides = own ?? [];
    this.offset = offset;
  }

  /** The precision of the elements. */
  get dtype(): Dtype {
    return this.storage.isDouble ? "float64" : "float32";
  }

  /**
   * The elements of the whole storage, including those outside this view.
   *
   * You may write to it, but nothing can see that you do: a graph that needs the old elements in its backward pass then
   * computes wrong gradients, where `assign` would make it refuse.
   */
  get data(): Floats {
    return this.storage.data;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Whether the elements are stored in row-major order without gaps. */
  get isContiguous(): boolean {
    if (this.size === 0) return true;
    let expected = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const size = this.shape[axis];
      if (size !== 1 && this.strides[axis] !== expected) return false;
      expected *= size;
    }
    return true;
  }

  /** Whether the elements fill one run of memory without gaps or repeats, in any order of axes. */
  get isDense(): boolean {
    if (this.isContiguous) return true;
    let expected = 1;
    const axes = [...this.shape.keys()].filter((axis) => this.shape[axis] !== 1);
    for (const axis of axes.sort((a, b) => this.strides[a] - this.strides[b])) {
      if (this.strides[axis] !== expected) return false;
      expected *= this.shape[axis];
    }
    return true;
  }

  /**
   * The element of a tensor that has only one.
   * @throws ShapeError if the tensor has more than one element, or none.
   */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError(`item: needs a tensor with one element, got shape ${show(this.shape)}; use toArray`);
    return taping()?.during("item", () => this.data[this.offset]) ?? this.data[this.offset];
  }
}

/** The number of elements. Every view passes here, so what is right is found right without further calls. */
function checkedSize(storage: Storage, shape: Shape, strides: readonly number[], offset: number): number {
  const areLists = Array.isArray(shape) && Array.isArray(strides) && strides.length === shape.length;
  if (!(storage instanceof Storage) || !areLists || !Number.isInteger(offset))
    return refused(storage, shape, strides, offset);
  let size = 1;
  let [first, last] = [offset, offset];
  for (let axis = 0; axis < shape.length; axis++) {
    const [length, stride] = [shape[axis], strides[axis]];
    if (!Number.isInteger(length) || length < 0 || !Number.isInteger(stride))
      return refused(storage, shape, strides, offset);
    size *= length;
    if (stride > 0) last += (length - 1) * stride;
    else first += (length - 1) * stride;
  }
  if (size === 0 || (first >= 0 && last < storage.length && size <= MOST)) return size;
  return refused(storage, shape, strides, offset);
}

function refused(storage: Storage, shape: Shape, strides: readonly number[], offset: number): never {
  if (!(storage instanceof Storage))
    throw new ArgumentError(`Tensor: needs the storage of a tensor, got ${described(storage)}; see tensor(...)`);
  checkShape("Tensor", shape);
  integers("Tensor", "strides", strides);
  number("Tensor", "the offset", offset);
  throw new ShapeError(
    `Tensor: shape ${show(shape)} with strides ${show(strides)} from offset ${offset} does not lie in a storage of ` +
      `${storage.length} elements`,
  );
}

/** `x` itself. @throws ArgumentError unless it is a tensor. */
export function checkedTensor(operation: string, x: Tensor): Tensor {
  if (x instanceof Tensor) return x;
  const fix = standsForTensor(x) ? "pass its value" : "make one with tensor(...)";
  throw new ArgumentError(`${operation}: expected a tensor, got ${described(x)}; ${fix}`);
}

/** Whether a value is a variable or something like it. */
function standsForTensor(x: unknown): boolean {
  return typeof x === "object" && x !== null && "value" in x && x.value instanceof Tensor;
}
