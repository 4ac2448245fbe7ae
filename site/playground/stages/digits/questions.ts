/** What the page asks its worker, besides training. */
import { PIXELS } from "./codec.ts";

export type Question =
  /** What is this? The image, in bytes, is kept, and every snapshot says again what it is taken for. */
  | { readonly kind: "drawn"; readonly pixels: Uint8Array }
  /** The images that the page shows. */
  | { readonly kind: "images" };

export type DigitsAnswer =
  | { readonly kind: "drawn"; readonly probabilities: Float32Array }
  | {
      readonly kind: "images";
      /** [1000, PIXELS] and [1000]: the test images and what they are. */
      readonly pixels: Uint8Array;
      readonly labels: Uint8Array;
      /** [PIXELS, BINS]: how often each pixel has a value in each of BINS ranges, in the first training images. */
      readonly values: Uint16Array;
    };

/** The ranges of a pixel's values, of equal width. */
export const BINS = 16;

export function isQuestion(value: unknown): value is Question {
  const { kind, pixels }: { kind?: unknown; pixels?: unknown } = Object(value);
  return kind === "images" || (kind === "drawn" && pixels instanceof Uint8Array && pixels.length === PIXELS);
}
