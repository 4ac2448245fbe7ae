/** Points of a plane, and their spelling in addresses: for each, a byte for x, one for y, and one for its class. */

export interface Points {
  /** [points, 2], in [-1, 1]. */
  readonly places: Float32Array;
  /** [points] */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/** The most points of the user's own: an address with more is too long for some programs that people send links with. */
export const MOST_POINTS = 300;
/** The most classes: there is a colour and a sign for each. */
export const MOST_CLASSES = 4;
const TOP = 127;

/** @param places [points, 2], in [-1, 1] */
export function printPlane(places: ArrayLike<number>, labels: ArrayLike<number>): string {
  const bytes = Array.from(labels, (label, k) => {
    const [x, y] = [places[2 * k], places[2 * k + 1]].map((each) => Math.round(TOP * each) + TOP);
    return String.fromCharCode(x, y, label);
  });
  return btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_");
}

/** Reads points; undefined if the text spells none, or fewer than two classes. */
export function readPlane(text: string, classes: readonly string[]): Points | undefined {
  let bytes: string;
  try {
    bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
  const count = Math.min(bytes.length / 3, MOST_POINTS);
  if (!Number.isInteger(count) || count < 4 || classes.length < 2 || classes.length > MOST_CLASSES) return undefined;
  const places = Float32Array.from({ length: 2 * count }, (_, k) => {
    const byte = bytes.charCodeAt(3 * (k >> 1) + (k & 1));
    return Math.min(byte - TOP, TOP) / TOP;
  });
  const labels = Uint8Array.from({ length: count }, (_, k) => bytes.charCodeAt(3 * k + 2));
  return labels.every((label) => label < classes.length) ? { places, labels, classes } : undefined;
}
