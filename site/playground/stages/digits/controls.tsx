/** The settings of the stage Digits. */
import type { JSX } from "preact";
import { Among, Choice, Seed, Slider } from "../../app/controls.tsx";
import type { StageProps } from "../../app/stage.ts";
import type { Palette } from "../../app/theme.ts";
import { Canvas } from "../../draw/canvas.tsx";
import type { Stroke } from "../../draw/lines.ts";
import { drawLosses } from "../../draw/losses.ts";
import { drawShares } from "../../draw/shares.ts";
import { rates } from "../../train/choices.ts";
import { offered } from "./amounts.ts";
import type { DigitsAnswer } from "./questions.ts";
import { batches, type DigitsSettings, layers } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";

/** The second amount needs another file. */
const amountTitles = { 10000: "10,000", 60000: "60,000 (6 MB)" } as const;
const layerTitles = { stable: "Polygrad", loretz2024: "Loretz 2024" } as const;

export function Controls({
  session,
  settings,
  change,
}: StageProps<DigitsSettings, DigitsSnapshot, DigitsAnswer>): JSX.Element {
  const { layer, degree, hidden, lr, batch, images, seed } = settings.value;
  return (
    <section class="settings" aria-label="Settings">
      <figure>
        <Canvas
          class="losses"
          label="The share of right answers by step, on training images and on test images"
          draw={(paper) => {
            const history = session.snapshot.value?.shares;
            if (history) drawShares(paper, history, strokes(paper.colours));
          }}
        />
        <figcaption>
          Right by step: <i class="swatch" aria-hidden="true" /> test <i class="swatch dashed" aria-hidden="true" />{" "}
          training
        </figcaption>
      </figure>
      <figure>
        <Canvas
          class="losses"
          label="The loss by step, on training images and on test images, on a logarithmic scale"
          draw={(paper) => {
            const history = session.snapshot.value?.losses;
            if (history) drawLosses(paper, history, strokes(paper.colours));
          }}
        />
        <figcaption>Loss by step: the mean cross entropy</figcaption>
      </figure>
      <Choice
        label="Polynomial layers"
        value={layer}
        options={layers.map((value) => ({ value, title: layerTitles[value] }))}
        onChange={(value) => change({ layer: value })}
      />
      <Slider label="Degree" value={degree} low={1} high={6} onChange={(value) => change({ degree: value })} />
      <Slider label="Hidden units" value={hidden} low={4} high={40} onChange={(value) => change({ hidden: value })} />
      <Among label="Learning rate" value={lr} values={rates} onChange={(value) => change({ lr: value })} />
      <Among label="Images per step" value={batch} values={batches} onChange={(value) => change({ batch: value })} />
      {offered.length > 1 && (
        <Choice
          label="Training images"
          value={images}
          options={offered.map((value) => ({ value, title: amountTitles[value] }))}
          onChange={(value) => change({ images: value })}
        />
      )}
      <Seed value={seed} onChange={(value) => change({ seed: value })} />
    </section>
  );
}

/** The lines of training images and of test images. */
function strokes({ blue, orange }: Palette): readonly Stroke[] {
  return [
    { colour: orange, width: 1.5, dash: [4, 3] },
    { colour: blue, width: 1.75 },
  ];
}
