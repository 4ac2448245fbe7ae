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

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** An edge: from unit `input` of column `layer` to unit `output` of the next one. */
export interface Edge {
  readonly layer: number;
  readonly input: number;
  readonly output: number;
}

/** An edge on paper. */
export interface Wire extends Edge {
  readonly points: readonly Place[];
  /** How far its function reaches, compared with the one that reaches furthest between these columns. */
  readonly share: number;
}

export interface Layout {
  readonly units: readonly (readonly Place[])[];
  readonly wires: readonly Wire[];
}

/** Where units and wires go on a paper of this size. */
export function layoutOf(network: readonly Wires[], width: number, height: number): Layout {
  const units = unitsOf(network, width, height);
  return { units, wires: network.flatMap((own, layer) => wiresOf(own, layer, units[layer], units[layer + 1])) };
}

/** Columns from left to right, each centred. */
function unitsOf(network: readonly Wires[], width: number, height: number): readonly (readonly Place[])[] {
  const sizes = [...network.map(({ inputs }) => inputs), network.at(-1)?.outputs ?? 0];
  const margin = RADIUS + 15;
  return sizes.map((count, column) => {
    const x = margin + (column * (width - 2 * margin)) / (sizes.length - 1);
    const gap = Math.min((height - 2 * margin) / Math.max(count - 1, 1), 84);
    return Array.from({ length: count }, (_, k) => ({ x, y: height / 2 + (k - (count - 1) / 2) * gap }));
  });
}

function wiresOf(
  { inputs, outputs, curves }: Wires,
  layer: number,
  from: readonly Place[],
  to: readonly Place[],
): readonly Wire[] {
  const samples = curves.length / (inputs * outputs);
  const reaches = Array.from({ length: inputs * outputs }, (_, edge) =>
    curves.subarray(edge * samples, (edge + 1) * samples).reduce((most, each) => Math.max(most, Math.abs(each)), 0),
  );
  const furthest = Math.max(...reaches);
  // Where a training has diverged, wires are straight.
  const scale = furthest > 0 && furthest < Number.POSITIVE_INFINITY ? amplitudeBetween(from, to) / furthest : 0;
  return reaches.map((reach, edge) => {
    const [input, output] = [Math.floor(edge / outputs), edge % outputs];
    const [start, end] = [from[input], to[output]];
    const [dx, dy] = [end.x - start.x, end.y - start.y];
    const length = Math.hypot(dx, dy);
    const bent = Array.from({ length: samples }, (_, k) => {
      const t = END + ((1 - 2 * END) * k) / (samples - 1);
      const offset = scale === 0 ? 0 : taper(t) * scale * curves[edge * samples + k];
      return { x: start.x + t * dx + (offset * dy) / length, y: start.y + t * dy - (offset * dx) / length };
    });
    return { layer, input, output, points: [start, ...bent, end], share: scale === 0 ? 0 : reach / furthest };
  });
}

/** How far a wire may leave its straight way, in pixels. */
function amplitudeBetween(from: readonly Place[], to: readonly Place[]): number {
  const gaps = [from, to].filter((column) => column.length > 1).map(([first, second]) => second.y - first.y);
  return Math.min(Math.max(0.42 * Math.min(...gaps, 44), 5), 18);
}

/** Rises smoothly from 0 at the ends of a wire to 1. */
function taper(t: number): number {
  const s = Math.min(Math.min(t, 1 - t) / (2 * END), 1);
  return s * s * (3 - 2 * s);
}

export function sameEdge(a: Edge, b: Edge): boolean {
  return a.layer === b.layer && a.input === b.input && a.output === b.output;
}

/** The wire nearest to a place. */
export function nearest({ wires }: Layout, { x, y }: Place): Wire | undefined {
  const distances = wires.map(({ points }) => Math.min(...points.map((point) => Math.hypot(point.x - x, point.y - y))));
  return wires[distances.indexOf(Math.min(...distances))];
}

/** The name of a unit, by its column and its number in it. */
export type Name = (column: number, unit: number) => string;

/** Draws the wires, the one that is picked in the colour of ink, and the units over them. */
export function drawWires(
  paper: Paper,
  { units, wires }: Layout,
  { colour, picked, name }: { readonly colour: string; readonly picked: Edge | undefined; readonly name: Name },
): void {
  const { context, height, colours } = paper;
  const draw = ({ points, share }: Wire, chosen: boolean) => {
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    context.strokeStyle = chosen ? colours.ink : colour;
    context.globalAlpha = chosen ? 1 : 0.28 + 0.72 * share;
    context.lineWidth = chosen ? 2.25 : 1 + 0.9 * share;
    context.stroke();
  };
  context.save();
  context.lineJoin = "round";
  for (const wire of wires) if (!picked || !sameEdge(wire, picked)) draw(wire, false);
  for (const wire of wires) if (picked && sameEdge(wire, picked)) draw(wire, true);
  context.restore();
  const most = Math.max(...units.map((column) => column.length));
  const radius = Math.min(RADIUS, (0.34 * height) / most);
  for (const { x, y } of units.flat()) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    // Where there are very many units, they are dots.
    context.fillStyle = radius < 1.5 ? colours.ink : colours.surface;
    context.fill();
    if (radius < 1.5) continue;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.25;
    context.stroke();
  }
  // Names need room above their units.
  if (height / most < 26) return;
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const [column, places] of units.entries())
    for (const [unit, { x, y }] of places.entries()) context.fillText(name(column, unit), x, y - radius - 3);
}
