/** A curve as 64 points, each a byte: its height from -127 to 127, which stands for -1 to 1. */

/** The number of points. Their x lie evenly from -1 to 1, both included. */
export const POINTS = 64;
/** The height that stands for 1. */
export const TOP = 127;

/** The height nearest to a y, which is kept between -1 and 1. */
export function height(y: number): number {
  return Math.round(TOP * Math.min(Math.max(y, -1), 1));
}

/** The text of a curve in addresses: base64url. */
export function printPoints(heights: Int8Array): string {
  const bytes = String.fromCharCode(...new Uint8Array(heights.buffer, heights.byteOffset, heights.length));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads the text of a curve; undefined if it is none. */
export function readPoints(text: string): Int8Array | undefined {
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    if (bytes.length !== POINTS) return undefined;
    // A byte of -128 is higher than the picture.
    return Int8Array.from(bytes, (byte) => byte.charCodeAt(0)).map((each) => Math.max(each, -TOP));
  } catch {
    return undefined;
  }
}

/** x of the point k. */
export function xOf(k: number): number {
  return (2 * k) / (POINTS - 1) - 1;
}
