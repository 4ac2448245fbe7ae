/** Shares of right answers by step. */
import type { Paper } from "./canvas.tsx";
import { hairline, polyline, type Stroke } from "./lines.ts";
import { clamped, scaleLinear } from "./scale.ts";

/** Worse shares lie at the bottom: a network that learns has left them soon. */
const LEAST = 0.5;

/**
 * @param history rows of a step and a share for each of the strokes
 */
export function drawShares(paper: Paper, history: Float32Array, strokes: readonly Stroke[]): void {
  const { context, width, height, colours } = paper;
  const columns = strokes.length + 1;
  const rows = history.length / columns;
  const x = scaleLinear([0, Math.max(history[(rows - 1) * columns] ?? 0, 60)], [42, width - 4]);
  const domain = [LEAST, 1] as const;
  const y = clamped(scaleLinear(domain, [height - 18, 6]), domain);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of [LEAST, 0.75, 0.9, 1]) {
    hairline(paper, 42, y(tick), width - 4, y(tick));
    context.fillText(`${100 * tick} %`, 38, y(tick));
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
