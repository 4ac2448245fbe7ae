/**
 * A drawing as strokes, and as the image that the network gets, made as those of MNIST were: the ink fits a box of 20 x 20
 * pixels, and its centre of mass is the centre of the 28 x 28 pixels (LeCun, Cortes, Burges 1998): on average, that is
 * the middle of the pixel to the lower right of the true centre.
 */
import { PIXELS, SIDE } from "./codec.ts";

/** A place on the pad, from (0, 0) at the upper left to (1, 1). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Stroke = readonly Point[];

/** The side of the box, and half the width of a line, in pixels. */
const BOX = 20;
const PEN = 1.1;
/** Where the centre of mass goes, from the upper left corner. */
const CENTRE = SIDE / 2 + 0.5;
/** The least size of a drawing, as a share of the pad: smaller ones are not enlarged further, so that a dot is a dot. */
const LEAST = 0.2;

/** The image of a drawing, [SIDE, SIDE], in bytes; empty without strokes. */
export function imageOf(strokes: readonly Stroke[]): Uint8Array {
  const points = strokes.flat();
  if (points.length === 0) return new Uint8Array(PIXELS);
  const [left, right] = extent(points.map(({ x }) => x));
  const [top, bottom] = extent(points.map(({ y }) => y));
  const scale = (BOX - 2 * PEN) / Math.max(right - left, bottom - top, LEAST);
  const placed = (shift: Point) =>
    strokes.map((stroke) =>
      stroke.map(({ x, y }) => ({
        x: CENTRE + scale * (x - (left + right) / 2) + shift.x,
        y: CENTRE + scale * (y - (top + bottom) / 2) + shift.y,
      })),
    );
  const centre = centreOf(inked(placed({ x: 0, y: 0 })));
  return inked(placed({ x: CENTRE - centre.x, y: CENTRE - centre.y }));
}

/** The centre of mass of an image, in pixels from its upper left corner. */
export function centreOf(image: Uint8Array): Point {
  let [mass, x, y] = [0, 0, 0];
  for (const [at, value] of image.entries()) {
    mass += value;
    x += value * ((at % SIDE) + 0.5);
    y += value * (Math.floor(at / SIDE) + 0.5);
  }
  return mass === 0 ? { x: CENTRE, y: CENTRE } : { x: x / mass, y: y / mass };
}

function extent(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Draws lines with a round pen: a pixel is as dark as its centre is near to a line, with an edge one pixel wide. */
function inked(strokes: readonly Stroke[]): Uint8Array {
  const image = new Uint8Array(PIXELS);
  for (const stroke of strokes)
    for (const [k, to] of stroke.entries()) {
      const from = stroke[Math.max(k - 1, 0)];
      const reach = PEN + 1;
      const [firstX, lastX] = pixels(Math.min(from.x, to.x) - reach, Math.max(from.x, to.x) + reach);
      const [firstY, lastY] = pixels(Math.min(from.y, to.y) - reach, Math.max(from.y, to.y) + reach);
      for (let row = firstY; row <= lastY; row++)
        for (let column = firstX; column <= lastX; column++) {
          const distance = distanceTo(from, to, { x: column + 0.5, y: row + 0.5 });
          const ink = Math.round(255 * Math.min(Math.max(PEN + 0.5 - distance, 0), 1));
          image[row * SIDE + column] = Math.max(image[row * SIDE + column], ink);
        }
    }
  return image;
}

function pixels(low: number, high: number): readonly [first: number, last: number] {
  return [Math.max(Math.floor(low), 0), Math.min(Math.ceil(high), SIDE - 1)];
}

/** From a point to the nearest point of a line from one point to another. */
function distanceTo(from: Point, to: Point, { x, y }: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / square;
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
}
