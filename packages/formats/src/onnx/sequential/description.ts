/**
 * The layers of a model in the metadata of its ONNX file, as JSON. Read kinds.ts first.
 *
 * A layer is { "layer": "Polynomial", "basis": "chebyshev", ... }, a Sequential { "layers": [...] }, and a layer that
 * occurs again { "again": "layers.0" }. Sizes are not in it: they are those of the initialisers. So a file cannot ask for
 * more memory than its own size.
 */
import { type Layer, Sequential } from "@polygrad/nn";
import type { Shape } from "@polygrad/tensor";
import { isPlain } from "../../names.ts";
import { type Description, kinds } from "./kinds.ts";

/** The key of the metadata. */
export const KEY = "polygrad";

/** Describes a model of layers that `stepsOf` knows. */
export function describeLayers(model: Layer): Description {
  return described(model, "", new Map());
}

function described(layer: Layer, path: string, before: Map<Layer, string>): Description {
  const earlier = before.get(layer);
  if (earlier !== undefined) return { again: earlier };
  before.set(layer, path);
  if (layer instanceof Sequential)
    return { layers: layer.layers.map((each, k) => described(each, within(path, k), before)) };
  for (const [name, { describe }] of Object.entries(kinds)) {
    const settings = describe(layer);
    if (settings !== undefined) return { layer: name, ...settings };
  }
  return {};
}

function within(path: string, k: number): string {
  return path === "" ? `layers.${k}` : `${path}.layers.${k}`;
}

/**
 * Makes the layers again, with any parameters. `shapeAt` gives the shape of a part of the state by name.
 * @throws some error if the description does not fit
 */
export function makeLayers(description: unknown, shapeAt: (name: string) => Shape | undefined): Layer {
  return made(description, "", new Map(), shapeAt);
}

function made(
  description: unknown,
  path: string,
  before: Map<string, Layer>,
  shapeAt: (name: string) => Shape | undefined,
): Layer {
  if (!isPlain(description)) throw new TypeError("a layer is not an object");
  const { again, layers, layer: name } = description;
  const earlier = before.get(String(again));
  if (again !== undefined && earlier !== undefined) return earlier;
  const kind = typeof name === "string" && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  const layer = Array.isArray(layers)
    ? new Sequential(...layers.map((each, k) => made(each, within(path, k), before, shapeAt)))
    : kind?.make(description, (field) => shapeAt(path === "" ? field : `${path}.${field}`));
  if (layer === undefined) throw new TypeError("there is no such layer");
  before.set(path, layer);
  return layer;
}
