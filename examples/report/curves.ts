/** Curves over epochs or steps: the mean of several seeds as a line, their range as a band. */
import type { Figure, FigureCaption } from "./figure.ts";

/** A quantity, as it went in each of several runs. */
export interface RunSeries {
  readonly name: string;
  /** The values of each run, one after the other: at x = 1, 2, 3, ..., or at `x`. Runs may end early. */
  readonly runs: readonly (readonly number[])[];
  /** Where the values lie; 1, 2, 3, ... by default. */
  readonly x?: readonly number[];
}

export interface Curves extends FigureCaption {
  /** What the values are: the label of the axis, such as "test loss". */
  readonly y: string;
  /** What they lie over; "epoch" by default. */
  readonly x?: string;
  /** Whether the vertical axis is logarithmic; "linear" by default. */
  readonly scale?: "linear" | "log";
  /** Whether values are shares, from 0 to 1, to be shown in percent; false by default. */
  readonly percent?: boolean;
  /** The smallest and the largest value shown; those of the data by default. */
  readonly range?: readonly [number, number];
  /** At most seven. */
  readonly series: readonly RunSeries[];
}

/** Training curves. A band reaches from the lowest to the highest of the runs; a series of one run has none. */
export function curves(data: Curves): Figure {
  throw new Error(`curves: "${data.title}" is not drawn yet`);
}
