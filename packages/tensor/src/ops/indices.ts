/** Indices: positions along an axis or class labels, and how they are checked. */
import { type Check, described } from "../arguments.ts";
import { ArgumentError, ValueError } from "../errors.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";

/** Positions along an axis or class labels, as integers. */
export type Indices = Int32Array | Uint8Array | readonly number[];

/** A flat list of indices. */
export const indexList: Check = (operation, what, value) => {
  const isList = value instanceof Int32Array || value instanceof Uint8Array || Array.isArray(value);
  const nested = Array.isArray(value) && value.find((item) => typeof item !== "number");
  if (isList && !nested) return;
  const fix = Array.isArray(nested) ? "; flatten it, in row-major order: indices.flat()" : "";
  throw new ArgumentError(
    `${operation}: ${what} must be a flat list of integers, such as an Int32Array, got ` +
      `${Array.isArray(nested) ? "nested arrays" : described(nested === false ? value : nested)}${fix}`,
  );
};

/** Checks indices. @throws ValueError unless every index is an integer from 0 to size - 1. */
export function checkIndices(operation: string, indices: Indices, size: number): void {
  for (let i = 0; i < indices.length; i++)
    if (!(indices[i] >= 0 && indices[i] < size && Number.isInteger(indices[i])))
      throw new ValueError(
        `${operation}: index ${indices[i]} at position ${i} is not an integer from 0 to ${size - 1}`,
      );
}

/** Indices as a tensor [n] of float32s, which represent integers up to 2^24 exactly. */
export function indicesAsTensor(indices: Indices): Tensor {
  return new Tensor(new Storage(Float32Array.from(indices)), [indices.length]);
}
