/** Recording: computes an operation and, if an operand requires a gradient, records how the result was computed. */
import { ArgumentError, Tensor } from "@polygrad/tensor";
import { computed, described, lifted, type Operation } from "@polygrad/tensor/internal";
import { isRecording } from "./recording.ts";
import type { Derivative } from "./rule.ts";
import { asSeen, checkRead } from "./unchanged.ts";
import { type Node, Variable } from "./variable.ts";
import { vectorJacobian } from "./walk.ts";
import { watcher } from "./watcher.ts";

/** Computes an operation on operands and options; records it if recording is on and an operand requires a gradient. */
export function apply(operation: Operation, derivative: Derivative, args: readonly unknown[]): Variable {
  const { name, inputs: count, forward } = operation;
  const given = lifted(name, args, count);
  const options = given.slice(count);
  const inputs = given.slice(0, count).map(asVariable);
  for (const input of inputs) checkRead(input);
  const value = computed(name, forward, [...inputs.map((input) => input.value), ...options]);
  const isWanted = isRecording() && inputs.some((input) => input.requiresGrad);
  const watching = watcher();
  if (!isWanted && watching === undefined) return new Variable(value, false);
  const seen = [...inputs.map((input) => input.value), value].map(asSeen);
  const composite = "composite" in derivative ? derivative.composite : undefined;
  const backward = backwardOf(derivative, inputs, options);
  const y = new Variable(value, isWanted, { name, inputs, options, composite, seen, backward });
  watching?.(y);
  return y;
}

/**
 * A tensor among the operands is a constant. So is a frozen leaf, for good: if it were unfrozen before the backward pass,
 * its gradient would lack the uses that were not recorded.
 */
function asVariable(operand: unknown): Variable {
  if (operand instanceof Variable) return operand.isLeaf && !operand.requiresGrad ? operand.detach() : operand;
  if (operand instanceof Tensor) return new Variable(operand, false);
  throw new ArgumentError(`apply: expected a variable or a tensor, got ${described(operand)}`);
}

/** The backward pass of one recorded operation: from the gradient of its result to those of its operands. */
function backwardOf(
  derivative: Derivative,
  inputs: readonly Variable[],
  options: readonly unknown[],
): Node["backward"] {
  if ("each" in derivative)
    return (g, _y, wanted) =>
      inputs.map((_, k) => wanted[k] && Reflect.apply(derivative.each, undefined, [k, inputs, g, ...options]));
  if (!("composite" in derivative))
    return (g, y, wanted) =>
      derivative.map((rule, k) =>
        wanted[k] && rule ? Reflect.apply(rule, undefined, [g, y, ...inputs, ...options]) : undefined,
      );
  const { backward, composite, reads } = derivative;
  return (g, y, wanted) => {
    const isRead = Reflect.apply(reads, undefined, [wanted, ...options]);
    for (const [k, x] of [...inputs, y].entries()) if (isRead[k]) checkRead(x);
    if (isRecording()) {
      const copies = inputs.map((input) => (input.requiresGrad ? alias(input) : input));
      return vectorJacobian(Reflect.apply(composite, undefined, [...copies, ...options]), g, copies);
    }
    const tensors = inputs.map((input) => input.value);
    const gradients: readonly (Tensor | undefined)[] = Reflect.apply(backward, undefined, [
      wanted,
      g.value,
      y.value,
      ...tensors,
      ...options,
    ]);
    return gradients.map((gradient) => gradient && new Variable(gradient, false));
  };
}

/** The same value as a variable of its own, so that its gradient does not include that of other uses of `x`. */
export function alias(x: Variable): Variable {
  if (!x.requiresGrad) return new Variable(x.value, true);
  const seen = [x.value, x.value].map(asSeen);
  return new Variable(x.value, true, {
    name: "alias",
    inputs: [x],
    options: [],
    composite: undefined,
    seen,
    backward: (g) => [g],
  });
}
