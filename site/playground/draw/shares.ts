/** Shares of right answers by step, from the least that is worth showing to 100 %. */
import type { Paper } from "./canvas.tsx";
import { hairline, polyline, type Stroke } from "./lines.ts";
import { scaleLinear } from "./scale.ts";

/**
 * @param rows rows of a step and `width` - 1 values
 * @param columns the column of each stroke
 */
export function drawShares(
  paper: Paper,
  rows: Float32Array,
  width: number,
  strokes: readonly { readonly column: number; readonly stroke: Stroke }[],
): void {
  const { context, width: across, height, colours } = paper;
  const count = rows.length / width;
  const x = scaleLinear([0, Math.max(rows[(count - 1) * width] ?? 0, 60)], [34, across - 4]);
  const y = scaleLinear([0, 1], [height - 18, 6]);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of [0, 0.5, 0.9, 1]) {
    hairline(paper, 34, y(tick), across - 4, y(tick));
    if (tick !== 1) context.fillText(`${100 * tick} %`, 30, y(tick));
  }
  context.textBaseline = "alphabetic";
  for (const [k, tick] of x.ticks(3).entries()) {
    context.textAlign = k === 0 ? "left" : "center";
    if (x(tick) < across - 16) context.fillText(tick.toLocaleString("en"), x(tick), height - 2);
  }
  for (const { column, stroke } of strokes)
    polyline(
      paper,
      count,
      (row) => x(rows[row * width]),
      (row) => y(rows[row * width + column]),
      stroke,
    );
}
