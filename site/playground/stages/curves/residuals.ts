/** What is left of the curve: the values of a network less the curve's, as an area around zero. */
import type { Paper } from "../../draw/canvas.tsx";
import { hairline } from "../../draw/lines.ts";
import { clamped, scaleLinear } from "../../draw/scale.ts";
import { TOP } from "./points.ts";
import { curveOf } from "./presets.ts";

/** The residual that reaches the edge of the picture. */
export const MOST = 0.2;

export function drawResiduals(paper: Paper, values: Float32Array, f: string, colour: string): void {
  const { context, width, height } = paper;
  const heights = curveOf(f);
  const every = (values.length - 1) / (heights.length - 1);
  const x = scaleLinear([0, heights.length - 1], [4, width - 4]);
  const y = clamped(scaleLinear([-MOST, MOST], [height - 2, 2]), [-MOST, MOST]);
  context.beginPath();
  context.moveTo(x(0), y(0));
  for (const [k, each] of heights.entries()) {
    const residual = values[k * every] - each / TOP;
    context.lineTo(x(k), y(Number.isFinite(residual) ? residual : 0));
  }
  context.lineTo(x(heights.length - 1), y(0));
  context.fillStyle = colour;
  context.globalAlpha = 0.75;
  context.fill();
  context.globalAlpha = 1;
  hairline(paper, 4, y(0), width - 4, y(0));
}
