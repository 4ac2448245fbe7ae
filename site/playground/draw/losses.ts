/** Losses by step, the losses on a logarithmic scale. */
import type { Paper } from "./canvas.tsx";
import { hairline, polyline, type Stroke } from "./lines.ts";
import { clamped, scaleLinear, scaleLog } from "./scale.ts";

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
  const domain = [least * 0.8, most * 1.1] as const;
  const losses = scaleLog(domain, [height - 18, 6]);
  const y = clamped(losses, domain);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of losses.ticks(5)) {
    hairline(paper, 30, y(tick), width - 4, y(tick));
    context.fillText(tick < 1e4 ? String(tick) : tick.toExponential().replace("+", ""), 26, y(tick));
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
