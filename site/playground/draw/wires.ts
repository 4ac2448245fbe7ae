/**
 * A network whose edges are their functions: each edge is a wire from unit to unit, bent as the graph of what it computes.
 *
 * Along a wire, x runs through the range of the unit where it begins; the function is measured at right angles to it,
 * upwards. All wires between two columns have the same scale.
 */
import type { Wires } from "../train/wires.ts";
import type { Paper } from "./canvas.tsx";

/** The share of a wire, at each end, on which it comes to its unit. */
const END = 0.14;
const RADIUS = 5;

export interface Network {
  readonly wires: readonly Wires[];
  readonly colour: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where the units are: columns from left to right, each centred. */
export function placesOf(wires: readonly Wires[], width: number, height: number): readonly (readonly Place[])[] {
  const sizes = [...wires.map(({ inputs }) => inputs), wires.at(-1)?.outputs ?? 0];
  const margin = RADIUS + 9;
  return sizes.map((count, column) => {
    const x = margin + (column * (width - 2 * margin)) / (sizes.length - 1);
    const gap = Math.min((height - 2 * margin) / Math.max(count - 1, 1), 64);
    return Array.from({ length: count }, (_, k) => ({ x, y: height / 2 + (k - (count - 1) / 2) * gap }));
  });
}

export function drawWires(paper: Paper, { wires, colour }: Network): void {
  const { context, width, height, colours } = paper;
  const places = placesOf(wires, width, height);
  context.save();
  context.lineJoin = "round";
  context.strokeStyle = colour;
  for (const [layer, own] of wires.entries()) drawLayer(paper, own, places[layer], places[layer + 1]);
  context.restore();
  const most = Math.max(...places.map((column) => column.length));
  const radius = Math.min(RADIUS, (0.38 * height) / most);
  for (const { x, y } of places.flat()) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colours.surface;
    context.fill();
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.25;
    context.stroke();
  }
}

function drawLayer(
  { context }: Paper,
  { inputs, outputs, curves }: Wires,
  from: readonly Place[],
  to: readonly Place[],
): void {
  const samples = curves.length / (inputs * outputs);
  const heights = Array.from({ length: inputs * outputs }, (_, edge) => {
    let most = 0;
    for (let k = 0; k < samples; k++) most = Math.max(most, Math.abs(curves[edge * samples + k]));
    return most;
  });
  const top = Math.max(...heights);
  if (!(top > 0 && top < Number.POSITIVE_INFINITY)) return;
  const amplitude = amplitudeBetween(from, to);
  for (const [edge, height] of heights.entries()) {
    const [start, end] = [from[Math.floor(edge / outputs)], to[edge % outputs]];
    const [dx, dy] = [end.x - start.x, end.y - start.y];
    const length = Math.hypot(dx, dy);
    context.beginPath();
    context.moveTo(start.x, start.y);
    for (let k = 0; k < samples; k++) {
      const t = END + ((1 - 2 * END) * k) / (samples - 1);
      const offset = (taper(t) * amplitude * curves[edge * samples + k]) / top;
      context.lineTo(start.x + t * dx + (offset * dy) / length, start.y + t * dy - (offset * dx) / length);
    }
    context.lineTo(end.x, end.y);
    const share = height / top;
    context.globalAlpha = 0.3 + 0.7 * share;
    context.lineWidth = 1 + 0.9 * share;
    context.stroke();
  }
}

/** How far a wire may leave its straight way, in pixels. */
function amplitudeBetween(from: readonly Place[], to: readonly Place[]): number {
  const gaps = [from, to].filter((column) => column.length > 1).map(([first, second]) => second.y - first.y);
  return Math.min(Math.max(0.42 * Math.min(...gaps, 40), 5), 15);
}

/** Rises smoothly from 0 at the ends of a wire to 1. */
function taper(t: number): number {
  const s = Math.min(Math.min(t, 1 - t) / (2 * END), 1);
  return s * s * (3 - 2 * s);
}
