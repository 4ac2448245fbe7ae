/** The diagram of a model: its layers with functions on their edges, and the strongest edges into each unit. */
import type { Input, Sequential } from "polygrad";
import type { Diagram, DiagramEdge, DiagramUnit } from "./diagram.ts";
import { edgesOf, inputsOf, isEdgeLayer, strengthsOf } from "./edges-of.ts";

/** What the diagram shows of a model. */
export interface DiagramChoice {
  /** The names of the inputs and of the outputs; their numbers, from 0, by default. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** The shape of the input, if it is an image: then hidden units show what they read, in place of edges from pixels. */
  readonly image?: readonly [height: number, width: number];
  /** The most edges into one unit, the strongest of them; by default as many as make 24 in a layer, but 2 at least. */
  readonly most?: number;
}

/**
 * The units and edges of a model, over its inputs `x`. Layers without edges, such as norms, are part of the units. Without
 * `image`, the inputs of the first layer with edges are the lowest row.
 */
export function diagramOf(model: Sequential, x: Input, choice: DiagramChoice = {}): Pick<Diagram, "units" | "edges"> {
  const layers = model.layers.flatMap((layer, at) =>
    isEdgeLayer(layer) && !("elementwise" in layer && layer.elementwise === true) ? [{ layer, at }] : [],
  );
  const { image, inputNames, outputNames } = choice;
  const units: DiagramUnit[][] = [];
  const shown: DiagramEdge[] = [];
  for (const [k, { layer, at }] of layers.entries()) {
    const met = inputsOf(model, at, x);
    const names = k === layers.length - 1 ? (outputNames ?? numbers(layer.outputs)) : [];
    const above = Array.from({ length: layer.outputs }, (_, o): DiagramUnit => ({ name: names[o] ?? "" }));
    if (k === 0 && image) {
      const strengths = strengthsOf(layer, met);
      units.push(above.map((unit, o) => ({ ...unit, image: readBy(strengths, o, image) })));
      continue;
    }
    if (k === 0) units.push((inputNames ?? numbers(layer.inputs)).map((name) => ({ name })));
    const most = choice.most ?? Math.max(2, Math.floor(24 / layer.outputs));
    const from = units.length - 1;
    for (const { input, output, x, y, strength } of edgesOf(layer, met, { perOutput: most, places: 33 }))
      shown.push({ layer: from, from: input, to: output, x, y, strength });
    units.push(above);
  }
  return { units, edges: shown };
}

/** How strongly a unit reads each pixel. */
function readBy(
  strengths: readonly Float64Array[],
  unit: number,
  [height, width]: readonly [number, number],
): NonNullable<DiagramUnit["image"]> {
  return { values: Float64Array.from(strengths, (each) => each[unit]), width, height };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, k) => String(k));
