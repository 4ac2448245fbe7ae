/** State dicts: copies of a model's parameters and buffers by name, to be saved as JSON, and how they are loaded. */
import type { Variable } from "@polygrad/autograd";
import {
  ArgumentError,
  assign,
  clone,
  ShapeError,
  Tensor,
  type TensorJSON,
  tensor,
  ValueError,
} from "@polygrad/tensor";
import { described, sameShape, show } from "@polygrad/tensor/internal";
import { type Buffer, isBuffer } from "./buffer.ts";
import { find, isParameter } from "./search.ts";

/** Copies of a model's parameters and buffers, by name. `JSON.stringify` saves all of it. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** What can be loaded: a state dict, or what JSON made of one. */
export type SavedState = Readonly<Record<string, Tensor | TensorJSON>>;

/** What belongs to a model's state. */
function isState(value: object): value is Variable | Buffer {
  return isParameter(value) || isBuffer(value);
}

/** Copies of a model's parameters and buffers by name. @throws ArgumentError if the model is not an object */
export function stateDict(model: object): StateDict {
  const own = find("stateDict", model, isState);
  return Object.fromEntries([...own].map(([name, { value }]) => [name, clone(value)]));
}

/**
 * Overwrites a model's parameters and buffers with those of the same names. Checks all of them before it writes any.
 *
 * The entries are tensors, or what `JSON.parse(JSON.stringify(model.stateDict()))` gives in their place.
 * @throws ArgumentError if the state or an entry is something else; ValueError if names are missing or unexpected, and
 * lists them, or if an entry is in float64 but its place in float32; ShapeError if shapes differ, and gives both
 */
export function loadStateDict(model: object, state: SavedState): void {
  const own = find("loadStateDict", model, isState);
  checkObject("loadStateDict", state);
  checkNames("loadStateDict", [...own.keys()], state, "load the state into a model of the same structure");
  const entries = [...own].map(([name, place]) => [name, place, entryOf("loadStateDict", name, state[name])] as const);
  const misshapen = entries.filter(([, { shape }, entry]) => !sameShape(shape, entry.shape));
  if (misshapen.length > 0) {
    const each = misshapen.map(
      ([name, { shape }, entry]) => `${name} has shape ${show(shape)} here and ${show(entry.shape)} in the state`,
    );
    throw new ShapeError(`loadStateDict: ${each.join("; ")}; make the model with the same sizes`);
  }
  const wider = entries.filter(([, { value }, entry]) => entry.storage.isDouble && !value.storage.isDouble);
  if (wider.length > 0)
    throw new ValueError(
      `loadStateDict: ${wider.map(([name]) => name).join(", ")}: float64 in the state, but float32 here; ` +
        "round the state's tensors first: tensor(x.toArray())",
    );
  // An entry may be a view of a place, which is about to be overwritten.
  const overwritten = new Set(entries.map(([, { value }]) => value.storage));
  const values = entries.map(([, , entry]) => (overwritten.has(entry.storage) ? clone(entry) : entry));
  for (const [k, [, { value }]] of entries.entries()) assign(value, values[k]);
}

/** Checks that a state is a plain object. */
export function checkObject(operation: string, state: SavedState): void {
  const prototype: unknown = typeof state === "object" && state !== null ? Object.getPrototypeOf(state) : undefined;
  if (prototype !== Object.prototype && prototype !== null)
    throw new ArgumentError(
      `${operation}: the state must be a plain object of tensors by name, as stateDict() returns, ` +
        `got ${described(state)}${state instanceof Map ? "; pass Object.fromEntries(map)" : ""}`,
    );
}

/** Checks that a state has these names and no others. `fix` says what to do otherwise. */
export function checkNames(operation: string, own: readonly string[], state: SavedState, fix: string): void {
  const missing = own.filter((name) => !Object.hasOwn(state, name));
  const unexpected = Object.keys(state).filter((name) => !own.includes(name));
  const faults = [
    ...(missing.length > 0 ? [`missing ${missing.join(", ")}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${unexpected.join(", ")}`] : []),
  ];
  if (faults.length > 0) throw new ValueError(`${operation}: ${faults.join("; ")}; ${fix}`);
}

/** An entry of a state as a tensor. */
export function entryOf(operation: string, name: string, entry: Tensor | TensorJSON): Tensor {
  if (entry instanceof Tensor) return entry;
  try {
    if (typeof entry === "object" && entry !== null && "elements" in entry) return tensor(entry);
  } catch (error) {
    throw new ArgumentError(`${operation}: ${name} is not a tensor: ${error instanceof Error ? error.message : error}`);
  }
  throw new ArgumentError(
    `${operation}: ${name} must be a tensor or its JSON { shape, dtype, elements }, got ${keysOf(entry)}`,
  );
}

function keysOf(entry: unknown): string {
  const isPlain = typeof entry === "object" && entry !== null && Object.getPrototypeOf(entry) === Object.prototype;
  return isPlain ? `an object with ${Object.keys(entry).join(", ") || "no keys"}` : described(entry);
}
