/** The settings of the stage Planes. */
import type { JSX } from "preact";
import { Among, Choice, Seed, Slider } from "../../app/controls.tsx";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { drawLosses } from "../../draw/losses.ts";
import { bases, edgeKinds, rates, squashes } from "../../train/choices.ts";
import { basisTitles, edgeTitles, squashTitles } from "../titles.ts";
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
  const { data, noise, edges, basis, degree, hidden, second, squash, lr, seed, points } = settings.value;
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
        <>
          <Choice
            label="Polynomials"
            value={basis}
            options={bases.map((value) => ({ value, title: basisTitles[value] }))}
            onChange={(value) => change({ basis: value })}
          />
          <Slider label="Degree" value={degree} low={1} high={12} onChange={(value) => change({ degree: value })} />
          <Choice
            label="Before all layers but the first"
            value={squash}
            options={squashes.map((value) => ({ value, title: squashTitles[value] }))}
            onChange={(value) => change({ squash: value })}
          />
        </>
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
