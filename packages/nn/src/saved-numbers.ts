/** Plain numbers in state dicts: in float64, and checked before any of them is taken over. */
import { ShapeError, tensor } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";
import { checkNames, checkObject, entryOf, type SavedState, type StateDict } from "./state.ts";

/** Numbers that can be saved under a name. */
export interface SavedNumbers {
  /** The numbers as they are now. */
  readonly values: readonly number[];
  /** @throws an error if a state's numbers are not allowed */
  check(values: readonly number[]): void;
  set(values: readonly number[]): void;
}

/** The numbers by name, each as a tensor of one axis or, if it is a single number, of none. */
export function saveNumbers(all: ReadonlyMap<string, SavedNumbers>): StateDict {
  const entries = [...all].map(([name, { values }]) => {
    const shape = values.length === 1 ? [] : [values.length];
    return [name, tensor(Float64Array.from(values), shape)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Takes over the numbers of a state. `fix` says what to do about names that do not fit.
 * @throws ArgumentError, ValueError or ShapeError, before it changes anything
 */
export function loadNumbers(
  operation: string,
  all: ReadonlyMap<string, SavedNumbers>,
  state: SavedState,
  fix: string,
): void {
  checkObject(operation, state);
  checkNames(operation, [...all.keys()], state, fix);
  const loaded = [...all].map(([name, saved]) => {
    const entry = entryOf(operation, name, state[name]);
    if (entry.size !== saved.values.length)
      throw new ShapeError(
        `${operation}: ${name} must have ${saved.values.length} element(s), got a tensor of shape ${show(entry.shape)}`,
      );
    const values = [...entry.clone().data];
    saved.check(values);
    return { saved, values };
  });
  for (const { saved, values } of loaded) saved.set(values);
}
