/**
 * The state of an optimiser of slices, apart from the slices: what it keeps of each element, by group and name, and its
 * counters, which are the same on all workers.
 */
import type { Variable } from "@polygrad/autograd";
import type { Optimiser, StateDict } from "@polygrad/nn";
import { assign, type Tensor, tensor, ValueError } from "@polygrad/tensor";

/** The numbers of an optimiser's state, such as the steps it has taken, by their names in its state dict. */
export type Counters = Readonly<Record<string, number>>;

/** A flat slice of a group that an optimiser steps. */
export interface SteppedSlice {
  /** `[n]`. */
  readonly own: Variable;
  /** `[states, n]`, where its states go, in the order of their names. */
  readonly states: Tensor;
}

/**
 * The names of what an optimiser keeps of each element of a parameter, such as "mean" and "square".
 * @throws ValueError if the optimiser does not step the parameter
 */
export function stateNames(optimiser: Optimiser, parameter: Variable, group: string): string[] {
  const prefix = prefixOf(optimiser, parameter);
  if (prefix === undefined)
    throw new ValueError(
      `DataParallel: the recipe's optimiser leaves out the parameters of group "${group}"; pass it all groups, or ` +
        "freeze those parameters: requiresGrad = false",
    );
  return Object.entries(optimiser.stateDict()).flatMap(([key, state]) =>
    key.startsWith(prefix) && !isCounter(state) ? [key.slice(prefix.length)] : [],
  );
}

/** Copies the states of slices to where the checkpoint finds them, and returns the counters. */
export function collectState(optimiser: Optimiser, slices: readonly SteppedSlice[]): Counters {
  const dict = optimiser.stateDict();
  for (const [key, place] of places(optimiser, dict, slices)) assign(place, dict[key]);
  const counters = Object.entries(dict).filter(([, state]) => isCounter(state));
  return Object.fromEntries(counters.map(([key, state]) => [key, state.item()]));
}

/** The reverse of `collectState`. */
export function restoreState(optimiser: Optimiser, slices: readonly SteppedSlice[], counters: Counters): void {
  const dict = optimiser.stateDict();
  const counted = Object.entries(dict).flatMap(([key, { shape }]): [string, Tensor][] =>
    Object.hasOwn(counters, key) ? [[key, tensor(Float64Array.of(counters[key])).reshape(shape)]] : [],
  );
  optimiser.loadStateDict({ ...dict, ...Object.fromEntries([...counted, ...places(optimiser, dict, slices)]) });
}

/** For each state of the slices its name in the state dict, and the place for its elements. */
function* places(
  optimiser: Optimiser,
  dict: StateDict,
  slices: readonly SteppedSlice[],
): Generator<[key: string, place: Tensor]> {
  for (const { own, states } of slices) {
    const prefix = prefixOf(optimiser, own);
    const keys = Object.keys(dict).filter(
      (key) => prefix !== undefined && key.startsWith(prefix) && !isCounter(dict[key]),
    );
    for (const [k, key] of keys.entries()) yield [key, states.select(0, k)];
  }
}

/** How the names of a parameter's states begin in a state dict: with its position. */
function prefixOf({ parameters }: Optimiser, parameter: Variable): string | undefined {
  const index = parameters.indexOf(parameter);
  return index === -1 ? undefined : `${index}.`;
}

/** Counters are in double precision; the states of float32 parameters are not. */
function isCounter({ storage }: Tensor): boolean {
  return storage.isDouble;
}
