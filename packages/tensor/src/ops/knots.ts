/** The knots of splines: how operations that take them check them. */
import { instance, integerFrom } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { SplineSettings } from "../kernels/spline/rows.ts";
import type { Numeric } from "../operand.ts";
import { type Parameter, required } from "../parameters.ts";
import { sameShape, show } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** The arguments of operations on splines: the knots, and the order of the polynomials. */
export const SPLINE: readonly [Parameter, Parameter] = [
  required("knots", instance(Tensor, "a tensor, such as a layer's knots.value")),
  required("order", integerFrom(1)),
];

/** The number of functions on the knots of every input. @throws ShapeError if the knots do not suit x */
export function functionsOf(operation: string, x: Numeric, knots: Tensor, order: number): number {
  const [inputs, count] = knots.shape;
  if (x.rank === 0 || knots.rank !== 2 || x.shape.at(-1) !== inputs || count < order + 2)
    throw new ShapeError(
      `${operation}: needs [..., inputs] and, for order ${order}, knots [inputs, functions + ${order + 1}], ` +
        `got ${show(x.shape)} and ${show(knots.shape)}`,
    );
  return count - order - 1;
}

/** The settings of the kernels of `spline`. @throws ShapeError if the shapes do not fit together */
export function splineSettings(x: Tensor, weight: Tensor, base: Tensor, knots: Tensor, order: number): SplineSettings {
  const functions = functionsOf("spline", x, knots, order);
  const [outputs, inputs] = weight.shape;
  const fits = weight.rank === 3 && weight.shape[1] === x.shape[1] && weight.shape[2] === functions;
  const withBase = base.rank > 0;
  if (x.rank !== 2 || !fits || (withBase && !sameShape(base.shape, [outputs, inputs])))
    throw new ShapeError(
      `spline: needs [batch, inputs], weight [outputs, inputs, functions], base [outputs, inputs] or 0, and, ` +
        `for order ${order}, knots [inputs, functions + ${order + 1}], ` +
        `got ${show(x.shape)}, ${show(weight.shape)}, ${show(base.shape)} and ${show(knots.shape)}`,
    );
  return { inputs, outputs, functions, order, base: withBase };
}
