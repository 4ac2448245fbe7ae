/** Shares of right answers by step. Read history.ts first. */
import type { Paper } from "./canvas.tsx";
import { drawHistory, heightsOf } from "./history.ts";
import type { Stroke } from "./lines.ts";
import { clamped, scaleLinear } from "./scale.ts";

/** Worse shares lie at the bottom: a network that learns has left them soon. */
const LEAST = 0.5;

/**
 * @param history rows of a step and a share for each of the strokes
 */
export function drawShares(paper: Paper, history: Float32Array, strokes: readonly Stroke[]): void {
  const domain = [LEAST, 1] as const;
  drawHistory(paper, history, strokes, {
    ticks: [LEAST, 0.75, 0.9, 1],
    y: clamped(scaleLinear(domain, heightsOf(paper)), domain),
    show: (tick) => `${100 * tick} %`,
    margin: 42,
  });
}
