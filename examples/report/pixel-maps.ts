/** Quantities that belong to the pixels of the input, as images: the energy of the weights of each degree, for example. */
import { type Drawing, type Figure, type FigureCaption, figure, rows } from "./figure.ts";
import { plain } from "./format.ts";
import { viridis } from "./plot.ts";
import { raster } from "./raster.ts";
import { label } from "./svg.ts";

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

/** Maps side by side. Below each stand its greatest value, which is the brightest, and its share of the sum of all. */
export function pixelMaps(data: PixelMaps): Figure {
  const { width, height, maps, shared = false } = data;
  const sums = maps.map(({ values }) => sumOf(values));
  const all = sumOf(sums);
  const greatest = Math.max(...maps.map(({ values }) => most(values)));
  const told = maps.map(({ name }, k) => `${name}: ${share(sums[k], all)} of the sum`);
  const description = `Images of ${data.value} for each pixel. ${told.join("; ")}.`;
  return figure(data, description, (wide) =>
    rows(maps, wide, { least: 140, gap: 14, most: 4 }, ({ name, values }, each, _, k) =>
      mapOf(name, values, [width, height], shared ? greatest : most(values), share(sums[k], all), Math.min(each, 200)),
    ),
  );
}

function mapOf(
  name: string,
  values: ArrayLike<number>,
  [columns, lines]: readonly [number, number],
  brightest: number,
  part: string,
  side: number,
): Drawing {
  const high = (side * lines) / columns;
  return {
    height: high + 58,
    content: [
      label(0, 12, name, { class: "strong" }),
      raster(heat(values, brightest), [columns, lines], { x: 0, y: 20, width: side, height: high }),
      label(0, high + 36, `brightest ${plain(Number(brightest.toPrecision(3)))}`, { class: "muted small" }),
      label(0, high + 51, `${part} of the sum`, { class: "muted small" }),
    ].join(""),
  };
}

/** The colours of values, from 0 to the brightest. */
export function heat(values: ArrayLike<number>, brightest: number): Uint8Array {
  const colours = Array.from({ length: 256 }, (_, k) => bytes(viridis(k / 255)));
  const rgb = new Uint8Array(3 * values.length);
  for (let k = 0; k < values.length; k++)
    rgb.set(colours[Math.round(255 * (brightest > 0 ? Math.min(1, Math.max(0, values[k] / brightest)) : 0))], 3 * k);
  return rgb;
}

/** The three bytes of a colour "#rrggbb" or "rgb(r, g, b)". */
function bytes(colour: string): number[] {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  return hex ? hex.slice(1).map((two) => Number.parseInt(two, 16)) : (colour.match(/\d+/g) ?? []).map(Number);
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum;
}

function most(values: ArrayLike<number>): number {
  let greatest = 0;
  for (let k = 0; k < values.length; k++) greatest = Math.max(greatest, values[k]);
  return greatest;
}

function share(part: number, all: number): string {
  return all > 0 ? `${((100 * part) / all).toFixed(1)} %` : "0 %";
}
