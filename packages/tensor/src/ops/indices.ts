/** Indices: positions along an axis or class labels, and how they are checked. */
import { type Check, described } from "../arguments.ts";
import { ArgumentError, ValueError } from "../errors.ts";
import { BYTES } from "../floats.ts";
import { heap } from "../memory/heap.ts";
import { Storage } from "../memory/storage.ts";
import { replayed, taping } from "../tape/current.ts";
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

/** Checks indices that JavaScript is about to use. @throws ValueError unless every index is an integer from 0 to size - 1. */
export function checkIndices(operation: string, indices: Indices, size: number): void {
  taping()?.obstacle(`${operation} reads indices in JavaScript`);
  check(operation, indices, size);
}

/** `checkIndices` for what only kernels use: a replay checks again. */
export function checkLabels(operation: string, indices: Indices, size: number): void {
  const step = taping();
  if (step === undefined) check(operation, indices, size);
  else
    step.once(indices, `from 0 to ${size}`, () => {
      const now = current(indices);
      const facts = { labels: step.factOf(indices), size };
      replayed(`checking the labels of ${operation}`, facts, () => check(operation, now(), size));
    });
}

function check(operation: string, indices: Indices, size: number): void {
  for (let i = 0; i < indices.length; i++)
    if (!(indices[i] >= 0 && indices[i] < size && Number.isInteger(indices[i])))
      throw new ValueError(
        `${operation}: index ${indices[i]} at position ${i} is not an integer from 0 to ${size - 1}`,
      );
}

/** Indices as a tensor [n] of float32s, which represent integers up to 2^24 exactly. A replay copies them again. */
export function indicesAsTensor(indices: Indices): Tensor {
  const step = taping();
  if (step === undefined) return new Tensor(new Storage(Float32Array.from(indices)), [indices.length]);
  return step.once(indices, "as floats", () => {
    const floats = step.result([indices.length]);
    const [now, start] = [current(indices), step.addressOf(floats.storage, 0, floats.size) / BYTES];
    replayed("copying labels", { labels: step.factOf(indices) }, () => heap().floats.set(now(), start));
    return floats;
  });
}

/** The indices that a replay has in place of these. */
function current(indices: Indices): () => Indices {
  return taping()?.given.current(indices, isIndices) ?? (() => indices);
}

function isIndices(value: unknown): value is Indices {
  return value instanceof Int32Array || value instanceof Uint8Array || Array.isArray(value);
}
