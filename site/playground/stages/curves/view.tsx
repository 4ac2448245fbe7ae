/** The pictures of the stage Curves: the pad, and below it the three networks side by side. */
import type { JSX } from "preact";
import { Choice } from "../../app/controls.tsx";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { Diagram } from "../../draw/diagram.tsx";
import { termsOf } from "../../draw/terms.ts";
import { edgeTitles } from "../titles.ts";
import { functionsOf, looks, strokeOf } from "./lines.ts";
import { Pad } from "./pad.tsx";
import { isPreset, presetNames, presets } from "./presets.ts";
import { drawResiduals, MOST } from "./residuals.ts";
import type { CurvesSettings } from "./settings.ts";
import { type NetworkName, networkNames, sizesFor } from "./sizes.ts";
import type { CurvesSnapshot } from "./trainer.ts";

type Props = StageProps<CurvesSettings, CurvesSnapshot>;

export function View(props: Props): JSX.Element {
  const { f } = props.settings.value;
  return (
    <>
      <Pad {...props} />
      <Choice
        label="Or take one of these"
        value={isPreset(f) ? f : undefined}
        options={presetNames.map((value) => ({ value, title: presets[value].title }))}
        onChange={(value) => props.change({ f: value }, true)}
      />
      <div class="contestants">
        {networkNames.map((name) => (
          <Contestant key={name} name={name} {...props} />
        ))}
      </div>
    </>
  );
}

function Contestant({ name, session, settings }: Props & { readonly name: NetworkName }): JSX.Element {
  const { hidden, parameters } = sizesFor(settings.value)[name];
  const error = session.snapshot.value?.fits[name].error;
  const wires = () => session.snapshot.value?.fits[name].wires;
  return (
    <section class="contestant" aria-label={edgeTitles[name]}>
      <h2>
        <i class={`swatch ${looks[name]}`} aria-hidden="true" />
        {edgeTitles[name]}
        <output class="number">{error === undefined ? "" : shown(error)}</output>
      </h2>
      <p class="facts">
        {hidden} {hidden === 1 ? "unit" : "units"}, <b class="number">{parameters}</b> parameters
        <span>error</span>
      </p>
      <Diagram
        title={edgeTitles[name]}
        network={wires}
        colour={(colours) => strokeOf(name, colours).colour}
        unit={(column, unit) => (column === 0 ? "x" : column === 1 ? `h${unit + 1}` : "y")}
        formula={(edge) => termsOf(wires() ?? [], edge, functionsOf(name, edge, settings.value))}
      />
      <p class="facts">Residuals, up to ±{MOST}</p>
      <Canvas
        class="residuals"
        label={`Residuals of ${edgeTitles[name]}: its value less the curve's, by x`}
        draw={(paper) => {
          const fit = session.snapshot.value?.fits[name];
          if (fit) drawResiduals(paper, fit.values, settings.value.f, strokeOf(name, paper.colours).colour);
        }}
      />
    </section>
  );
}

function shown(error: number): string {
  if (!Number.isFinite(error)) return "diverged";
  return error < 10 ? error.toFixed(4) : error.toPrecision(3);
}
