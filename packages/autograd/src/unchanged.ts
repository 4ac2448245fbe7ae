/**
 * Stale graphs: a backward pass that needs a value of the forward pass must find it unchanged.
 *
 * An operation is recorded together with what it saw: its operands, its result, and the version of their memory. Which
 * of them its gradients are computed from is known when a rule computes with them, and only these are checked. So
 * overwriting a parameter after a sum does no harm, because a sum's gradient does not depend on it, but overwriting a
 * factor of a product makes `backward` throw. What is written through `data` cannot be seen.
 */
import type { Tensor } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import type { Node, Seen, Variable } from "./variable.ts";

/** A value, as it is now. */
export function asSeen(value: Tensor): Seen {
  return { value, write: value.storage.version.last.number };
}

/** The operation whose backward pass is running, and its result. */
let current: { readonly node: Node; readonly y: Variable } | undefined;

/** Runs the backward pass of a node: what it computes with is checked. */
export function checkingReads<T>(node: Node, y: Variable, body: () => T): T {
  const outer = current;
  current = { node, y };
  try {
    return body();
  } finally {
    current = outer;
  }
}

/**
 * Checks a variable that an operation is about to read, if a backward pass is running.
 * @throws GradientError if it is an operand or the result of the operation whose backward pass is running, and has been
 * overwritten since
 */
export function checkRead(x: Variable): void {
  if (current === undefined) return;
  const { node, y } = current;
  const k = x === y ? node.inputs.length : node.inputs.indexOf(x);
  if (k < 0) return;
  const { value, write } = node.seen[k];
  const { endedBy, version } = value.storage;
  const { number, writer } = version.last;
  const overwriter = endedBy ?? (number > write ? writer : undefined);
  if (overwriter === undefined && x.value === value) return;
  const what = x === y ? "result" : node.inputs.length === 1 ? "operand" : `operand ${k + 1}`;
  throw new GradientError(
    `backward: the gradient of ${node.name} depends on its ${what} of shape ${show(value.shape)}, which ` +
      `${overwriter === undefined ? "has been replaced" : `${overwriter} has overwritten`} since; ` +
      "call backward() before that, or compute the result again",
  );
}
