/** Indices: positions along an axis, or class labels. */
import { ValueError } from "../errors.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";

/** Positions or class labels: integers, not floats. */
export type Indices = Int32Array | Uint8Array | readonly number[];

/** @throws ValueError if an index is not an integer from 0 to size - 1. */
export function checkIndices(operation: string, indices: Indices, size: number): void {
  for (let i = 0; i < indices.length; i++)
    if (!(indices[i] >= 0 && indices[i] < size && Number.isInteger(indices[i])))
      throw new ValueError(
        `${operation}: index ${indices[i]} at position ${i} is not an integer from 0 to ${size - 1}`,
      );
}

/** Indices as floats, which hold integers below 2^24 exactly: [n]. */
export function indicesAsTensor(indices: Indices): Tensor {
  return new Tensor(new Storage(Float32Array.from(indices)), [indices.length]);
}
