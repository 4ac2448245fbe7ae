/** What one hidden unit adds to each of the ten digits: the polynomials behind it. */
import type { JSX } from "preact";
import { Canvas, type Paper } from "../../draw/canvas.tsx";
import { functionOn } from "../../draw/lens.ts";
import { hairline, polyline } from "../../draw/lines.ts";
import { scaleLinear } from "../../draw/scale.ts";
import type { Wires } from "../../train/wires.ts";
import { DIGITS } from "./settings.ts";
import type { UnitsProps } from "./units.tsx";

/** The space between two curves, in pixels. */
const GAP = 8;

export function Answers({ session, unit }: UnitsProps & { readonly unit: number }): JSX.Element {
  return (
    <figure class="answers">
      <Canvas
        label={`What unit ${unit + 1} adds to each of the ten digits, by its own value`}
        draw={(paper) => {
          const outer = session.snapshot.value?.learned.outer;
          if (outer && unit < outer.inputs) drawAnswers(paper, outer, unit);
        }}
      />
      <figcaption>
        What the unit adds to each digit, by its own value: where a curve is blue it speaks for the digit, where it is
        orange against it.
      </figcaption>
    </figure>
  );
}

function drawAnswers(paper: Paper, outer: Wires, unit: number): void {
  const { context, width, height, colours } = paper;
  // One scale for all units, so that those who say little are flat.
  const most = outer.curves.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-3);
  const step = (width + GAP) / DIGITS;
  const y = scaleLinear([-most, most], [height - 20, 4]);
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (let digit = 0; digit < DIGITS; digit++) {
    const curve = functionOn([outer], { layer: 0, input: unit, output: digit });
    if (curve === undefined) return;
    const { values } = curve;
    const left = digit * step;
    const x = scaleLinear([0, values.length - 1], [left, left + step - GAP]);
    hairline(paper, left, y(0), left + step - GAP, y(0));
    for (const [colour, sign] of [
      [colours.blue, 1],
      [colours.orange, -1],
    ] as const)
      polyline(paper, values.length, x, (k) => (sign * values[k] >= 0 ? y(values[k]) : Number.NaN), {
        ...{ colour, width: 2 },
      });
    context.fillStyle = colours.ink;
    context.fillText(String(digit), left + (step - GAP) / 2, height - 3);
  }
}
