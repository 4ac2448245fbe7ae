/** The diagram of a network, in which an edge can be picked with the mouse, a finger or the arrow keys and seen large. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Palette } from "../app/theme.ts";
import type { Wires } from "../train/wires.ts";
import { Canvas } from "./canvas.tsx";
import { drawLens } from "./lens.ts";
import { drawWires, type Edge, type Layout, layoutOf, type Name, nearest, sameEdge } from "./wires.ts";

interface Props {
  readonly title: string;
  /** The network; undefined while there is none. Read in drawings, so it may read signals. */
  readonly network: () => readonly Wires[] | undefined;
  readonly colour: (colours: Palette) => string;
  readonly unit: Name;
  /** The function on an edge, in words or signs. */
  readonly formula: (edge: Edge) => string;
}

export function Diagram({ title, network, colour, unit, formula }: Props): JSX.Element {
  /** The picked edge; if there is none, the one that reaches furthest in the last layer is shown. */
  const picked = useSignal<Edge | undefined>(undefined);
  const last = useMemo<{ layout: Layout }>(() => ({ layout: { units: [], wires: [] } }), []);
  const wires = network();
  const edges = wires === undefined ? [] : edgesOf(wires);
  const at = edges.findIndex((edge) => picked.value && sameEdge(edge, picked.value));
  const shown = wires && (edges[at] ?? strongest(wires));
  const name = ({ layer, input, output }: Edge) => `${unit(layer, input)} → ${unit(layer + 1, output)}`;
  const pick = ({ clientX, clientY, currentTarget }: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const box = currentTarget.getBoundingClientRect();
    const wire = nearest(last.layout, { x: clientX - box.left, y: clientY - box.top });
    if (wire) picked.value = { layer: wire.layer, input: wire.input, output: wire.output };
  };
  return (
    <div class="network">
      <input
        class="unseen"
        type="range"
        min={0}
        max={Math.max(edges.length - 1, 0)}
        value={Math.max(at, 0)}
        aria-label={`An edge of the network ${title}`}
        aria-valuetext={shown && `${name(shown)}: ${formula(shown)}`}
        onInput={({ currentTarget }) => {
          picked.value = edges[currentTarget.valueAsNumber];
        }}
      />
      <div
        class="diagram"
        onPointerDown={pick}
        onPointerMove={(event) => event.pointerType === "mouse" && pick(event)}
        onPointerLeave={({ pointerType }) => {
          if (pointerType === "mouse") picked.value = undefined;
        }}
      >
        <Canvas
          label={`The network ${title}, with the function on each edge`}
          draw={(paper) => {
            const own = network();
            if (own === undefined) return;
            last.layout = layoutOf(own, paper.width, paper.height);
            drawWires(paper, last.layout, { colour: colour(paper.colours), picked: picked.value, name: unit });
          }}
        />
      </div>
      <div class="lens">
        <Canvas
          label={shown ? `The function on the edge ${name(shown)}` : "No edge"}
          draw={(paper) => {
            const own = network();
            if (own === undefined) return;
            const edge = picked.value;
            const known = edge !== undefined && edgesOf(own).some((each) => sameEdge(each, edge));
            drawLens(paper, own, known ? edge : strongest(own), colour(paper.colours));
          }}
        />
        <p class="facts">
          {shown ? (
            <>
              <b>{name(shown)}</b> <span class="number">{formula(shown)}</span>
            </>
          ) : null}
        </p>
      </div>
    </div>
  );
}

function edgesOf(network: readonly Wires[]): readonly Edge[] {
  return network.flatMap(({ inputs, outputs }, layer) =>
    Array.from({ length: inputs * outputs }, (_, edge) => ({
      layer,
      input: Math.floor(edge / outputs),
      output: edge % outputs,
    })),
  );
}

/** The edge of the last layer whose function reaches furthest. */
function strongest(network: readonly Wires[]): Edge {
  const layer = network.length - 1;
  const { outputs, curves } = network[layer];
  const samples = curves.length / (network[layer].inputs * outputs);
  let [edge, furthest] = [0, 0];
  for (const [k, value] of curves.entries())
    if (Math.abs(value) > furthest) [edge, furthest] = [Math.floor(k / samples), Math.abs(value)];
  return { layer, input: Math.floor(edge / outputs), output: edge % outputs };
}
