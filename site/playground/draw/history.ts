/** Figures by step, such as losses: a line for each column of a history. */
import type { Paper } from "./canvas.tsx";
import { hairline, polyline, type Stroke } from "./lines.ts";
import { scaleLinear } from "./scale.ts";

/** The vertical axis of such a chart. */
export interface Axis {
  readonly ticks: readonly number[];
  readonly y: (value: number) => number;
  readonly show: (tick: number) => string;
  /** The width of the labels, in pixels. */
  readonly margin: number;
}

/** From top to bottom, in pixels: where the lines of a chart lie. */
export function heightsOf({ height }: Paper): readonly [bottom: number, top: number] {
  return [height - 18, 6];
}

/**
 * @param history rows of a step and a figure for each of the strokes
 */
export function drawHistory(
  paper: Paper,
  history: Float32Array,
  strokes: readonly Stroke[],
  { ticks, y, show, margin }: Axis,
): void {
  const { context, width, height, colours } = paper;
  const columns = strokes.length + 1;
  const rows = history.length / columns;
  const x = scaleLinear([0, Math.max(history[(rows - 1) * columns] ?? 0, 60)], [margin, width - 4]);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticks) {
    hairline(paper, margin, y(tick), width - 4, y(tick));
    context.fillText(show(tick), margin - 4, y(tick));
  }
  context.textBaseline = "alphabetic";
  for (const [k, tick] of x.ticks(3).entries()) {
    context.textAlign = k === 0 ? "left" : "center";
    if (x(tick) < width - 16) context.fillText(tick.toLocaleString("en"), x(tick), height - 2);
  }
  for (const [k, stroke] of strokes.entries())
    polyline(
      paper,
      rows,
      (row) => x(history[row * columns]),
      (row) => y(history[row * columns + k + 1]),
      stroke,
    );
}
