/** The tensor: an array of floats with the shape, strides and offset that say how to read it. */
import { described } from "./arguments.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import type { Dtype, Floats } from "./floats.ts";
import type { Storage } from "./memory/storage.ts";
import { type Shape, show, sizeOf, stridesOf } from "./shape.ts";

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

  constructor(storage: Storage, shape: Shape, strides: readonly number[] = stridesOf(shape), offset = 0) {
    this.storage = storage;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.size = sizeOf(shape);
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
    return this.data[this.offset];
  }
}

/** `x` itself. @throws ArgumentError unless it is a tensor. */
export function checkedTensor(operation: string, x: Tensor): Tensor {
  if (x instanceof Tensor) return x;
  throw new ArgumentError(`${operation}: expected a tensor, got ${described(x)}; make one with tensor(...)`);
}
