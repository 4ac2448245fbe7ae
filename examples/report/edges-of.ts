/** The functions that a layer has learned on its edges, measured by calling it. So they hold for every kind of layer. */
import { type Input, type Layer, noGrad, type Sequential, type Tensor, tensor } from "polygrad";
import type { Edge } from "./edges.ts";

/**
 * A layer whose outputs are sums of functions of one input each: `Polynomial`, `BSpline`, `RadialBasis`, `Linear`.
 */
export interface EdgeLayer extends Layer {
  readonly inputs: number;
  readonly outputs: number;
}

/** Which edges; all by default, and several conditions must all hold. */
export interface EdgeChoice {
  /** Only the strongest of all, this many; strongest first. */
  readonly strongest?: number;
  /** Only the strongest into each output, this many. */
  readonly perOutput?: number;
  /** Only those from these inputs. */
  readonly inputs?: readonly number[];
  /** Only those to these outputs. */
  readonly outputs?: readonly number[];
  /** The number of places of a curve; 65 by default. */
  readonly places?: number;
}

/** The number of quantiles that stand for the inputs met, in a figure and for the strength of an edge. */
const SHOWN = 64;
const WEIGHED = 24;

/** Whether a layer has edges with functions on them. */
export function isEdgeLayer(layer: Layer): layer is EdgeLayer {
  return (
    "inputs" in layer && "outputs" in layer && typeof layer.inputs === "number" && typeof layer.outputs === "number"
  );
}

/** What the layer number `at` of a model meets, as rows [rows, inputs], when the model is given `x`. */
export function inputsOf(model: Sequential, at: number, x: Input): Tensor {
  const met = noGrad(() => model.layers.slice(0, at).reduce((y, layer) => layer.forward(y), x));
  const value = "value" in met ? met.value : met;
  const last = value.shape.at(-1) ?? 1;
  return value.reshape([value.size / last, last]);
}

/**
 * The functions of edges of a layer over the range of the rows `met` [rows, inputs] that it meets (see `inputsOf`).
 * The constant of an edge is left out, y is 0 at x = 0: only the sum of all constants counts.
 */
export function edgesOf(layer: EdgeLayer, met: Tensor, choice: EdgeChoice = {}): Edge[] {
  const { strongest, perOutput, places = 65 } = choice;
  const inputs = choice.inputs ?? Array.from({ length: layer.inputs }, (_, i) => i);
  const outputs = choice.outputs ?? Array.from({ length: layer.outputs }, (_, o) => o);
  const apart = "elementwise" in layer && layer.elementwise === true;
  const column = columnsOf(met);
  const strengths = strengthsBy(layer, column);
  const chosen = inputs.flatMap((input) =>
    outputs
      .filter((output) => !apart || output === input)
      .map((output) => ({ input, output, strength: strengths[input][output] })),
  );
  // Their curves are measured for the chosen edges only: a first layer may have ten thousands.
  const kept = strongestOf(chosen, strongest, perOutput);
  const measured = new Map<number, { x: Float64Array; met: Float64Array; y: Float64Array[] }>();
  for (const { input } of kept) {
    if (measured.has(input)) continue;
    const quantiles = quantilesOf(column(input), SHOWN);
    const [least, greatest] = [quantiles[0], quantiles[SHOWN - 1]];
    const x = Float64Array.from({ length: places }, (_, k) => least + ((greatest - least) * k) / (places - 1));
    measured.set(input, { x, met: quantiles, y: responses(layer, input, x) });
  }
  return kept.flatMap((edge) => {
    const curve = measured.get(edge.input);
    return curve === undefined ? [] : [{ ...edge, x: curve.x, y: curve.y[edge.output], met: curve.met }];
  });
}

/** All of the edges, or of those that are the strongest into their outputs the strongest, in that order. */
function strongestOf<E extends Pick<Edge, "output" | "strength">>(
  all: readonly E[],
  most: number | undefined,
  perOutput = Number.POSITIVE_INFINITY,
): readonly E[] {
  if (most === undefined && perOutput === Number.POSITIVE_INFINITY) return all;
  const counts = new Map<number, number>();
  return all
    .toSorted((a, b) => b.strength - a.strength)
    .filter(({ output }) => {
      const count = (counts.get(output) ?? 0) + 1;
      counts.set(output, count);
      return count <= perOutput;
    })
    .slice(0, most);
}

/** How much each edge contributes, by input and output: the standard deviation of its values over the inputs met. */
export function strengthsOf(layer: EdgeLayer, met: Tensor): Float64Array[] {
  return strengthsBy(layer, columnsOf(met));
}

function strengthsBy(layer: EdgeLayer, column: (input: number) => Float64Array): Float64Array[] {
  return Array.from({ length: layer.inputs }, (_, input) => {
    const sorted = column(input);
    const quantiles = Float64Array.from(
      { length: WEIGHED },
      (_, k) => sorted[Math.floor(((k + 0.5) / WEIGHED) * sorted.length)],
    );
    // A pixel that is the same in nearly all images.
    if (quantiles[0] === quantiles[WEIGHED - 1]) return new Float64Array(layer.outputs);
    return Float64Array.from(responses(layer, input, quantiles).map(deviation));
  });
}

/** The values of all edges from an input, one list for each output. All other inputs are 0. */
function responses(layer: EdgeLayer, input: number, x: Float64Array): Float64Array[] {
  const rows = new Float32Array((x.length + 1) * layer.inputs);
  for (const [k, value] of x.entries()) rows[k * layer.inputs + input] = value;
  const y = noGrad(() => layer.forward(tensor(rows).reshape([x.length + 1, layer.inputs]))).value.clone().data;
  return Array.from({ length: layer.outputs }, (_, output) => {
    const zero = y[x.length * layer.outputs + output];
    return Float64Array.from(x, (_, k) => y[k * layer.outputs + output] - zero);
  });
}

/** The columns of a matrix, each in ascending order. */
function columnsOf(met: Tensor): (column: number) => Float64Array {
  const [rows, columns] = met.shape;
  const { data } = met.clone();
  return (column) => Float64Array.from({ length: rows }, (_, r) => data[r * columns + column]).sort();
}

/** Quantiles of sorted values, from the least to the greatest. */
function quantilesOf(sorted: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (count - 1))]);
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
