/** The tensors of a checkpoint: views of shared memory, from which it is written and into which it is read. */
import type { Module } from "@polygrad/nn";
import { assign, type Tensor } from "@polygrad/tensor";
import { sameShape, show } from "@polygrad/tensor/internal";
import { slicesOf } from "../flat.ts";
import { type Group, keptBy } from "../groups.ts";
import type { Shared } from "../shared.ts";
import { CheckpointError } from "./errors.ts";

/** What a checkpoint holds besides the network itself. */
export interface Extras {
  /** For each group, the names of what the optimiser keeps of each element. */
  readonly states: readonly (readonly string[])[];
  /** Whether the run keeps averages of the parameters. */
  readonly hasAverages: boolean;
  /** The best weights so far: flat, of each group, then what is kept. Undefined if the run does not keep them. */
  readonly best: readonly Tensor[] | undefined;
}

/** The tensors by the names that they have in the file. */
export function checkpointTensors(
  model: Module,
  groups: readonly Group[],
  shared: Shared,
  { states, hasAverages, best }: Extras,
): Map<string, Tensor> {
  const all = new Map<string, Tensor>();
  const add = (prefix: string, holders: ReadonlyMap<string, { readonly value: Tensor }>, flat: Tensor) => {
    const slices = slicesOf(flat, [...holders.values()]);
    for (const [k, name] of [...holders.keys()].entries()) all.set(`${prefix}.${name}`, slices[k]);
  };
  for (const [k, { parameters }] of groups.entries()) {
    const { values, averages, states: rows } = shared.groups[k];
    add("model", parameters, values);
    for (const [row, state] of states[k].entries()) add(`optimiser.${state}`, parameters, rows.select(0, row));
    if (hasAverages) add("average", parameters, averages);
    if (best !== undefined) add("best", parameters, best[k]);
  }
  const kept = keptBy(model);
  add("model", kept, shared.rest.values);
  const bestKept = best?.[groups.length];
  if (bestKept !== undefined) add("best", kept, bestKept);
  return all;
}

/**
 * Copies the tensors of a file to their places.
 * @param path the name of the file, for error messages
 * @throws CheckpointError, before it copies, if names or shapes differ
 */
export function restoreTensors(
  path: string,
  places: ReadonlyMap<string, Tensor>,
  saved: ReadonlyMap<string, Tensor>,
): void {
  const faults = [...new Set([...places.keys(), ...saved.keys()])].filter((name) => {
    const [place, tensor] = [places.get(name), saved.get(name)];
    return place === undefined || tensor === undefined || !sameShape(place.shape, tensor.shape);
  });
  if (faults.length > 0) {
    const [name] = faults;
    const of = (tensors: ReadonlyMap<string, Tensor>) => {
      const tensor = tensors.get(name);
      return tensor === undefined ? "missing" : `of shape ${show(tensor.shape)}`;
    };
    throw new CheckpointError(
      `DataParallel: ${path} does not fit this run: ${name} is ${of(saved)} in the file and ${of(places)} here`,
    );
  }
  for (const [name, place] of places) {
    const tensor = saved.get(name);
    if (tensor !== undefined) assign(place, tensor);
  }
}
