/** The gradients of `spline`, computed on tensors. Read gradients.ts first. */
import { contiguous } from "../copy.ts";
import { blankLike } from "../elements.ts";
import { launchAll } from "../kernels/launch.ts";
import { splineInputsKernel } from "../kernels/spline/inputs.ts";
import { splineListsWeightsKernel, splineWeightsKernel } from "../kernels/spline/weights.ts";
import type { Destinations, Gradients } from "../operation.ts";
import type { Tensor } from "../tensor.ts";
import { checkGradient, firstAxisLast, launchRows } from "./edges.ts";
import { asWeight, targetOf } from "./gradients.ts";
import { splineSettings } from "./knots.ts";
import { listsOf } from "./zeros.ts";

/**
 * The gradients with respect to the x, weight and base of `spline`. Those of weight and base are computed in one pass.
 * @throws ShapeError unless g has the shape of the result
 */
export function splineBackward(
  [dx, dweight, dbase]: Destinations,
  g: Tensor,
  _y: Tensor,
  x: Tensor,
  weight: Tensor,
  base: Tensor,
  knots: Tensor,
  order: number,
): Gradients {
  const settings = splineSettings(x, weight, base, knots, order);
  checkGradient("spline", g, [x.shape[0], settings.outputs]);
  const pair = settings.base ? [weight, base] : [weight];
  const operands = [x, firstAxisLast(weight), knots, ...(settings.base ? [firstAxisLast(base)] : [])];
  const gradient = dx && launchRows(splineInputsKernel, settings, [g, ...operands], x.shape);
  if (dweight === undefined && (dbase === undefined || !settings.base))
    return [gradient, undefined, dbase && blankLike(base)];
  const places = [dweight?.into, dbase?.into];
  const targets = pair.map((each, k) => targetOf(places[k], each));
  const [found, rows] = [listsOf(x, g), x.shape[0]];
  const lists = found === undefined || found.wide ? undefined : found.lists;
  const kernel = lists === undefined ? splineWeightsKernel : splineListsWeightsKernel;
  const written =
    x.size * settings.outputs > 0
      ? launchAll(kernel, settings, [g, lists ?? x, knots].map(contiguous), targets, [rows])
      : pair.map((each) => blankLike(firstAxisLast(each)));
  const [ofWeight, ofBase] = written.map((each, k) => asWeight(places[k], targets[k], each));
  return [gradient, dweight && ofWeight, dbase && (ofBase ?? blankLike(base))];
}
