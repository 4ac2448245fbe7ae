/** The state of an optimiser as a state dict, and back. */
import { ValueError } from "@polygrad/tensor";
import { integerFrom } from "@polygrad/tensor/internal";
import { finiteFrom0 } from "../checks.ts";
import { checkObject, type SavedState, type StateDict } from "../state.ts";
import { type Entry, numberEntry, read, tensorEntry, write } from "./entry.ts";
import type { Schedule } from "./group.ts";
import { type Slot, shaped } from "./slot.ts";

/** What there is to save. */
export interface Held {
  steps: number;
  readonly slots: readonly Slot[];
  readonly groups: readonly { learningRate: number | Schedule }[];
}

/** The state as it is now. */
export function save(held: Held): StateDict {
  return read(entriesOf(held));
}

/** Takes over a state, after all of it has been checked. @throws ArgumentError, ValueError or ShapeError */
export function load(operation: string, held: Held, state: SavedState): void {
  checkObject(operation, state);
  checkKind(operation, held, state);
  write(operation, entriesOf(held), state, "make the optimiser with the same groups and schedules");
}

function entriesOf(held: Held): Entry[] {
  const rates = held.groups.flatMap((group, g) => {
    const { learningRate } = group;
    if (typeof learningRate !== "number") return [];
    return [numberEntry(`groups.${g}.learningRate`, learningRate, finiteFrom0, (rate) => (group.learningRate = rate))];
  });
  const slots = held.slots.flatMap((slot, k) => [
    numberEntry(`${k}.taken`, slot.taken, integerFrom(0), (taken) => (slot.taken = taken)),
    ...slot.names.map((name, s) => tensorEntry(`${k}.${name}`, shaped(slot, slot.states[s]))),
  ]);
  return [numberEntry("steps", held.steps, integerFrom(0), (steps) => (held.steps = steps)), ...rates, ...slots];
}

/** Checks that the states are those of this kind of optimiser. */
function checkKind(operation: string, { slots }: Held, state: SavedState): void {
  const own = new Set(slots.flatMap(({ names }) => names));
  const theirs = new Set(Object.keys(state).flatMap((name) => /^\d+\.(\w+)$/.exec(name)?.[1] ?? []));
  theirs.delete("taken");
  if ([...own].every((name) => theirs.has(name)) && own.size === theirs.size) return;
  const list = (names: ReadonlySet<string>) => (names.size === 0 ? "nothing" : [...names].join(", "));
  throw new ValueError(
    `${operation}: for each parameter the state has ${list(theirs)}, but this optimiser keeps ${list(own)}; ` +
      "the state belongs to another kind of optimiser, or to one with other options",
  );
}
