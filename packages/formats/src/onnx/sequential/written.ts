/** Files of `toOnnx`: the network that they were written from, if their graph is still what it writes. Read architecture.ts first. */
import type { Layer } from "@polygrad/nn";
import { loadStateDict, Sequential, stateDict } from "@polygrad/nn";
import type { Tensor } from "@polygrad/tensor";
import { modelOf } from "../../architecture/architecture.ts";
import { ARCHITECTURE } from "../../architecture/model-file.ts";
import { FormatError } from "../../errors.ts";
import { parseStrictly } from "../../json.ts";
import { type Attribute, type ParsedModel, parseModel } from "../parse.ts";
import { toOnnx } from "../to-onnx.ts";

/** How deep layers may be nested in a description, and JSON with them. */
const DEPTH = 100;

/** The network that a file describes in its metadata; undefined if it describes none, or another one than it has. */
export function writtenLayers(model: ParsedModel): Sequential | undefined {
  const description = model.metadata[ARCHITECTURE];
  if (description === undefined) return undefined;
  const tensors = tensorsOf(model);
  const numbers = [...tensors.values()].reduce((sum, { size }) => sum + 4 * size, 1024);
  try {
    const parsed = parseStrictly(description, DEPTH, (what) => new FormatError(what));
    const layers = modelOf(parsed, numbers);
    const names = Object.keys(stateDict(layers));
    loadStateDict(layers, Object.fromEntries(names.map((name) => [name, tensors.get(name) ?? missing(name)])));
    if (graphText(rewritten(layers, model)) !== graphText(model)) return undefined;
    return (layers instanceof Sequential ? layers : new Sequential(layers)).eval();
  } catch {
    return undefined; // the description is not one that toOnnx writes
  }
}

function missing(name: string): never {
  throw new FormatError(`there is no ${name}`);
}

/** What `toOnnx` writes for these layers, with the names and the opset of another model. */
function rewritten(layers: Layer, { inputs, outputs, opset }: ParsedModel): ParsedModel {
  const [batch, ...sample] = inputs[0].shape ?? [];
  const options = {
    inputs: sample.map(Number),
    opset,
    inputName: inputs[0].name,
    outputName: outputs[0].name,
    ...(typeof batch === "number" ? { batch } : {}),
  };
  return parseModel(toOnnx(layers, options), (what) => new FormatError(what));
}

/** The tensors of a graph by name: initialisers and constants. */
export function tensorsOf({ initialisers, nodes }: ParsedModel): ReadonlyMap<string, Tensor> {
  const tensors = new Map(initialisers.map(({ name, value }) => [name, value]));
  for (const { operator, outputs, attributes } of nodes) {
    const value = attributes.get("value");
    if (operator === "Constant" && value?.kind === "tensor") tensors.set(outputs[0], value.value.value);
  }
  return tensors;
}

/** All that a graph computes, but the values of its initialisers. */
function graphText({ nodes, initialisers, inputs, outputs, opset }: ParsedModel): string {
  return JSON.stringify([
    opset,
    nodes.map(({ operator, domain, inputs, outputs, attributes }) => [
      ...[operator, domain, inputs, outputs],
      [...attributes].map(([name, attribute]) => [name, attributeText(attribute)]).sort(),
    ]),
    initialisers.map(({ name, kind, value }) => [name, kind, value.dtype, value.shape]).sort(),
    [inputs, outputs].map((values) => values.map(({ name, type, shape }) => [name, type, shape])),
  ]);
}

/** An attribute; of a tensor, all but its name. */
function attributeText(attribute: Attribute): unknown {
  if (attribute.kind !== "tensor") return attribute;
  const { kind, value } = attribute.value;
  return [kind, value.dtype, value.shape, Array.from(value.clone().data, String)];
}
