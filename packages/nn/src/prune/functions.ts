/** The learned functions of a layer's edges, for pruning: sums of known functions of the input, with coefficients. */
import type { Variable } from "@polygrad/autograd";
import { assign, concat, type Tensor, tensor, toFloat64 } from "@polygrad/tensor";
import { Polynomial } from "../polynomial.ts";
import { BSpline } from "../spline.ts";

/** The layers whose edges can be removed. */
export type EdgeLayer = Polynomial | BSpline;

/** Whether a layer has such edges. */
export function isEdgeLayer(layer: object): layer is EdgeLayer {
  return layer instanceof Polynomial || layer instanceof BSpline;
}

/** Whether each output has an edge only from its own input. */
export function isElementwise(layer: EdgeLayer): boolean {
  return layer instanceof Polynomial && layer.elementwise;
}

/** Whether the first function of an edge is the constant 1, and each of the others is worth removing alone. */
export function hasTerms(layer: EdgeLayer): boolean {
  return layer instanceof Polynomial;
}

/** The parameters that hold the coefficients, by field, each with the number of coefficients of an edge. */
export function coefficientsOf(layer: EdgeLayer): (readonly [field: string, parameter: Variable, count: number])[] {
  if (layer instanceof Polynomial) return [["weight", layer.weight, layer.degree + 1]];
  const splines = ["weight", layer.weight, layer.grid + layer.order] as const;
  return layer.baseWeight ? [splines, ["baseWeight", layer.baseWeight, 1]] : [splines];
}

/** The values of the functions at x, [rows, inputs], in float64: [rows, inputs, functions]. */
export function functionsAt(layer: EdgeLayer, x: Tensor): Tensor {
  if (layer instanceof Polynomial)
    return (layer.squash === "tanh" ? x.tanh() : x).polynomials(layer.degree, layer.basis);
  const splines = x.bsplines(toFloat64(layer.knots.value), layer.order);
  return layer.baseWeight ? concat([splines, x.mul(x.sigmoid()).unsqueeze(-1)], -1) : splines;
}

/** The coefficients of all edges, edge by edge: those of the first parameter, then those of the second. */
export function gathered(layer: EdgeLayer, of: (parameter: Variable) => Tensor): Float32Array {
  const parts = coefficientsOf(layer).map(([, parameter, count]) => of(parameter).reshape([-1, count]));
  return Float32Array.from(concat(parts, 1).data);
}

/** The tensors, by field of the layer, that have these coefficients in the shapes of its parameters. */
export function scattered(layer: EdgeLayer, coefficients: Float32Array): (readonly [field: string, values: Tensor])[] {
  const all = coefficientsOf(layer);
  const total = all.reduce((sum, [, , count]) => sum + count, 0);
  const table = tensor(coefficients).reshape([coefficients.length / total, total]);
  let from = 0;
  return all.map(([field, { shape }, count]) => {
    from += count;
    return [field, table.slice(1, from - count, from).reshape(shape)];
  });
}

/** Writes coefficients to the parameters. */
export function write(layer: EdgeLayer, coefficients: Float32Array): void {
  const values = scattered(layer, coefficients);
  for (const [k, [, parameter]] of coefficientsOf(layer).entries()) assign(parameter.value, values[k][1]);
}
