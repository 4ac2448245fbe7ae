/** Pictures whose pixels are to be seen as such: grey ones, and those of signed values, in two colours with the ground at 0. */
import type { Palette } from "../app/theme.ts";
import { type Channels, mixed } from "./pixels.ts";

/** Colours by number, as ImageData has them in memory. */
export type Ramp = Uint32Array;

/** The steps on either side of the middle. */
const STEPS = 127;

/** From orange at -1 through the ground at 0 to blue at 1: `2 STEPS + 1` colours. */
export const diverging: (colours: Palette) => Ramp = remembered(({ surface, blue, orange }) =>
  Uint32Array.from({ length: 2 * STEPS + 1 }, (_, k) => {
    const share = (k - STEPS) / STEPS;
    return packed(mixed(surface, share > 0 ? blue : orange, Math.abs(share) ** 0.8));
  }),
);

/** From the ground at 0 to ink at 255. */
export const greys: (colours: Palette) => Ramp = remembered(({ raised, ink }) =>
  Uint32Array.from({ length: 256 }, (_, k) => packed(mixed(raised, ink, k / 255))),
);

function packed([red, green, blue]: Channels): number {
  const bytes = Uint8Array.of(red, green, blue, 255);
  return new Uint32Array(bytes.buffer)[0];
}

/** Makes a ramp again only for other colours. */
function remembered(make: (colours: Palette) => Ramp): (colours: Palette) => Ramp {
  let last: { readonly colours: Palette; readonly ramp: Ramp } | undefined;
  return (colours) => {
    if (last?.colours !== colours) last = { colours, ramp: make(colours) };
    return last.ramp;
  };
}

/** The number of the colour of a share from -1 to 1. */
export function signed(share: number): number {
  return STEPS + Math.round(STEPS * Math.min(Math.max(Number.isFinite(share) ? share : 0, -1), 1));
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/**
 * Draws a square picture.
 * @param scratch a canvas that nobody sees
 * @param at the number of each pixel's colour in the ramp
 */
export function drawPicture(
  context: CanvasRenderingContext2D,
  { x, y, size }: Box,
  side: number,
  {
    scratch,
    ramp,
    at,
  }: { readonly scratch: HTMLCanvasElement; readonly ramp: Ramp; readonly at: (k: number) => number },
): void {
  const pixels = new Uint32Array(side * side);
  for (let k = 0; k < pixels.length; k++) pixels[k] = ramp[at(k)];
  if (scratch.width !== side) {
    scratch.width = side;
    scratch.height = side;
  }
  scratch.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), side, side), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(scratch, x, y, size, size);
}
