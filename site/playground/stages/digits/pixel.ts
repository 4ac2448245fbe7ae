/** The polynomial of one pixel, over the values that a pixel can have; below it, how often it has which. */
import type { Paper } from "../../draw/canvas.tsx";
import { short } from "../../draw/lens.ts";
import { hairline, polyline } from "../../draw/lines.ts";
import { clamped, scaleLinear } from "../../draw/scale.ts";
import { gains, reach, type Unit, valueAt } from "./polynomials.ts";
import { BINS } from "./questions.ts";

/** The points of the curve. */
const POINTS = 41;
/** The height that the frequencies take, in pixels. */
const ROOM = 34;

export function drawPolynomial(paper: Paper, unit: Unit, pixel: number, values: Uint16Array | undefined): void {
  const { context, width, height, colours } = paper;
  const [left, right, top, bottom] = [40, width - 8, 8, height - ROOM - 22];
  const x = scaleLinear([0, 1], [left, right]);
  // One scale for all pixels of the unit, so that they can be compared.
  const most = reach(gains(unit));
  const y = clamped(scaleLinear([-most, most], [bottom, top]), [-most, most]);
  hairline(paper, left, y(0), right, y(0));
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of [-most, 0, most]) context.fillText(value === 0 ? "0" : short(value), left - 6, y(value));
  const at = (k: number) => k / (POINTS - 1);
  const end = valueAt(unit, pixel, 1);
  polyline(
    paper,
    POINTS,
    (k) => x(at(k)),
    (k) => y(valueAt(unit, pixel, at(k))),
    { colour: end < 0 ? colours.orange : colours.blue, width: 2.25 },
  );
  context.textBaseline = "alphabetic";
  for (const [value, name, align] of [
    [0, "black", "left"],
    [1, "white", "right"],
  ] as const) {
    context.textAlign = align;
    context.fillText(name, x(value), height - 3);
  }
  if (values === undefined) return;
  const own = values.subarray(pixel * BINS, (pixel + 1) * BINS);
  const total = own.reduce((sum, each) => sum + each, 0);
  const bar = (right - left) / BINS;
  context.globalAlpha = 0.55;
  for (const [bin, count] of own.entries()) {
    // The root makes rare values visible beside frequent ones.
    const tall = count === 0 ? 0 : Math.max(1, (ROOM - 4) * Math.sqrt(count / total));
    context.fillRect(left + bin * bar + 1, height - 18 - tall, bar - 2, tall);
  }
  context.globalAlpha = 1;
}
