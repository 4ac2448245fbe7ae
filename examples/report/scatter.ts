/** Measured points with error bars, joined by lines, and published points beside them; x may be logarithmic. */
import type { Figure, FigureCaption } from "./figure.ts";

/** A point with the spread of its seeds. */
export interface MeasuredPoint {
  readonly x: number;
  /** The mean. */
  readonly y: number;
  /** Half the length of the error bar, such as the standard deviation; no bar by default. */
  readonly error?: number;
}

export interface MeasuredSeries {
  readonly name: string;
  readonly points: readonly MeasuredPoint[];
}

/** A result of somebody else. */
export interface PublishedPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface Scatter extends FigureCaption {
  /** The label of the horizontal axis, such as "parameters". */
  readonly x: string;
  readonly y: string;
  /** "log" by default. */
  readonly scale?: "linear" | "log";
  /** Whether y is a share, from 0 to 1, to be shown in percent; false by default. */
  readonly percent?: boolean;
  /** The smallest and the largest y shown; those of the data by default. Points outside are left out, and counted in the description. */
  readonly range?: readonly [number, number];
  /** At most seven. */
  readonly series: readonly MeasuredSeries[];
  /** Hollow points with their names; none by default. */
  readonly published?: readonly PublishedPoint[];
}

/** A frontier: what is reached for how much. */
export function scatter(data: Scatter): Figure {
  throw new Error(`scatter: "${data.title}" is not drawn yet`);
}
