/** The pictures of the stage Curves: the pad, and below it the three networks side by side. */
import type { JSX } from "preact";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { drawWires } from "../../draw/wires.ts";
import { Pad } from "./pad.tsx";
import { drawResiduals } from "./residuals.ts";
import type { CurvesSettings } from "./settings.ts";
import { type NetworkName, networkNames, sizesFor } from "./sizes.ts";
import { strokeOf, titles } from "./titles.ts";
import type { CurvesSnapshot } from "./trainer.ts";

type Props = StageProps<CurvesSettings, CurvesSnapshot>;

export function View(props: Props): JSX.Element {
  return (
    <>
      <Pad {...props} />
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
  return (
    <section class="contestant" aria-label={titles[name]}>
      <h2>
        <i class={`swatch ${name}`} aria-hidden="true" />
        {titles[name]}
      </h2>
      <p class="facts">
        {hidden} {hidden === 1 ? "unit" : "units"}, <b class="number">{parameters}</b> parameters
      </p>
      <Canvas
        class="diagram"
        label={`The network ${titles[name]}: one input, ${hidden} hidden units, one output, and the function on each edge`}
        draw={(paper) => {
          const fit = session.snapshot.value?.fits[name];
          if (fit) drawWires(paper, { wires: fit.wires, colour: strokeOf(name, paper.colours).colour });
        }}
      />
      <p class="facts">
        Error <b class="number">{error === undefined ? "–" : shown(error)}</b>
      </p>
      <Canvas
        class="residuals"
        label={`Residuals of ${titles[name]}: its value less the curve's, by x`}
        draw={(paper) => {
          const fit = session.snapshot.value?.fits[name];
          if (fit) drawResiduals(paper, fit.values, settings.value.f, strokeOf(name, paper.colours).colour);
        }}
      />
    </section>
  );
}

function shown(error: number): string {
  return Number.isFinite(error) ? error.toFixed(4) : "diverged";
}
