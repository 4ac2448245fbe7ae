/** Joining: the gradient is cut at the seams. Of tensors alone these are the tensor operations. */
import * as k from "@polygrad/tensor";
import { apply } from "../engine.ts";
import type { Op } from "../op.ts";
import { constant, Variable } from "../variable.ts";
import { unsqueeze } from "./movement.ts";

/** Joins along an axis: [2, 3], [2, 5] -> [2, 8] for axis 1. A variable if any part is one. */
export function concat(parts: readonly k.Tensor[], axis?: number): k.Tensor;
export function concat(parts: readonly (Variable | k.Tensor)[], axis?: number): Variable;
export function concat(parts: readonly (Variable | k.Tensor)[], axis = 0): Variable | k.Tensor {
  if (allTensors(parts)) return k.concat(parts, axis);
  const inputs = parts.map((part) => constant(part));
  const at = axis < 0 ? axis + inputs[0].rank : axis;
  const ends = inputs.map((_, i) => inputs.slice(0, i + 1).reduce((sum, input) => sum + input.shape[at], 0));
  const joined: Op<readonly Variable[]> = {
    kernel: (...tensors) => k.concat(tensors, axis),
    vjp: inputs.map((input, i) => (g: Variable) => g.slice(at, ends[i] - input.shape[at], ends[i])),
  };
  return apply(joined, inputs, []);
}

/** Joins parts of one shape along a new axis: n times [2, 3] -> [n, 2, 3]. A variable if any part is one. */
export function stack(parts: readonly k.Tensor[], axis?: number): k.Tensor;
export function stack(parts: readonly (Variable | k.Tensor)[], axis?: number): Variable;
export function stack(parts: readonly (Variable | k.Tensor)[], axis = 0): Variable | k.Tensor {
  if (allTensors(parts)) return k.stack(parts, axis);
  return concat(
    parts.map((part) => apply(unsqueeze, [constant(part)], [axis])),
    axis,
  );
}

function allTensors(parts: readonly (Variable | k.Tensor)[]): parts is readonly k.Tensor[] {
  return !parts.some((part) => part instanceof Variable);
}
