/** What a launch takes: tensors, indices and bytes to read, places for results, and scalars. */
import type { ByteStorage } from "../memory/storage.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** What a kernel reads: tensors whose strides are not negative, indices, bytes. */
export type Source = Tensor | Int32Array | ByteStorage;

/** Where a result goes: into an existing tensor, or into a new one of that shape. */
export type Target = Tensor | Shape;

/** Scalars of a launch, or a function that computes them: a replay of a taped launch calls it again. */
export type Scalars = readonly number[] | (() => readonly number[]);

export function isTensor(given: Source | Target): given is Tensor {
  return given instanceof Tensor;
}

export function isOfDoubles(given: Source | Target): boolean {
  return isTensor(given) && given.storage.isDouble;
}

/** Whether a kernel can write directly into a tensor. */
export function isPinnedInPlace(target: Target): target is Tensor {
  return isTensor(target) && target.isContiguous && target.storage.address !== undefined;
}

export function shapeOf(target: Target): Shape {
  return isTensor(target) ? target.shape : target;
}

export function sizeOfGiven(given: Source | Target): number {
  if (isTensor(given)) return given.size;
  return Array.isArray(given) ? sizeOf(given) : given.length;
}
