/** Losses by step, the losses on a logarithmic scale. */
import { scaleLinear, scaleLog } from "d3-scale";
import type { Paper } from "./canvas.tsx";
import { hairline, polyline, type Stroke } from "./lines.ts";

/**
 * @param history rows of a step and a loss for each of the strokes
 */
export function drawLosses(paper: Paper, history: Float32Array, strokes: readonly Stroke[]): void {
  const { context, width, height, colours } = paper;
  const columns = strokes.length + 1;
  const rows = history.length / columns;
  const values = history.filter((value, k) => k % columns !== 0 && value > 0 && value < 1e6);
  const [least, most] = [values.reduce((a, b) => Math.min(a, b), 1), values.reduce((a, b) => Math.max(a, b), 0.01)];
  const x = scaleLinear([0, Math.max(history[(rows - 1) * columns] ?? 0, 60)], [30, width - 4]);
  const y = scaleLog([least * 0.8, most * 1.1], [height - 18, 6]).clamp(true);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  // Powers of ten or, where there is hardly one, their doubles and halves too.
  const wide = most > 20 * least;
  let above = Number.POSITIVE_INFINITY;
  for (const tick of y.ticks()) {
    if (leading(tick) !== 1 && (wide || ![2, 5].includes(leading(tick)))) continue;
    if (above - y(tick) < 14) continue;
    above = y(tick);
    hairline(paper, 30, above, width - 4, above);
    context.fillText(tick < 1e4 ? String(tick) : tick.toExponential().replace("+", ""), 26, above);
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

/** The first digit of a number that has no other. */
function leading(value: number): number {
  return Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
}
