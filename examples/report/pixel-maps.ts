/** Quantities that belong to the pixels of the input, as images: the energy of the weights of each degree, for example. */
import type { Figure, FigureCaption } from "./figure.ts";

export interface PixelMap {
  readonly name: string;
  /** One value for each pixel, none of them negative, row by row. */
  readonly values: ArrayLike<number>;
}

export interface PixelMaps extends FigureCaption {
  readonly width: number;
  readonly height: number;
  /** What the values are, such as "sum of squared weights". */
  readonly value: string;
  /** Whether all maps share one scale of colours; false by default: each has its own. */
  readonly shared?: boolean;
  readonly maps: readonly PixelMap[];
}

export function pixelMaps(data: PixelMaps): Figure {
  throw new Error(`pixelMaps: "${data.title}" is not drawn yet`);
}
