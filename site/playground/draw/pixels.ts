/** Pictures of a grid of values, one smooth pixel for each. */
import type { Paper } from "./canvas.tsx";

/** Red, green and blue. */
export type Channels = readonly [number, number, number];

function channels(colour: string): Channels {
  const at = (from: number) => Number.parseInt(colour.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}

/** A colour such as #0072b2, and a share of another one. */
export function mixed(ground: string, colour: string, share: number): Channels {
  const [from, to] = [channels(ground), channels(colour)];
  const own = Number.isFinite(share) ? share : 0;
  return [from[0] + own * (to[0] - from[0]), from[1] + own * (to[1] - from[1]), from[2] + own * (to[2] - from[2])];
}

/**
 * Fills the paper with side * side values, whose first and last rows lie on its edges.
 * @param scratch a canvas that nobody sees
 */
export function drawPixels(
  { context, width, height }: Paper,
  side: number,
  scratch: HTMLCanvasElement,
  colour: (at: number) => Channels,
): void {
  const picture = new ImageData(side, side);
  for (let at = 0; at < side ** 2; at++) picture.data.set([...colour(at), 255], 4 * at);
  scratch.width = side;
  scratch.height = side;
  scratch.getContext("2d")?.putImageData(picture, 0, 0);
  context.imageSmoothingQuality = "high";
  const over = 1 + 1 / (side - 1);
  context.drawImage(scratch, (width * (1 - over)) / 2, (height * (1 - over)) / 2, width * over, height * over);
}
