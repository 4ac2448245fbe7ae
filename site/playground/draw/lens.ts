/** The function on one edge, large, with its range. */
import type { Wires } from "../train/wires.ts";
import type { Paper } from "./canvas.tsx";
import { hairline, polyline } from "./lines.ts";
import { scaleLinear } from "./scale.ts";
import type { Edge } from "./wires.ts";

/** The function on an edge: its range and its samples. */
export function functionOn(
  network: readonly Wires[],
  { layer, input, output }: Edge,
): { readonly low: number; readonly high: number; readonly values: Float32Array } | undefined {
  const own = network[layer];
  if (own === undefined || input >= own.inputs || output >= own.outputs) return undefined;
  const samples = own.curves.length / (own.inputs * own.outputs);
  const edge = input * own.outputs + output;
  return {
    low: own.ranges[2 * input],
    high: own.ranges[2 * input + 1],
    values: own.curves.subarray(edge * samples, (edge + 1) * samples),
  };
}

export function drawLens(paper: Paper, network: readonly Wires[], edge: Edge, colour: string): void {
  const { context, width, height, colours } = paper;
  const shown = functionOn(network, edge);
  if (shown === undefined) return;
  const { low, high, values } = shown;
  const most = values.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-3);
  const x = scaleLinear([0, values.length - 1], [4, width - 4]);
  const y = scaleLinear([-most, most], [height - 18, 6]);
  hairline(paper, 4, y(0), width - 4, y(0));
  if (low < 0 && high > 0) {
    const zero = x((-low / (high - low)) * (values.length - 1));
    hairline(paper, zero, 6, zero, height - 18);
  }
  polyline(paper, values.length, x, (k) => y(values[k]), { colour, width: 2 });
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(short(low), 4, height - 4);
  context.textAlign = "right";
  context.fillText(short(high), width - 4, height - 4);
}

/** A number with two decimals and a proper minus. */
export function short(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
