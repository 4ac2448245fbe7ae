/** The plane: how likely each class is where, the border between them, and the points. */
import type { Palette } from "../../app/theme.ts";
import type { Paper } from "../../draw/canvas.tsx";
import { drawPixels, mixed } from "../../draw/pixels.ts";
import { scaleLinear } from "../../draw/scale.ts";
import { zeroLines } from "../../draw/zero-lines.ts";
import type { PlanesSnapshot } from "./trainer.ts";

/** The colours of the classes. Each has a sign too, see `sign`. */
export function classColours({ blue, orange, green, pink }: Palette): readonly string[] {
  return [orange, blue, green, pink];
}

/** How strong the colour of a class is where the network is sure of it. */
const STRENGTH = 0.55;

/** Draws into all of the paper, x and y from -1 to 1. `scratch` is a canvas that nobody sees. */
export function drawSurface(paper: Paper, { surface, points, held }: PlanesSnapshot, scratch: HTMLCanvasElement): void {
  const { context, width, height, colours } = paper;
  const classes = points.classes.length;
  const side = Math.round(Math.sqrt(surface.length / classes));
  const hues = classColours(colours);
  drawPixels(paper, side, scratch, (at) => {
    let [best, most] = [0, -1];
    for (let c = 0; c < classes; c++)
      if (surface[at * classes + c] > most) [best, most] = [c, surface[at * classes + c]];
    return mixed(colours.surface, hues[best], (STRENGTH * (most * classes - 1)) / (classes - 1));
  });
  const x = scaleLinear([-1, 1], [0, width]);
  const y = scaleLinear([-1, 1], [height, 0]);
  drawBorders(paper, surface, side);
  for (const [k, label] of points.labels.entries()) {
    const [left, top] = [x(points.places[2 * k]), y(points.places[2 * k + 1])];
    const colour = hues[label];
    sign(context, left, top, label, 4.25);
    context.lineWidth = 1.25;
    context.fillStyle = held[k] === 1 ? colours.surface : colour;
    context.strokeStyle = held[k] === 1 ? colour : colours.surface;
    context.fill();
    context.stroke();
  }
}

/** Lines where a class is as likely as the likeliest of the others. */
function drawBorders({ context, width, height, colours }: Paper, surface: Float32Array, side: number): void {
  const classes = surface.length / side ** 2;
  const [x, y] = [width / (side - 1), height / (side - 1)];
  context.beginPath();
  for (let c = classes === 2 ? 1 : 0; c < classes; c++) {
    const lead = Array.from({ length: side ** 2 }, (_, at) =>
      leadOf(surface.subarray(at * classes, (at + 1) * classes), c),
    );
    for (const [from, to] of zeroLines(lead, side)) {
      context.moveTo(from.x * x, from.y * y);
      context.lineTo(to.x * x, to.y * y);
    }
  }
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.5;
  context.lineCap = "round";
  context.globalAlpha = 0.7;
  context.stroke();
  context.globalAlpha = 1;
}

/** How far a class is ahead of the likeliest of the others. */
function leadOf(probabilities: Float32Array, own: number): number {
  const ahead = probabilities[own] - Math.max(...probabilities.filter((_, other) => other !== own));
  return Number.isFinite(ahead) ? ahead : 0;
}

/** A path for the sign of a class: a disc, a square, a triangle or a diamond. */
export function sign(context: CanvasRenderingContext2D, x: number, y: number, label: number, size: number): void {
  context.beginPath();
  if (label === 0) context.arc(x, y, size, 0, 2 * Math.PI);
  else if (label === 1) context.rect(x - 0.85 * size, y - 0.85 * size, 1.7 * size, 1.7 * size);
  else {
    const corners = label === 2 ? [-90, 30, 150] : [-90, 0, 90, 180];
    for (const degrees of corners) {
      const angle = (degrees * Math.PI) / 180;
      context.lineTo(x + 1.25 * size * Math.cos(angle), y + 1.25 * size * Math.sin(angle));
    }
    context.closePath();
  }
}
