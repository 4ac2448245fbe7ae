/** A map of settings: each cell has the colour of its result, and a cross where training failed. */
import type { Figure, FigureCaption } from "./figure.ts";

/** The result of one setting. */
export interface HeatCell {
  readonly x: number | string;
  readonly y: number | string;
  /** Undefined if training failed: the loss was not finite. */
  readonly value: number | undefined;
}

/** One map of several that share their colours: for example, that of one depth. */
export interface HeatPanel {
  readonly name: string;
  readonly cells: readonly HeatCell[];
}

export interface HeatMap extends FigureCaption {
  /** What lies along x and y, such as "degree" and "hidden units". Places are in the order of the cells. */
  readonly x: string;
  readonly y: string;
  /** What the colours mean, such as "test accuracy". */
  readonly value: string;
  /** Whether values are shares, from 0 to 1, to be shown in percent; false by default. */
  readonly percent?: boolean;
  /** The values of the darkest and of the brightest colour; those of the data by default. */
  readonly range?: readonly [number, number];
  readonly panels: readonly HeatPanel[];
}

export function heatMap(data: HeatMap): Figure {
  throw new Error(`heatMap: "${data.title}" is not drawn yet`);
}
