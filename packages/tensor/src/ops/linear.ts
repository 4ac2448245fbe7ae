/** The linear layer on tensors: x W^T + b in one kernel, and its gradients. */
import { ShapeError } from "../errors.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { reshape, transpose } from "../view.ts";
import { matmul, multiplyDot } from "./matmul.ts";
import { sum } from "./reduce.ts";

/**
 * x W^T + b: [..., inputs], [outputs, inputs], [outputs] -> [..., outputs].
 * @throws ShapeError if the sizes differ.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const [outputs, inputs] = weight.shape;
  if (x.rank === 0 || weight.rank !== 2 || x.shape.at(-1) !== inputs || bias.rank !== 1 || bias.size !== outputs)
    throw new ShapeError(
      `linear: needs [..., inputs], [outputs, inputs] and [outputs], ` +
        `got ${show(x.shape)}, ${show(weight.shape)} and ${show(bias.shape)}`,
    );
  const rows = reshape(x, [x.size / inputs, inputs]);
  return reshape(multiplyDot(rows, weight, bias), [...x.shape.slice(0, -1), outputs]);
}

/** The gradients of `linear` by x, weight and bias, as far as they are wanted; `g` is that of the result. */
export function linearBackward(
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  [byInput, byWeight, byBias]: readonly boolean[],
): [Tensor | undefined, Tensor | undefined, Tensor | undefined] {
  const [outputs, inputs] = weight.shape;
  const [rows, dy] = [reshape(x, [-1, inputs]), reshape(g, [-1, outputs])];
  return [
    byInput ? reshape(matmul(dy, weight), x.shape) : undefined,
    byWeight ? matmul(transpose(dy), rows) : undefined,
    byBias ? sum(dy, 0) : undefined,
  ];
}
