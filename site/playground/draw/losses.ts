/** Losses by step, the losses on a logarithmic scale. Read history.ts first. */
import type { Paper } from "./canvas.tsx";
import { drawHistory, heightsOf } from "./history.ts";
import type { Stroke } from "./lines.ts";
import { clamped, scaleLog } from "./scale.ts";

/**
 * @param history rows of a step and a loss for each of the strokes
 */
export function drawLosses(paper: Paper, history: Float32Array, strokes: readonly Stroke[]): void {
  const columns = strokes.length + 1;
  const values = history.filter((value, k) => k % columns !== 0 && value > 0 && value < 1e6);
  const [least, most] = [values.reduce((a, b) => Math.min(a, b), 1), values.reduce((a, b) => Math.max(a, b), 0.01)];
  const domain = [least * 0.8, most * 1.1] as const;
  const losses = scaleLog(domain, heightsOf(paper));
  drawHistory(paper, history, strokes, {
    ticks: losses.ticks(5),
    y: clamped(losses, domain),
    show: (tick) => (tick < 1e4 ? String(tick) : tick.toExponential().replace("+", "")),
    margin: 30,
  });
}
