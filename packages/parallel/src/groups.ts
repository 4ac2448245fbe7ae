/** Groups: the parameters that an optimiser treats alike, and what of a network training leaves as it is. */
import type { Variable } from "@polygrad/autograd";
import { type Module, namedBuffers } from "@polygrad/nn";
import { type Tensor, ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";

/** Parameters by name, in the order of the model's fields. */
export interface Group {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, Variable>;
}

/** The group of all parameters, if a recipe has no groups. */
const ALL = "all";

/** The name of a parameter's group: see `Recipe.groups`. */
export type GroupOf = (name: string, parameter: Variable) => string;

/**
 * The groups of the parameters that are trained, in the order in which they first occur. Frozen parameters have none.
 * @throws ValueError if no parameter is trained, or a group has no name
 */
export function groupsOf(model: Module, groupOf: GroupOf = () => ALL): Group[] {
  const groups = new Map<string, Map<string, Variable>>();
  for (const [name, parameter] of model.namedParameters()) {
    if (!parameter.requiresGrad) continue;
    const group = groupOf(name, parameter);
    if (typeof group !== "string" || group === "")
      throw new ValueError(
        `DataParallel: the recipe's groups() must return the name of the group of ${name}, got ${described(group)}`,
      );
    const members = groups.get(group) ?? new Map<string, Variable>();
    groups.set(group, members.set(name, parameter));
  }
  if (groups.size === 0)
    throw new ValueError("DataParallel: the model has no parameters to train; are all of them frozen?");
  return Array.from(groups, ([name, parameters]) => ({ name, parameters }));
}

/** Something whose value can be replaced by the same elements in other memory: a parameter or a buffer. */
export interface Holder {
  value: Tensor;
}

/** What no optimiser changes, by name: frozen parameters, and buffers such as running statistics. */
export function keptBy(model: Module): Map<string, Holder> {
  const frozen = [...model.namedParameters()].filter(([, { requiresGrad }]) => !requiresGrad);
  return new Map<string, Holder>([...frozen, ...namedBuffers(model)]);
}

/** The names and shapes of all parameters by group, and of what is kept: threads compare them. */
export function layoutOf(groups: readonly Group[], kept: ReadonlyMap<string, Holder>): string {
  const list = (holders: ReadonlyMap<string, Holder>) =>
    [...holders].map(([name, { value }]) => `${name} [${value.shape.join(", ")}]`).join(", ");
  const parts = groups.map(({ name, parameters }) => (name === ALL ? "" : `${name}: `) + list(parameters));
  return [...parts, ...(kept.size > 0 ? [`kept: ${list(kept)}`] : [])].join("; ");
}

/** Checks that the model of a worker is that of the calling thread. @throws TypeError if their layouts differ */
export function checkLayout(theirs: string, own: string): void {
  if (theirs !== own)
    throw new TypeError(
      `DataParallel: the recipe's model differs between threads: ${theirs} on the calling thread, ` +
        `${own} on a worker; let it depend on its options, its random generator and the data only`,
    );
}
