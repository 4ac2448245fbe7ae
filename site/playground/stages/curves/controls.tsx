/** The settings of the stage Curves. */
import type { JSX } from "preact";
import { Among, Seed, Slider } from "../../app/controls.tsx";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { drawLosses } from "../../draw/losses.ts";
import { rates } from "../../train/choices.ts";
import { PolynomialControls } from "../polynomials.tsx";
import { strokeOf } from "./lines.ts";
import type { CurvesSettings } from "./settings.ts";
import { networkNames } from "./sizes.ts";
import type { CurvesSnapshot } from "./trainer.ts";

export function Controls({ session, settings, change }: StageProps<CurvesSettings, CurvesSnapshot>): JSX.Element {
  const { hidden, lr, seed } = settings.value;
  return (
    <section class="settings" aria-label="Settings">
      <figure>
        <Canvas
          class="losses"
          label="Error of each network by step, on a logarithmic scale"
          draw={(paper) => {
            const history = session.snapshot.value?.history;
            const strokes = networkNames.map((name) => ({ ...strokeOf(name, paper.colours), width: 1.5 }));
            if (history) drawLosses(paper, history, strokes);
          }}
        />
        <figcaption>Error by step</figcaption>
      </figure>
      <PolynomialControls settings={settings.value} squashed="Before the second layer" change={change} />
      <Slider label="Hidden units" value={hidden} low={1} high={12} onChange={(value) => change({ hidden: value })} />
      <Among label="Learning rate" value={lr} values={rates} onChange={(value) => change({ lr: value })} />
      <Seed value={seed} onChange={(value) => change({ seed: value })} />
    </section>
  );
}
