/** The learned functions of edges, as small curves over the range of the inputs that they meet. */
import type { Figure, FigureCaption } from "./figure.ts";

/** The function of one edge, from one input of a layer to one output. */
export interface Edge {
  /** The numbers of the input and of the output, counted from 0. */
  readonly input: number;
  readonly output: number;
  /** Places from the least to the greatest input met, and the function there, less its value at 0. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Quantiles of the inputs met, in ascending order: where the edge is used. */
  readonly met: Float64Array;
  /** How much the edge contributes: the standard deviation of its values over the inputs met. */
  readonly strength: number;
}

export interface Edges extends FigureCaption {
  readonly edges: readonly Edge[];
  /** What an edge is called; "input -> output" by their numbers, by default. */
  readonly name?: (edge: Edge) => string;
}

/** Curves side by side, with one vertical scale; the strip below each shows where its inputs lie. */
export function edges(data: Edges): Figure {
  throw new Error(`edges: "${data.title}" is not drawn yet`);
}
