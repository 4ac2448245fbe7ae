/** The settings of the stage Planes. */
import type { JSX } from "preact";
import { Among, Choice, Seed, Slider } from "../../app/controls.tsx";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { drawLosses } from "../../draw/losses.ts";
import { edgeKinds, rates } from "../../train/choices.ts";
import { PolynomialControls } from "../polynomials.tsx";
import { edgeTitles } from "../titles.ts";
import type { CsvAnswer } from "./csv.ts";
import { OwnData } from "./own-data.tsx";
import { dataNames, type PlanesSettings } from "./settings.ts";
import type { PlanesSnapshot } from "./trainer.ts";

const dataTitles = {
  spirals: "Spirals",
  circle: "Circle",
  xor: "Exclusive or",
  moons: "Moons",
  own: "Your own",
} as const;

export function Controls(props: StageProps<PlanesSettings, PlanesSnapshot, CsvAnswer>): JSX.Element {
  const { session, settings, change } = props;
  const { data, noise, edges, hidden, second, lr, seed, points } = settings.value;
  const offered = dataNames.filter((name) => name !== "own" || points !== "");
  return (
    <section class="settings" aria-label="Settings">
      <figure>
        <Canvas
          class="losses"
          label="The loss by step, on a logarithmic scale: in training a line, on points held out dashes"
          draw={(paper) => {
            const history = session.snapshot.value?.history;
            const { accent, faint } = paper.colours;
            const strokes = [
              { colour: accent, width: 1.75 },
              { colour: faint, width: 1.75, dash: [5, 3] },
            ];
            if (history) drawLosses(paper, history, strokes);
          }}
        />
        <figcaption>Loss by step; dashed: held out</figcaption>
      </figure>
      <Choice
        label="Points"
        value={data}
        options={offered.map((value) => ({ value, title: dataTitles[value] }))}
        onChange={(value) => change({ data: value }, true)}
      />
      <OwnData {...props} />
      {data === "own" ? null : (
        <Slider
          label="Noise"
          value={noise}
          low={0}
          high={20}
          show={(value) => `${value} %`}
          onChange={(value) => change({ noise: value })}
        />
      )}
      <Choice
        label="On the edges"
        value={edges}
        options={edgeKinds.map((value) => ({ value, title: edgeTitles[value] }))}
        onChange={(value) => change({ edges: value })}
      />
      {edges === "polynomial" ? (
        <PolynomialControls settings={settings.value} squashed="Before all layers but the first" change={change} />
      ) : null}
      <Slider label="Hidden units" value={hidden} low={1} high={10} onChange={(value) => change({ hidden: value })} />
      <Slider
        label="Second hidden layer"
        value={second}
        low={0}
        high={10}
        show={(value) => (value === 0 ? "none" : String(value))}
        onChange={(value) => change({ second: value })}
      />
      <Among label="Learning rate" value={lr} values={rates} onChange={(value) => change({ lr: value })} />
      <Seed value={seed} onChange={(value) => change({ seed: value })} />
    </section>
  );
}
