/** Lines on paper: a polyline through points given by functions, and a hairline. */
import type { Paper } from "./canvas.tsx";

export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

/** Draws through the points k = 0 ... count - 1. Where a place is not finite, the line has a gap. */
export function polyline(
  { context }: Paper,
  count: number,
  x: (k: number) => number,
  y: (k: number) => number,
  { colour, width, dash = [], alpha = 1 }: Stroke,
): void {
  context.save();
  context.beginPath();
  let drawing = false;
  for (let k = 0; k < count; k++) {
    const [left, top] = [x(k), y(k)];
    const place = Number.isFinite(left) && Number.isFinite(top);
    if (place && drawing) context.lineTo(left, top);
    else if (place) context.moveTo(left, top);
    drawing = place;
  }
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.globalAlpha = alpha;
  context.setLineDash([...dash]);
  context.lineJoin = "round";
  context.lineCap = dash.length > 0 ? "butt" : "round";
  context.stroke();
  context.restore();
}

/** A thin straight line. */
export function hairline({ context, colours }: Paper, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.strokeStyle = colours.hairline;
  context.lineWidth = 1;
  context.stroke();
}
