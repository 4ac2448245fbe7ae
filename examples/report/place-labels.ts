/** Puts names beside points so that they hide neither each other nor a point. */
import { widthOf } from "./svg.ts";

export interface Named {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** A name with its place: the offset of its anchor, at half its height, from the point. */
export interface Placed extends Named {
  readonly dx: number;
  readonly dy: number;
  readonly anchor: "start" | "middle" | "end";
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const HALF = 7;
const RADIUS = 6;
const places = [
  ...[0, -9, 9].map((dy) => ({ dx: 8, dy, anchor: "start" as const })),
  ...[0, -9, 9].map((dy) => ({ dx: -8, dy, anchor: "end" as const })),
  ...[-14, 14, -24, 24].map((dy) => ({ dx: 0, dy, anchor: "middle" as const })),
];

/** Gives each name, one after the other, the place where it covers the least. */
export function placeLabels(
  names: readonly Named[],
  points: readonly { readonly x: number; readonly y: number }[],
  frame: Box,
): Placed[] {
  const taken: Box[] = [...names, ...points].map(({ x, y }) => around(x, y, RADIUS, RADIUS));
  return names.map((name) => {
    const choices = places.map((place) => {
      const box = boxOf(name, place);
      const outside = area(box) - overlap(box, frame);
      return { place, box, hidden: 4 * outside + taken.reduce((sum, other) => sum + overlap(box, other), 0) };
    });
    const best = choices.reduce((a, b) => (b.hidden < a.hidden - 1 ? b : a));
    taken.push(best.box);
    return { ...name, ...best.place };
  });
}

function boxOf({ text, x, y }: Named, { dx, dy, anchor }: (typeof places)[number]): Box {
  const half = widthOf(text, 11) / 2;
  const middle = x + dx + (anchor === "start" ? half : anchor === "end" ? -half : 0);
  return around(middle, y + dy, half, HALF);
}

function around(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function area({ left, right, top, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** The area that two boxes share. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
