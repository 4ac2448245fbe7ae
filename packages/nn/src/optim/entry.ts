/** The entries of a saved state: how each is read, checked and written. All are checked before any is written. */
import { assign, clone, ShapeError, type Tensor, tensor, ValueError } from "@polygrad/tensor";
import { type Check, sameShape, show } from "@polygrad/tensor/internal";
import { checkNames, checkObject, entryOf, type SavedState, type StateDict } from "../state.ts";

/** What is saved under one name. */
export interface Entry {
  readonly name: string;
  readonly read: () => Tensor;
  readonly check: (operation: string, saved: Tensor) => void;
  readonly write: (saved: Tensor) => void;
}

/** All entries as they are now. */
export function read(entries: readonly Entry[]): StateDict {
  return Object.fromEntries(entries.map(({ name, read }) => [name, read()]));
}

/**
 * Writes all entries, after all have been checked.
 * @param fix what to do if names are missing or unexpected
 * @throws ArgumentError, ValueError or ShapeError, before it writes
 */
export function write(operation: string, entries: readonly Entry[], state: SavedState, fix: string): void {
  checkObject(operation, state);
  const names = entries.map(({ name }) => name);
  checkNames(operation, names, state, fix);
  const saved = names.map((name) => entryOf(operation, name, state[name]));
  for (const [k, { check }] of entries.entries()) check(operation, saved[k]);
  for (const [k, { write }] of entries.entries()) write(saved[k]);
}

/** A number. `wanted` checks what is saved. */
export function numberEntry(name: string, value: number, wanted: Check, set: (saved: number) => void): Entry {
  return {
    name,
    read: () => tensor(Float64Array.of(value), []),
    check(operation, saved) {
      if (saved.size !== 1)
        throw new ShapeError(`${operation}: ${name} must be one number, got a tensor of shape ${show(saved.shape)}`);
      wanted(operation, name, numberIn(saved));
    },
    write: (saved) => set(numberIn(saved)),
  };
}

/** A tensor that is overwritten in place. */
export function tensorEntry(name: string, own: Tensor): Entry {
  return {
    name,
    read: () => clone(own),
    check(operation, saved) {
      if (!sameShape(saved.shape, own.shape))
        throw new ShapeError(
          `${operation}: ${name} has shape ${show(saved.shape)} in the state, but the parameter ${show(own.shape)}; ` +
            "it needs the same parameters in the same order",
        );
      if (saved.storage.isDouble && !own.storage.isDouble)
        throw new ValueError(
          `${operation}: ${name} is in float64 in the state, but the parameter in float32; ` +
            "round the state's tensors first: tensor(x.toArray())",
        );
    },
    write: (saved) => void assign(own, saved),
  };
}

function numberIn(saved: Tensor): number {
  return saved.reshape([]).item();
}
