/** The pictures of the stage Planes: the plane, and the network that divides it. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { Diagram } from "../../draw/diagram.tsx";
import { basisNames, termsOf } from "../../draw/terms.ts";
import type { Edge } from "../../draw/wires.ts";
import type { CsvAnswer } from "./csv.ts";
import type { PlanesSettings } from "./settings.ts";
import { drawSurface } from "./surface.ts";
import type { PlanesSnapshot } from "./trainer.ts";
import { Units } from "./units.tsx";

export function View(props: StageProps<PlanesSettings, PlanesSnapshot, CsvAnswer>): JSX.Element {
  const { session, settings } = props;
  const scratch = useMemo(() => document.createElement("canvas"), []);
  const snapshot = session.snapshot.value;
  const { data, x, y } = settings.value;
  const axes = data === "own" && x !== "" ? [x, y] : ["x₁", "x₂"];
  const wires = () => session.snapshot.value?.wires;
  const columns = snapshot ? snapshot.wires.length : 0;
  const unit = (column: number, k: number) => {
    if (column === 0) return axes[k];
    if (column < columns) return `${column === 1 ? "h" : "g"}${k + 1}`;
    return snapshot?.points.classes.length === 2 ? "y" : (snapshot?.points.classes[k] ?? "");
  };
  return (
    <div class="sides">
      <section aria-label="The plane">
        <p class="scores">
          <Score title="Right, held out" accuracy={snapshot?.test.accuracy} />
          <Score title="Right, in training" accuracy={snapshot?.train.accuracy} />
        </p>
        <div class="plane">
          <Canvas
            label="The points, by their classes, and which class the network expects where"
            draw={(paper) => {
              const own = session.snapshot.value;
              if (own) drawSurface(paper, own, scratch);
            }}
          />
          <span class="axis">{axes[0]}</span>
          <span class="axis up">{axes[1]}</span>
        </div>
        <p class="facts">
          Filled points are trained on; hollow ones are held out. The line is where the network is undecided.
        </p>
      </section>
      <section aria-label="The network">
        <p class="facts">
          <b class="number">{snapshot?.parameters ?? "–"}</b> parameters
        </p>
        <Diagram
          title="classifier"
          network={wires}
          colour={({ accent }) => accent}
          unit={unit}
          formula={(edge) => termsOf(wires() ?? [], edge, functionsOf(edge, settings.value, unit))}
        />
      </section>
      <Units {...props} unit={unit} />
    </div>
  );
}

function Score({ title, accuracy }: { readonly title: string; readonly accuracy: number | undefined }): JSX.Element {
  return (
    <span>
      {title} <output class="number">{accuracy === undefined ? "–" : `${(100 * accuracy).toFixed(1)} %`}</output>
    </span>
  );
}

function functionsOf(
  { layer, input }: Edge,
  { edges, basis, degree, squash }: PlanesSettings,
  unit: (column: number, unit: number) => string,
): readonly string[] {
  const from = unit(layer, input);
  if (edges === "relu") return [layer === 0 ? from : `max(${from}, 0)`];
  if (edges === "spline") return [];
  return basisNames(basis, degree, layer > 0 && squash === "tanh" ? "t" : from);
}
