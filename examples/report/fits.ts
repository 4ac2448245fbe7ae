/** Functions and what networks made of them: the data as points, the truth as a wide pale line, each fit as a line. */
import type { Figure, FigureCaption } from "./figure.ts";

/** A function's values at places, in ascending order. */
export interface Line {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** One function, with a chart of its own. */
export interface FitPanel {
  readonly name: string;
  readonly truth: Line;
  /** The points that were fitted, in any order; none by default. */
  readonly data?: Line;
  /** The fits, by name: the same names in all panels, at most seven. */
  readonly fits: Readonly<Record<string, Line>>;
  /** The interval of the training data; what lies outside is extrapolation, and is shaded. None by default. */
  readonly trained?: readonly [number, number];
  /** The smallest and the largest y shown; by default, those of truth and data with a margin, so that a fit that runs away leaves the chart. */
  readonly range?: readonly [number, number];
}

export interface Fits extends FigureCaption {
  readonly panels: readonly FitPanel[];
}

export function fits(data: Fits): Figure {
  throw new Error(`fits: "${data.title}" is not drawn yet`);
}
