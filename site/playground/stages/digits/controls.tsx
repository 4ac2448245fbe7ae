/** The settings of the stage Digits. */
import type { JSX } from "preact";
import { Choice, Seed, Slider } from "../../app/controls.tsx";
import type { StageProps } from "../../app/stage.ts";
import { rates } from "../../train/choices.ts";
import { amounts, batches, type DigitsSettings, layers } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";

const layerTitles = { stable: "Library's", loretz2024: "Article's" } as const;

export function Controls({ settings, change }: StageProps<DigitsSettings, DigitsSnapshot>): JSX.Element {
  const { layer, degree, hidden, lr, batch, images, seed } = settings.value;
  return (
    <section class="settings" aria-label="Settings">
      <Choice
        label="Polynomial layers"
        value={layer}
        options={layers.map((value) => ({ value, title: layerTitles[value] }))}
        onChange={(value) => change({ layer: value })}
      />
      <Slider label="Degree" value={degree} low={1} high={6} onChange={(value) => change({ degree: value })} />
      <Slider label="Hidden units" value={hidden} low={4} high={40} onChange={(value) => change({ hidden: value })} />
      <Slider
        label="Learning rate"
        value={rates.indexOf(lr)}
        low={0}
        high={rates.length - 1}
        show={(value) => String(rates[value])}
        onChange={(value) => change({ lr: rates[value] })}
      />
      <Slider
        label="Images per step"
        value={batches.indexOf(batch)}
        low={0}
        high={batches.length - 1}
        show={(value) => String(batches[value])}
        onChange={(value) => change({ batch: batches[value] })}
      />
      <Choice
        label="Training images"
        value={images}
        options={amounts.map((value) => ({ value, title: value.toLocaleString("en") }))}
        onChange={(value) => change({ images: value })}
      />
      <Seed value={seed} onChange={(value) => change({ seed: value })} />
    </section>
  );
}
