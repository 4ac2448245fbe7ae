/** Puts names beside points so that they hide neither each other nor a point. */
import { widthOf } from "./svg.ts";

export interface Named {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** The offset of a name's anchor, at half its height, from the point. */
interface Place {
  readonly dx: number;
  readonly dy: number;
  readonly anchor: "start" | "middle" | "end";
}

export type Placed = Named & Place;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const HALF = 7;
const RADIUS = 6;
const beside = (anchor: Place["anchor"], dx: number, heights: readonly number[]): Place[] =>
  heights.map((dy) => ({ anchor, dx, dy }));
const places = [
  ...beside("start", 8, [0, -9, 9, -18, 18]),
  ...beside("end", -8, [0, -9, 9, -18, 18]),
  ...beside("middle", 0, [-14, 14, -24, 24]),
];

/** How often each name looks for a better place, after the others have found theirs. */
const ROUNDS = 4;
/** A name may rather touch a line than another name, and rather anything than leave the chart. */
const [ON_NAME, OUTSIDE] = [5, 10];

/** Gives each name, one after the other and in several rounds, the place where it hides the least. */
export function placeLabels(
  names: readonly Named[],
  points: readonly { readonly x: number; readonly y: number }[],
  frame: Box,
): Placed[] {
  const marks = [...names, ...points].map(({ x, y }) => around(x, y, RADIUS, RADIUS));
  const placed = names.map((name): Placed => ({ ...name, ...places[0] }));
  for (let round = 0; round < ROUNDS; round++)
    for (const [k, name] of names.entries()) {
      const others = placed.filter((_, other) => other !== k).map((other) => boxOf(other, other));
      const hidden = (place: Place) => {
        const box = boxOf(name, place);
        const outside = area(box) - overlap(box, frame);
        return OUTSIDE * outside + shared(box, marks) + ON_NAME * shared(box, others);
      };
      placed[k] = { ...name, ...places.reduce((a, b) => (hidden(b) < hidden(a) - 1 ? b : a)) };
    }
  return placed;
}

function shared(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + overlap(box, other), 0);
}

function boxOf({ text, x, y }: Named, { dx, dy, anchor }: Place): Box {
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
