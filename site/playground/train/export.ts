/** A trained network as a file. The worker loads this, and with it all that writes formats, when a file is first asked for. */
import { encodeModel, encodeNpz, formula, toOnnx, toSource } from "@polygrad/formats";
import { type Layer, stateDict } from "polygrad";
import { type Format, formats } from "./formats.ts";
import type { ExportedFile } from "./messages.ts";

const writers: Readonly<Record<Format, (network: Layer) => ExportedFile["content"]>> = {
  safetensors: (network) => encodeModel(network),
  onnx: (network) => toOnnx(network),
  numpy: (network) => encodeNpz(stateDict(network)),
  typescript: (network) => toSource(network, "typescript"),
  c: (network) => toSource(network, "c"),
  python: (network) => toSource(network, "python"),
  glsl: (network) => toSource(network, "glsl"),
  formula: (network) => `${formula(network, { precision: 6 })}\n`,
};

/** @throws Error if there is no network of that name, or it does not fit the format */
export function exported(networks: Readonly<Record<string, Layer>>, name: string, format: Format): ExportedFile {
  const network = networks[name];
  if (network === undefined) throw new Error(`there is no network ${name}; the networks are ${Object.keys(networks)}`);
  const content = writers[format](network);
  const type = typeof content === "string" ? "text/plain" : "application/octet-stream";
  return { name: `${name}.${formats[format].ending}`, type, content };
}
