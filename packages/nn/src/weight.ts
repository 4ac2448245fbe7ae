/** Weights: parameters of layers in the memory order that the kernels read. */
import { type Variable, variable } from "@polygrad/autograd";
import { assign, permute, pinned, type Tensor } from "@polygrad/tensor";

/**
 * A parameter with these values, pinned, whose first axis, the outputs, is the innermost in memory: a weight [outputs,
 * inputs] is stored as [inputs, outputs]. Then vectors lie along the outputs, which no sum of the layer runs over.
 */
export function weightOf(values: Tensor): Variable {
  const [first, ...others] = values.shape.keys();
  const memory = pinned([...others, first].map((axis) => values.shape[axis]));
  return variable(assign(permute(memory, [others.length, ...others.keys()]), values));
}
