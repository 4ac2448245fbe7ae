/** The functions that a layer has learned on its edges, measured by calling the layer: any layer whose outputs are sums over its inputs. */
import type { Input, Layer, Sequential, Tensor } from "polygrad";
import type { Edge } from "./edges.ts";

/** A layer with a function on every edge: `Polynomial`, `BSpline`, `RadialBasis`, `Linear`. */
export interface EdgeLayer extends Layer {
  readonly inputs: number;
  readonly outputs: number;
}

/** Which edges; all by default. */
export interface EdgeChoice {
  /** Only the strongest of all, this many, strongest first. */
  readonly strongest?: number;
  /** Only those from these inputs. */
  readonly inputs?: readonly number[];
  /** Only those to these outputs. */
  readonly outputs?: readonly number[];
}

/** What a layer of a model meets: the input of `model.layers[at]`, as rows, for inputs of the model. */
export function inputsOf(model: Sequential, at: number, x: Input): Tensor {
  throw new Error(`inputsOf: not there yet ${model} ${at} ${x}`);
}

/**
 * The functions of edges of a layer, over the range of the rows `met` [rows, inputs] that it meets (see `inputsOf`).
 * An edge's constant is left out, since only the sum of the constants of all edges matters: y is 0 at x = 0.
 */
export function edgesOf(layer: EdgeLayer, met: Tensor, choice: EdgeChoice = {}): Edge[] {
  throw new Error(`edgesOf: not there yet ${layer} ${met} ${choice}`);
}
