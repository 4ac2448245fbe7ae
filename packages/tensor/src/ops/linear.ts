/** The linear layer on tensors: x W^T + b in one kernel, and its gradients. */

import { clone } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo, reshape, transpose } from "../view.ts";
import { relu as reluOf } from "./elementwise.ts";
import { matmul, multiply, multiplyDot } from "./matmul.ts";
import { sum } from "./reduce.ts";

/**
 * x W^T + b, or max(x W^T + b, 0) with `relu`: [..., inputs], [outputs, inputs], [outputs] -> [..., outputs].
 * @throws ShapeError if the sizes differ.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor, relu = false): Tensor {
  const [outputs, inputs] = weight.shape;
  if (x.rank === 0 || weight.rank !== 2 || x.shape.at(-1) !== inputs || bias.rank !== 1 || bias.size !== outputs)
    throw new ShapeError(
      `linear: needs [..., inputs], [outputs, inputs] and [outputs], ` +
        `got ${show(x.shape)}, ${show(weight.shape)} and ${show(bias.shape)}`,
    );
  const lead = x.shape.slice(0, -1);
  if (inputs === 0) return clone(broadcastTo(relu ? reluOf(bias) : bias, [...lead, outputs]));
  return reshape(multiplyDot(reshape(x, [sizeOf(lead), inputs]), weight, bias, relu), [...lead, outputs]);
}

/**
 * The gradients of `linear` by x, weight and bias, as far as they are wanted; `g` is that of the result. That by the weight
 * is written where it is wanted, if a tensor there has its shape, is pinned and contiguous.
 */
export function linearBackward(
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  [byInput, byWeight, byBias]: readonly (boolean | Tensor)[],
): [Tensor | undefined, Tensor | undefined, Tensor | undefined] {
  const [outputs, inputs] = weight.shape;
  const count = sizeOf(x.shape.slice(0, -1));
  const [rows, dy] = [reshape(x, [count, inputs]), reshape(g, [count, outputs])];
  return [
    byInput ? reshape(matmul(dy, weight), x.shape) : undefined,
    byWeight ? multiply(transpose(dy), rows, byWeight === true ? undefined : byWeight) : undefined,
    byBias ? sum(dy, 0) : undefined,
  ];
}
