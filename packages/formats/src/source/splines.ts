/** The constants of a spline layer, as its source needs them. Order of operations: tensor/kernels/spline/forward.ts. */
import { type Floats, tensor, zeros } from "@polygrad/tensor";
import type { SplineStep } from "../network/steps.ts";

/** The number of functions on the knots of an input. */
function functionsOf({ weight, inputs, outputs }: SplineStep): number {
  return weight.length / inputs / outputs;
}

/** How many knots an input has, and how far its row is from the one before in `paddedKnots`: 0 if all have the same. */
export function knotsOf(step: SplineStep): { readonly count: number; readonly stride: number } {
  const count = functionsOf(step) + step.order + 1;
  const isShared = step.knots.every((knot, at) => knot === step.knots[at % count]);
  return { count, stride: isShared ? 0 : count + 2 * (step.order + 1) };
}

/** The knots, with `order` + 1 more of the first and of the last at the ends; one row if all inputs have the same. */
export function paddedKnots(step: SplineStep): Float32Array {
  const { order, knots, inputs } = step;
  const { count, stride } = knotsOf(step);
  const rows = Array.from({ length: stride === 0 ? 1 : inputs }, (_, i) => {
    const own = [...knots.subarray(i * count, (i + 1) * count)];
    const ends = [own[0], own[count - 1]].map((knot) => new Array<number>(order + 1).fill(knot));
    return [...ends[0], ...own, ...ends[1]];
  });
  return Float32Array.from(rows.flat());
}

/**
 * The weights as rows of outputs: `order` + 1 rows of zeros, then for each input its functions and as many zeros again.
 * So function number k of input i has row i `rows` + `order` + 1 + k, and those just beyond the ends have zeros.
 */
export function paddedWeights(step: SplineStep): { readonly values: Float32Array; readonly rows: number } {
  const { order, inputs, outputs, weight } = step;
  const functions = functionsOf(step);
  const rows = functions + order + 1;
  const values = new Float32Array((order + 1 + inputs * rows) * outputs);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let k = 0; k < functions; k++)
        values[(order + 1 + i * rows + k) * outputs + o] = weight[(o * inputs + i) * functions + k];
  return { values, rows };
}

/** What each edge is at 0, [inputs, outputs], and the sum of that over the inputs, as the operation computes them. */
export function edgesAtZero(step: SplineStep): { readonly zeros: Float32Array; readonly bias: Floats } {
  const { inputs, outputs, order } = step;
  const weight = tensor(step.weight, [outputs, inputs, functionsOf(step)]);
  const knots = tensor(step.knots, [inputs, knotsOf(step).count]);
  const none = tensor(0);
  const at = (from: number, to: number) =>
    zeros([1, to - from])
      .spline(weight.slice(1, from, to), none, knots.slice(0, from, to), order)
      .clone().data;
  const each = Array.from({ length: inputs }, (_, i) => [...at(i, i + 1)]);
  return { zeros: Float32Array.from(each.flat()), bias: at(0, inputs) };
}
