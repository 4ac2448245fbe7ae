/** The gradient checker: holds every gradient of a function against central differences, in double precision. */
import { normal, Random, type Tensor, toFloat64 } from "@polygrad/tensor";
import { GradientError } from "./errors.ts";
import { type Differentiable, grad } from "./transforms.ts";
import { constant, noGrad } from "./variable.ts";

/** How `checkGradients` judges. */
export interface CheckOptions {
  /** 1 checks first derivatives, 2 also the derivatives of the gradients, and so on. */
  readonly order?: number;
  /** Allowed difference, relative to the larger of 1 and the values. */
  readonly tolerance?: number;
  /** Half the width of the central difference, relative to the larger of 1 and |x|. */
  readonly step?: number;
  /** Names the function in the error. */
  readonly name?: string;
}

/** A gradient that is not what the function's values say. */
export class GradientMismatch extends GradientError {
  override readonly name = "GradientMismatch";
}

/**
 * Checks the gradients of f by all of its inputs at a point, element by element, in float64.
 *
 * A result with many elements is contracted with random weights c: the gradient of s(x) = <c, f(x)> is compared with
 * (s(x + h) - s(x - h)) / 2h, whose error is about h^2 |s'''| / 6 + 2^-53 |s| / h: near 1e-10 for the default h = 1e-5.
 * For order 2 the same is done to <d, grad s>, and so on.
 * @returns the largest difference found.
 * @throws GradientMismatch naming the order, the input, the index and both values.
 */
export function checkGradients(f: Differentiable, inputs: readonly Tensor[], options: CheckOptions = {}): number {
  const { order = 1, tolerance = 1e-6, step = 1e-5, name = f.name || "the function" } = options;
  const points = inputs.map(toFloat64);
  const random = new Random(0);
  const which = points.map((_, k) => k);
  let scalar = contracted(f, points, random);
  let worst = 0;
  for (let n = 1; n <= order; n++) {
    const current = scalar;
    const gradients = grad(current, which)(...points);
    for (const [k, point] of points.entries()) {
      const analytic = gradients[k].value.clone().data;
      for (let i = 0; i < point.size; i++) {
        const numeric = centralDifference(current, points, point, i, step);
        const found = analytic[i];
        const difference = Math.abs(found - numeric) / Math.max(1, Math.abs(found), Math.abs(numeric));
        if (!(difference <= tolerance))
          throw new GradientMismatch(
            `checkGradients: order ${n} of ${name}: gradient by input ${k} at index ${i} is ${found}, ` +
              `but its values say ${numeric}`,
          );
        worst = Math.max(worst, difference);
      }
    }
    const directions = points.map(({ shape }) => toFloat64(normal(shape, random)));
    scalar = (...xs) =>
      grad(
        current,
        which,
      )(...xs)
        .map((gradient, k) => gradient.mul(directions[k]).sum())
        .reduce((sum, part) => sum.add(part));
  }
  return worst;
}

/** x -> <c, f(x)> with fixed random weights c. */
function contracted(f: Differentiable, points: readonly Tensor[], random: Random): Differentiable {
  const { shape } = noGrad(() => f(...points.map((point) => constant(point))));
  const weights = toFloat64(normal(shape, random));
  return (...xs) =>
    f(...xs)
      .mul(weights)
      .sum();
}

function centralDifference(
  f: Differentiable,
  points: readonly Tensor[],
  point: Tensor,
  i: number,
  step: number,
): number {
  const before = point.data[i];
  const h = step * Math.max(1, Math.abs(before));
  const at = (x: number) => {
    point.data[i] = x;
    return noGrad(() => f(...points.map((tensor) => constant(tensor)))).item();
  };
  const difference = (at(before + h) - at(before - h)) / (2 * h);
  point.data[i] = before;
  return difference;
}
