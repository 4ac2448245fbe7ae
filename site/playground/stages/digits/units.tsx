/** The hidden units: what a white pixel adds to each. One can be chosen, to see it in detail. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { StageProps } from "../../app/stage.ts";
import { Canvas, type Paper } from "../../draw/canvas.tsx";
import { diverging, drawPicture, signed } from "../../draw/pictures.ts";
import { SIDE } from "./codec.ts";
import { Detail } from "./detail.tsx";
import { gains, reach, unitOf } from "./polynomials.ts";
import type { DigitsAnswer } from "./questions.ts";
import type { DigitsSettings } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";

/** The space between two pictures, as in digits.css. */
const GAP = 8;
/** How many stand side by side, as in digits.css. */
const narrow = matchMedia("(max-width: 700px)");

export interface UnitsProps extends StageProps<DigitsSettings, DigitsSnapshot, DigitsAnswer> {
  /** How often each pixel has a value in each range; undefined before it is known. */
  readonly values: Uint16Array | undefined;
}

export function Units(props: UnitsProps): JSX.Element {
  const scratch = useMemo(() => document.createElement("canvas"), []);
  const chosen = useSignal(0);
  const { hidden } = props.settings.value;
  const unit = Math.min(chosen.value, hidden - 1);
  return (
    <section class="hidden-units" aria-labelledby="units-title">
      <h2 id="units-title">The hidden units</h2>
      <p class="facts">
        What a unit gains when a pixel turns from black to white: blue is more, orange is less. Choose one to see it in
        detail.
      </p>
      <div class="atlas">
        <Canvas
          label="The hidden units, as pictures"
          draw={(paper) => {
            const { snapshot, settings } = { snapshot: props.session.snapshot.value, settings: props.settings.value };
            if (snapshot) drawUnits(paper, snapshot.learned.weights, settings, scratch);
          }}
        />
        <div class="cells">
          {Array.from({ length: hidden }, (_, k) => (
            <button
              key={k}
              type="button"
              aria-pressed={k === unit}
              aria-label={`Hidden unit ${k + 1}`}
              onClick={() => {
                chosen.value = k;
              }}
            />
          ))}
        </div>
      </div>
      <Detail {...props} unit={unit} />
    </section>
  );
}

function drawUnits(
  { context, width, colours }: Paper,
  weights: Float32Array,
  settings: DigitsSettings,
  scratch: HTMLCanvasElement,
): void {
  const { hidden } = settings;
  const columns = narrow.matches ? 5 : 10;
  const size = (width + GAP) / columns - GAP;
  const all = Array.from({ length: hidden }, (_, unit) => gains(unitOf(weights, unit, settings, hidden)));
  // One scale for all, so that a unit which matters little looks pale.
  const most = Math.max(...all.map(reach));
  for (const [unit, own] of all.entries()) {
    const [x, y] = [(unit % columns) * (size + GAP), Math.floor(unit / columns) * (size + GAP)];
    const at = (k: number) => signed(own[k] / most);
    drawPicture(context, { x, y, size }, SIDE, { scratch, ramp: diverging(colours), at });
  }
}
