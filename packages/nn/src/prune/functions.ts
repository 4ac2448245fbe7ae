/** The learned functions of a layer's edges, for pruning: sums of known functions of the input, with coefficients. */
import { constant, type Variable } from "@polygrad/autograd";
import { assign, concat, type Tensor, tensor, toFloat64 } from "@polygrad/tensor";
import { Polynomial, withConstants } from "../polynomial.ts";
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

/** The number of coefficients of an edge. */
export function sizeOf(layer: EdgeLayer): number {
  if (layer instanceof Polynomial) return layer.degree + 1;
  return layer.grid + layer.order + (layer.baseWeight ? 1 : 0);
}

/** The parameters that hold the coefficients, by field: the weight, and a polynomial's bias or a spline's base weight. */
export function parametersOf(layer: EdgeLayer): (readonly [field: string, parameter: Variable])[] {
  const [field, parameter] = layer instanceof Polynomial ? ["bias", layer.bias] : ["baseWeight", layer.baseWeight];
  const weight = ["weight", layer.weight] as const;
  return parameter === undefined ? [weight] : [weight, [field, parameter]];
}

/** The values of the functions at x, [rows, inputs], in float64: [rows, inputs, functions]. */
export function functionsAt(layer: EdgeLayer, x: Tensor): Tensor {
  if (layer instanceof Polynomial)
    return (layer.squash === "tanh" ? x.tanh() : x).polynomials(layer.degree, layer.basis);
  const splines = x.bsplines(toFloat64(layer.knots.value), layer.order);
  return layer.baseWeight ? concat([splines, x.mul(x.sigmoid()).unsqueeze(-1)], -1) : splines;
}

/**
 * The coefficients of all edges, edge by edge: of a polynomial, from degree 0 up, with a bias as the constant of the first
 * edge of its output; of a spline, those of the basis, then that of the base function.
 */
export function gathered(layer: EdgeLayer, of: (parameter: Variable) => Tensor): Float32Array {
  const weight = of(layer.weight);
  if (layer instanceof Polynomial)
    return elements(layer.bias ? withConstants(constant(weight), constant(of(layer.bias))).value : weight);
  return elements(layer.baseWeight ? concat([weight, of(layer.baseWeight).unsqueeze(-1)], -1) : weight);
}

/** The tensors, by field of the layer, that have these coefficients in the shapes of its parameters. */
export function scattered(layer: EdgeLayer, coefficients: Float32Array): (readonly [field: string, values: Tensor])[] {
  const size = sizeOf(layer);
  const edges = tensor(coefficients).reshape([coefficients.length / size, size]);
  const [[, { shape }], other] = parametersOf(layer);
  if (other === undefined) return [["weight", edges.reshape(shape)]];
  if (!(layer instanceof Polynomial))
    return [
      ["weight", edges.slice(1, 0, size - 1).reshape(shape)],
      [other[0], edges.select(1, size - 1).reshape(other[1].shape)],
    ];
  const constants = edges.select(1, 0).reshape([layer.outputs, layer.inputs]);
  return [
    ["weight", edges.slice(1, 1, size).reshape(shape)],
    [other[0], constants.select(1, 0)],
  ];
}

/** Writes coefficients to the parameters. */
export function write(layer: EdgeLayer, coefficients: Float32Array): void {
  const values = scattered(layer, coefficients);
  for (const [k, [, parameter]] of parametersOf(layer).entries()) assign(parameter.value, values[k][1]);
}

function elements(x: Tensor): Float32Array {
  return Float32Array.from(x.clone().data);
}
