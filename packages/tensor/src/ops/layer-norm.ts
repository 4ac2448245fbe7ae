/** Layer normalisation. Its gradients are in gradients.ts. */

import { numberFrom } from "../arguments.ts";
import { contiguous } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { launch } from "../kernels/launch.ts";
import { EPSILON, layerNormKernel } from "../kernels/layer-norm.ts";
import { type Primitive, primitive, type Ternary } from "../operation.ts";
import { optional } from "../parameters.ts";
import { sameShape, show } from "../shape.ts";

/**
 * (x - mean) / sqrt(variance + epsilon) over the last axes, then times weight plus bias (Ba, Kiros & Hinton 2016):
 * x [..., ...features], weight [...features], bias [...features] -> [..., ...features]. Epsilon is 1e-5 by default.
 * @throws ShapeError unless weight and bias have the shape of the last axes of x.
 */
export const layerNorm: Primitive<Ternary<[epsilon?: number]>> = primitive(
  "layerNorm",
  3,
  [optional("epsilon", numberFrom(0))],
  (x, weight, bias, epsilon = EPSILON) => {
    const last = x.shape.slice(x.rank - weight.rank);
    if (x.rank < weight.rank || !sameShape(last, weight.shape) || !sameShape(weight.shape, bias.shape))
      throw new ShapeError(
        `layerNorm: the last axes of ${show(x.shape)} must be those of weight ${show(weight.shape)} and bias ${show(bias.shape)}`,
      );
    const columns = weight.size;
    const rows = x.size / Math.max(1, columns);
    return launch(layerNormKernel, { columns, epsilon }, [x, weight, bias].map(contiguous), x.shape, [rows]);
  },
);
