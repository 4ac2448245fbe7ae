/** Files of other programs: the layers of which their graph is a chain. Read forms.ts first. */
import { type Layer, Sequential } from "@polygrad/nn";
import { ArgumentError, ShapeError, type Tensor, ValueError } from "@polygrad/tensor";
import { FormatError } from "../../errors.ts";
import type { ParsedModel } from "../parse.ts";
import { type About, type Form, type Found, forms, nothing } from "./forms.ts";
import { type Graph, type Match, matches } from "./patterns.ts";
import { tensorsOf } from "./written.ts";

/** @throws FormatError if the graph is not a chain of such layers: it names the last node that does not fit */
export function chainOf(model: ParsedModel): Sequential {
  const { inputs, outputs, nodes } = model;
  if (inputs.length !== 1 || outputs.length !== 1)
    throw new FormatError(
      `asSequential: the model has ${inputs.length} inputs and ${outputs.length} outputs, but a Sequential has one of each`,
    );
  const producers = new Map(nodes.flatMap((each) => each.outputs.map((name) => [name, each] as const)));
  const graph: Graph = { producers, tensors: tensorsOf(model), input: inputs[0].name };
  const about = aboutModel(model);
  const layers: Layer[] = [];
  const shared = new Map<string, Layer>();
  for (let value = outputs[0].name; value !== graph.input; ) {
    const { match, layer } = lastLayer(graph, value, about);
    if (layer !== undefined) {
      const key = sharedKey(match);
      const known = match.tensors.size === 0 ? layer : (shared.get(key) ?? layer);
      shared.set(key, known);
      layers.push(known);
    }
    value = match.x ?? "";
  }
  return new Sequential(...layers.reverse()).eval();
}

function aboutModel({ inputs, opset }: ParsedModel): About {
  const { shape } = inputs[0];
  const sizes = shape?.slice(1).map(Number);
  return { opset, rank: shape?.length, inputs: sizes?.reduce((product, size) => product * size, 1) };
}

/** Two places with the same key compute the same with the same parameters: they are one layer, which the graph has twice. */
function sharedKey({ nodes, tensors }: Match): string {
  const settings = nodes.map(({ operator, attributes }) => [
    operator,
    [...attributes].map(([name, { value }]) => [name, String(value)]),
  ]);
  return JSON.stringify([settings, [...tensors]]);
}

/** The layer that gives a value. */
function lastLayer(graph: Graph, value: string, about: About): { match: Match; layer: Layer | undefined } {
  const start: Match = { x: undefined, tensors: new Map(), nodes: [] };
  for (const pattern of nothing) {
    const match = matches(graph, value, pattern, start);
    if (match !== undefined) return { match, layer: undefined };
  }
  for (const form of forms) {
    const match = matches(graph, value, form.pattern, start);
    if (match === undefined) continue;
    const tensors: Record<string, Tensor> = {};
    for (const [name, found] of match.tensors) tensors[name] = graph.tensors.get(found) ?? missingTensor(found);
    const [last] = match.nodes;
    const isMatrix = about.rank === 2 || /^(Gemm|Flatten)$/.test(graph.producers.get(match.x ?? "")?.operator ?? "");
    const layer = made(form, { ...about, last, isFirst: match.x === graph.input, isMatrix, tensors });
    if (layer !== undefined) return { match, layer };
  }
  const producer = graph.producers.get(value);
  throw new FormatError(
    `asSequential: ${producer === undefined ? `the value ${JSON.stringify(value)}` : `${producer.place}: ${producer.operator}`} ` +
      "is not the end of a layer that it knows, with one value before it; run the model as it is, with forward",
  );
}

/** The layer of a form; undefined if the layer does not take the settings or the parameters, such as float64. */
function made(form: Form, found: Found): Layer | undefined {
  try {
    return form.layer(found);
  } catch (error) {
    if (error instanceof ValueError || error instanceof ShapeError || error instanceof ArgumentError) return undefined;
    throw error;
  }
}

function missingTensor(name: string): never {
  throw new FormatError(`asSequential: there is no tensor ${name}`);
}
