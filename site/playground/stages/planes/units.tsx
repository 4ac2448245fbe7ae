/** The plane as each hidden unit sees it: small pictures, which add up to the answer. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { StageProps } from "../../app/stage.ts";
import { Canvas, type Paper } from "../../draw/canvas.tsx";
import { drawPixels, mixed } from "../../draw/pixels.ts";
import type { CsvAnswer } from "./csv.ts";
import type { PlanesSettings } from "./settings.ts";
import type { PlanesSnapshot } from "./trainer.ts";

interface Props extends StageProps<PlanesSettings, PlanesSnapshot, CsvAnswer> {
  readonly unit: (column: number, unit: number) => string;
}

export function Units({ session, unit }: Props): JSX.Element | null {
  const scratch = useMemo(() => document.createElement("canvas"), []);
  const snapshot = session.snapshot.value;
  if (snapshot === undefined) return null;
  const { units, wires, points } = snapshot;
  const count = units.values.length / units.side ** 2;
  const add = points.classes.length === 2;
  return (
    <section class="units" aria-label="The hidden units">
      <h2>{add ? "What each hidden unit adds to the answer" : "What each hidden unit sees"}</h2>
      <ul>
        {Array.from({ length: count }, (_, k) => (
          <li key={k}>
            <Canvas
              label={`Hidden unit ${k + 1} over the plane`}
              draw={(paper) => {
                const own = session.snapshot.value?.units;
                if (own) drawUnit(paper, own.values, own.side, k, scratch);
              }}
            />
            <span>{unit(wires.length - 1, k)}</span>
          </li>
        ))}
      </ul>
      <p class="facts">
        {add
          ? "Blue speaks for squares, orange for discs. The sum of these pictures, and a constant, is the picture above."
          : "Blue is above zero, orange below."}
      </p>
    </section>
  );
}

function drawUnit(paper: Paper, values: Float32Array, side: number, k: number, scratch: HTMLCanvasElement): void {
  const { surface, blue, orange } = paper.colours;
  let most = 1e-6;
  // One scale for all, so that a unit which adds little looks pale. Far corners without points may be beyond it.
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.min(Math.abs(value), 1e6));
  const own = values.subarray(k * side ** 2, (k + 1) * side ** 2);
  drawPixels(paper, side, scratch, (at) => {
    const share = own[at] / most;
    return mixed(surface, share > 0 ? blue : orange, Math.min(1, Math.sqrt(Math.abs(share))) * 0.85);
  });
}
