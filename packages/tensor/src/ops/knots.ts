/** The knots of splines: how operations that take them check them. */
import { instance, integerFrom } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { Numeric } from "../operand.ts";
import { type Parameter, required } from "../parameters.ts";
import { show } from "../shape.ts";
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
      `${operation}: needs [..., inputs] and knots [inputs, functions + order + 1], of order ${order} ${order + 2} or more, ` +
        `got ${show(x.shape)} and ${show(knots.shape)}`,
    );
  return count - order - 1;
}
