/** B-splines: piecewise polynomials, smooth where the pieces meet, as weighted sums of a few local functions. */
import { contiguous } from "../copy.ts";
import { launch } from "../kernels/launch.ts";
import { splineKernel, splineListsKernel } from "../kernels/spline/forward.ts";
import { composed, type Primitive, primitive, type Ternary, type Unary } from "../operation.ts";
import type { Tensor } from "../tensor.ts";
import { firstAxisLast, launchRows } from "./edges.ts";
import { functionsOf, SPLINE, splineSettings } from "./knots.ts";
import { byteListsFor } from "./zeros.ts";

/**
 * The B-spline basis functions at every element: x [..., inputs], knots [inputs, functions + order + 1] -> [...,
 * inputs, functions]. Function k is made of polynomials of degree `order`, and is not 0 between the knots k and k +
 * order + 1:
 *
 * B_k,0(x) = 1 if t_k <= x < t_k+1, else 0, and for d = 1 ... order (Cox & de Boor, 1972)
 * B_k,d(x) = (x - t_k) / (t_k+d - t_k) B_k,d-1(x) + (t_k+d+1 - x) / (t_k+d+1 - t_k+1) B_k+1,d-1(x).
 *
 * The knots of an input ascend. Some may be equal: what would be divided by 0 counts as 0, and every equal knot makes
 * the functions less smooth there by one derivative. Between the knots `order` and `functions` the functions add up to
 * 1; outward from there they fade, and before the first knot, at the last one and after it all of them are 0. At a
 * knot, derivatives are those from the right. The knots are not differentiated.
 * @throws ShapeError if the shapes do not fit together; ValueError unless the order is a positive integer
 */
export const bsplines: Unary<[knots: Tensor, order: number]> = composed("bsplines", 1, SPLINE, (x, knots, order) => {
  functionsOf("bsplines", x, knots, order);
  const last = knots.shape[1] - 1;
  const each = x.unsqueeze(-1);
  const between = (from: number, to: number): Tensor => knots.slice(1, from, to);
  let values = each.ge(between(0, last)).mul(each.lt(between(1, last + 1)));
  for (let d = 1; d <= order; d++) {
    const widths = between(d, last + 1).sub(between(0, last + 1 - d));
    const inverse = widths.gt(0).div(widths.add(widths.eq(0)));
    const rising = each.sub(between(0, last - d)).mul(inverse.slice(1, 0, last - d));
    const falling = each.sub(between(d + 1, last + 1)).mul(inverse.slice(1, 1).neg());
    values = rising.mul(values.slice(-1, 0, last - d)).add(falling.mul(values.slice(-1, 1)));
  }
  return values;
});

/**
 * y[b, o] = sum_i (sum_k weight[o, i, k] B_k(x[b, i]) + base[o, i] silu(x[b, i])) with the functions B_k that
 * `bsplines` gives, on the knots of input i (Liu et al. 2024): x [batch, inputs], weight [outputs, inputs, functions],
 * base [outputs, inputs], knots [inputs, functions + order + 1] -> [batch, outputs]. The number 0 for a base leaves it
 * away. Weights that are stored as [inputs, functions, outputs] and [inputs, outputs] are used without copying.
 * @throws ShapeError if the shapes do not fit together; ValueError unless the order is a positive integer
 */
export const spline: Primitive<Ternary<[knots: Tensor, order: number]>> = primitive(
  "spline",
  3,
  SPLINE,
  (x, weight, base, knots, order) => {
    const settings = splineSettings(x, weight, base, knots, order);
    const own = [firstAxisLast(weight), knots, ...(settings.base ? [firstAxisLast(base)] : [])];
    const [rows, { outputs }] = [x.shape[0], settings];
    const lists = byteListsFor(x, outputs, own);
    if (lists === undefined) return launchRows(splineKernel, settings, [x, ...own], [rows, outputs]);
    return launch(splineListsKernel, settings, [lists, ...own.map(contiguous)], [rows, outputs], [rows]);
  },
);
