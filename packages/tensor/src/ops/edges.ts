/** How the polynomial kernels are launched: shapes are checked, and empty operands give zeros. */
import { assign, contiguous, widened } from "../copy.ts";
import { blankLike } from "../elements.ts";
import { ShapeError } from "../errors.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { launch } from "../kernels/launch.ts";
import type { Target } from "../kernels/operands.ts";
import type { PolynomialSettings } from "../kernels/polynomial/forward.ts";
import { type Shape, sameShape, show, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { permute } from "./view.ts";

/** The settings of the kernels of `polynomial`. @throws ShapeError if the shapes do not fit together. */
export function polynomialSettings(x: Tensor, weight: Tensor, constants: boolean): PolynomialSettings {
  const [outputs, inputs, terms] = weight.shape;
  if (x.rank !== 2 || weight.rank !== 3 || x.shape[1] !== inputs || terms < 1 + Number(constants))
    throw new ShapeError(
      `polynomial: needs [batch, inputs] and [outputs, inputs, ${constants ? "degree + 1" : "degree"}] with degree >= 1, ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  return { inputs, outputs, degree: terms - Number(constants), constants };
}

/** The settings of the kernels of `elementwisePolynomial`. @throws ShapeError if the shapes do not fit together. */
export function elementwiseSettings(x: Tensor, weight: Tensor): PolynomialSettings {
  const [inputs, terms] = weight.shape;
  if (x.rank === 0 || weight.rank !== 2 || x.shape.at(-1) !== inputs || terms < 2)
    throw new ShapeError(
      `elementwisePolynomial: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  return { inputs, outputs: inputs, degree: terms - 1, constants: true };
}

/** A weight [a, b, ...] as [b, ..., a]: so the kernels read it, and so layers store it. */
export function firstAxisLast(weight: Tensor): Tensor {
  return permute(weight, [...weight.shape.keys()].slice(1).concat(0));
}

/** The inverse of `firstAxisLast`. */
export function lastAxisFirst(weight: Tensor): Tensor {
  return permute(weight, [weight.rank - 1, ...weight.shape.keys()].slice(0, -1));
}

/** Checks the gradient of a result. @throws ShapeError unless it has the result's shape. */
export function checkGradient(operation: string, g: Tensor, shape: Shape): void {
  if (!sameShape(g.shape, shape))
    throw new ShapeError(`${operation}: the gradient must be ${show(shape)}, got ${show(g.shape)}`);
}

/** Launches a kernel over the rows of x. Without rows, or without elements in them, the result is zero. */
export function launchRows<Settings extends Pick<PolynomialSettings, "inputs" | "outputs">>(
  kernel: Kernel<Settings>,
  settings: Settings,
  operands: readonly Tensor[],
  target: Target,
): Tensor {
  const rows = sizeOf(operands[0].shape.slice(0, -1));
  if (rows * settings.inputs * settings.outputs > 0)
    return launch(kernel, settings, operands.map(contiguous), target, [rows]);
  const [like] = widened(...operands);
  return target instanceof Tensor ? assign(target, blankLike(target)) : blankLike(like, target);
}
