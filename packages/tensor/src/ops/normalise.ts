/** Layer normalisation on tensors, and its gradients. */

import { contiguous, elements, floatsLike, widened } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import {
  layerNormBackwardPlain,
  layerNormBackwardSimd,
  layerNormPlain,
  layerNormScratch,
  layerNormSimd,
} from "../kernels/layer-norm.ts";
import { withScratch } from "../kernels/scratch.ts";
import { sameShape, show } from "../shape.ts";
import { runsPlain } from "../simd.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";

/**
 * (x - mean) / sqrt(variance + epsilon) over the last axes, then times weight plus bias (Ba, Kiros & Hinton 2016).
 * [..., ...features], [...features], [...features] -> [..., ...features].
 * @throws ShapeError if weight and bias do not have the shape of x's last axes.
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  checkFeatures(x, weight, bias);
  return normalise(widened(x, weight, bias), epsilon);
}

function normalise([x, weight, bias]: readonly [Tensor, Tensor, Tensor], epsilon: number): Tensor {
  const n = weight.size;
  if (runsPlain(x.storage) || x.size === 0) {
    const y = floatsLike(x, x.size);
    layerNormPlain(elements(x), elements(weight), elements(bias), y, epsilon);
    return new Tensor(new Storage(y), x.shape);
  }
  return withScratch((scratch) => {
    const [from, w, b] = [x, weight, bias].map((operand) => scratch.place(contiguous(operand), operand.size));
    const y = scratch.placeResult(x.size);
    layerNormSimd(n, epsilon)(from, w, b, y, x.size / n);
    return scratch.result(y, x.shape);
  });
}

/** The gradients of `layerNorm` by x, weight and bias, in their shapes; `g` is that of the result. */
export function layerNormBackward(g: Tensor, x: Tensor, weight: Tensor, epsilon: number): [Tensor, Tensor, Tensor] {
  checkFeatures(x, weight, weight);
  return normaliseBackward(widened(g, x, weight), epsilon);
}

function normaliseBackward(
  [g, x, weight]: readonly [Tensor, Tensor, Tensor],
  epsilon: number,
): [Tensor, Tensor, Tensor] {
  const n = weight.size;
  if (runsPlain(x.storage) || x.size === 0) {
    const [dx, dw, db] = [x.size, n, n].map((length) => floatsLike(x, length));
    layerNormBackwardPlain([g, x, weight].map(elements), [dx, dw, db], epsilon);
    return [
      new Tensor(new Storage(dx), x.shape),
      new Tensor(new Storage(dw), weight.shape),
      new Tensor(new Storage(db), weight.shape),
    ];
  }
  return withScratch((scratch) => {
    const operands = [g, x, weight].map((operand) => scratch.place(contiguous(operand), operand.size));
    const [dx, dw, db] = [x.size, n, n].map((length) => scratch.placeResult(length));
    layerNormBackwardSimd(n, epsilon)(...operands, dx, dw, db, x.size / n, scratch.allocate(layerNormScratch(n)));
    return [scratch.result(dx, x.shape), scratch.result(dw, weight.shape), scratch.result(db, weight.shape)];
  });
}

function checkFeatures(x: Tensor, weight: Tensor, bias: Tensor): void {
  const last = x.shape.slice(x.rank - weight.rank);
  if (x.rank < weight.rank || !sameShape(last, weight.shape) || !sameShape(weight.shape, bias.shape))
    throw new ShapeError(
      `layerNorm: the last axes of ${show(x.shape)} must be those of weight ${show(weight.shape)} and bias ${show(bias.shape)}`,
    );
}
