/** A model's state as plain arrays: tensors hide their elements from `toEqual`, which would find all of one shape equal. */
import type { NestedArray } from "@polygrad/tensor";
import { stateDict } from "../src/index.ts";

export function arrays(model: object): Record<string, NestedArray> {
  return Object.fromEntries(Object.entries(stateDict(model)).map(([name, value]) => [name, value.toArray()]));
}
