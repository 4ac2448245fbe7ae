/** The gradient checker: compares every gradient of a function with central differences, in double precision. */
import { ArgumentError, normal, Random, type Tensor, toFloat64 } from "@polygrad/tensor";
import { callable, checkOptions, described, integerFrom, numberFrom, text } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";
import { noGrad } from "./recording.ts";
import { type Differentiable, grad } from "./transforms.ts";
import { constant, Variable } from "./variable.ts";

/** Options of `checkGradients`. */
export interface CheckOptions {
  /** The highest order to check, up to 10: 1 (the default) checks the gradients, 2 also their derivatives, and so on. */
  readonly order?: number;
  /** The largest difference allowed, relative to the larger of 1 and the two values; 1e-6 by default. */
  readonly tolerance?: number;
  /** Half the width of the central difference, relative to the larger of 1 and |x|; 1e-5 by default. */
  readonly step?: number;
  /** The name of the function in the error; `f.name` by default. */
  readonly name?: string;
}

/** A gradient that disagrees with the central differences of the function's values. */
export class GradientMismatch extends GradientError {
  override readonly name = "GradientMismatch";
}

/**
 * Checks the gradients of f with respect to all of its inputs at one point, element by element, in float64.
 *
 * A result with many elements is contracted with random weights c: the gradient of s(x) = <c, f(x)> is compared with
 * (s(x + h) - s(x - h)) / 2h, whose error is about h^2 |s'''| / 6 + 2^-53 |s| / h: near 1e-10 for the default h = 1e-5.
 * Order 2 does the same with <d, grad s> for random d, and so on. The inputs are copied, not changed.
 * @param inputs the point: tensors of any shapes
 * @returns the largest difference found, relative as in `tolerance`
 * @throws ArgumentError or ValueError if an argument is of the wrong kind or an option out of range; GradientMismatch
 * if a gradient is wrong: its message gives the order, the input, the index and both values
 */
export function checkGradients(f: Differentiable, inputs: readonly Tensor[], options: CheckOptions = {}): number {
  callable("checkGradients", "the function", f);
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new ArgumentError(`checkGradients: needs an array of tensors, the point, got ${described(inputs)}`);
  checkOptions("checkGradients", options, {
    order: integerFrom(1, 10),
    tolerance: numberFrom(0),
    step: numberFrom(Number.MIN_VALUE, 1),
    name: text,
  });
  const { order = 1, tolerance = 1e-6, step = 1e-5, name = f.name || "the function" } = options;
  const points = Array.from(inputs, (input) => toFloat64(input));
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
            `checkGradients: order ${n} of ${name}: the gradient with respect to input ${k} at index ${i} ` +
              `is ${found}, but central differences give ${numeric}; check the rule for that input`,
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

/** The function x -> <c, f(x)> with fixed random weights c. */
function contracted(f: Differentiable, points: readonly Tensor[], random: Random): Differentiable {
  const y = noGrad(() => f(...points.map((point) => constant(point))));
  if (!(y instanceof Variable))
    throw new ArgumentError(`checkGradients: the function must return a variable, got ${described(y)}`);
  const { shape } = y;
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
