/** Slots: what an optimiser keeps of each parameter, its states and the number of its steps. */
import type { Variable } from "@polygrad/autograd";
import { pinned, Tensor, ValueError, zerosLike } from "@polygrad/tensor";
import { show, text } from "@polygrad/tensor/internal";

/** One parameter of an optimiser. */
export interface Slot {
  readonly parameter: Variable;
  /** The position of its group. */
  readonly group: number;
  readonly names: readonly string[];
  /** By `names`: each as long as the value, in the value's memory order and precision; all 0 before the first step. */
  readonly states: readonly Tensor[];
  /** The number of steps that the parameter has taken. */
  taken: number;
}

/**
 * The slot of a parameter.
 * @param k the position of the parameter, for messages
 * @throws ValueError if the parameter cannot be stepped, or the names of its states are wrong
 */
export function slotOf(k: number, parameter: Variable, group: number, names: readonly string[]): Slot {
  checkLeaf("Optimiser", k, parameter);
  checkNames(names);
  return { parameter, group, names, states: names.map(() => zerosOf(parameter.value)), taken: 0 };
}

/** A state with the axes of its parameter. */
export function shaped({ parameter: { value } }: Slot, { storage, offset }: Tensor): Tensor {
  return new Tensor(storage, value.shape, value.strides, offset);
}

/** Zeros in memory order; pinned if the value is float32, so that kernels need not copy them. */
function zerosOf(value: Tensor): Tensor {
  return value.storage.isDouble ? zerosLike(value).flatten() : pinned([value.size]);
}

/** Checks that a parameter is a leaf without gaps in memory. */
export function checkLeaf(operation: string, k: number, { node, isLeaf, value, shape }: Variable): void {
  const which = `${operation}: parameter ${k} of shape ${show(shape)}`;
  if (node !== undefined)
    throw new ValueError(`${which} was computed from other variables; pass those, the leaves, made with variable(...)`);
  if (!isLeaf)
    throw new ValueError(`${which} is a constant, which gets no gradient; make it with variable(...), or leave it out`);
  if (!value.isDense)
    throw new ValueError(
      `${which} does not lie in memory in one run without gaps; make the variable from a clone() of its tensor`,
    );
}

function checkNames(names: readonly string[]): void {
  if (names.length > 16) throw new ValueError(`Optimiser: a parameter can have at most 16 states, got ${names.length}`);
  for (const [k, name] of names.entries()) {
    text("Optimiser", `the name of state ${k}`, name);
    if (!/^[a-z]\w*$/i.test(name) || name === "taken" || names.indexOf(name) !== k)
      throw new ValueError(
        `Optimiser: the name of state ${k} must be a word that no other has, and not "taken", got "${name}"`,
      );
  }
}
