/** The plane: how likely each class is where, the border between them, and the points. */
import { contours } from "d3-contour";
import { scaleLinear } from "d3-scale";
import type { Palette } from "../../app/theme.ts";
import type { Paper } from "../../draw/canvas.tsx";
import { drawPixels, mixed } from "../../draw/pixels.ts";
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
  drawBorders(paper, surface, side, classes);
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
function drawBorders(
  { context, width, height, colours }: Paper,
  surface: Float32Array,
  side: number,
  classes: number,
): void {
  const [x, y] = [width / (side - 1), height / (side - 1)];
  context.beginPath();
  for (let c = classes === 2 ? 1 : 0; c < classes; c++) {
    const lead = Array.from({ length: side ** 2 }, (_, at) => {
      let other = 0;
      for (let k = 0; k < classes; k++) if (k !== c) other = Math.max(other, surface[at * classes + k]);
      const ahead = surface[at * classes + c] - other;
      return Number.isFinite(ahead) ? ahead : 0;
    });
    const [border] = contours().size([side, side]).thresholds([0])(lead);
    for (const ring of border.coordinates.flat())
      for (const [k, [across, down]] of ring.entries()) {
        // Contours count from the corner of a pixel, and close along the edge of the picture, where no border is.
        const [left, top] = [(across - 0.5) * x, (down - 0.5) * y];
        const before = ring[k - 1];
        const edge =
          before && ((across === before[0] && outer(across, side)) || (down === before[1] && outer(down, side)));
        if (k === 0 || edge) context.moveTo(left, top);
        else context.lineTo(left, top);
      }
  }
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.5;
  context.globalAlpha = 0.7;
  context.stroke();
  context.globalAlpha = 1;
}

function outer(place: number, side: number): boolean {
  return place <= 0.5 || place >= side - 0.5;
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
