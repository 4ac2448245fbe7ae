/** What `convert` writes: the ending of a name says the format. */
import { extname } from "node:path";
import type { Layer } from "@polygrad/nn";
import type { Tensor } from "@polygrad/tensor";
import { ARCHITECTURE, encodeModel } from "../architecture/model-file.ts";
import { formula } from "../formula/formula.ts";
import { emptyRecord } from "../names.ts";
import { encodeNpy } from "../numpy/npy.ts";
import { encodeNpz } from "../numpy/npz.ts";
import { toOnnx } from "../onnx/to-onnx.ts";
import { encodeSafetensors } from "../safetensors/encode.ts";
import { toSource } from "../source/to-source.ts";
import type { Contents } from "./contents.ts";
import { chosen, describesLayers, type Network, networkOf } from "./network.ts";
import { type ConvertOptions, one, UsageError } from "./usage.ts";

/** What options can be. */
const safetensorsTypes = { float32: "F32", float64: "F64", float16: "F16", bfloat16: "BF16" } as const;
const numpyTypes = ["float32", "float64", "float16"] as const;

/** What was written, for the report. */
export interface Converted {
  readonly bytes: Uint8Array;
  /** The network, if its layers had to be known. */
  readonly network: Network | undefined;
}

/** Writes what a file holds in the format of the ending. */
type Target = (contents: Contents, options: ConvertOptions, from: string) => Converted;

const ofNetwork =
  (write: (model: Layer, options: ConvertOptions, contents: Contents) => Uint8Array | string): Target =>
  (contents, options, from) => {
    const network = networkOf(contents, options, from);
    const written = write(network.model, options, contents);
    return { network, bytes: typeof written === "string" ? new TextEncoder().encode(written) : written };
  };

const source = (language: "typescript" | "c" | "python" | "glsl") =>
  ofNetwork((model, { name, inputs }) =>
    toSource(model, language, {
      ...named(name),
      ...(inputs === undefined ? {} : { inputs: numberIn("inputs", inputs) }),
    }),
  );

/** The formats that are written, by the ending of the name. */
const targets: Readonly<Record<string, Target>> = {
  ".safetensors": (contents, options, from) => {
    const dtype =
      options.dtype === undefined
        ? undefined
        : safetensorsTypes[one("dtype", options.dtype, ["float32", "float64", "float16", "bfloat16"])];
    const written = { metadata: textsOf(contents), dtype };
    if (!describesLayers(options) && (options.at !== undefined || contents.model === undefined))
      return { network: undefined, bytes: encodeSafetensors(chosen(contents, options), written) };
    const network = networkOf(contents, options, from);
    return { network, bytes: encodeModel(network.model, written) };
  },
  ".npz": (contents, options) => ({
    network: undefined,
    bytes: encodeNpz(chosen(contents, options), { dtype: numpyType(options), compress: true }),
  }),
  ".npy": (contents, options) => ({
    network: undefined,
    bytes: encodeNpy(only(chosen(contents, options), options.name), { dtype: numpyType(options) }),
  }),
  ".onnx": ofNetwork((model, { name, inputs, opset }, contents) => {
    const version = opset === undefined ? {} : { opset: numberIn("opset", opset) };
    const sizes = sizesIn(inputs);
    const metadata = textsOf(contents);
    return toOnnx(model, { metadata, ...named(name), ...version, ...(sizes.length === 0 ? {} : { inputs: sizes }) });
  }),
  ".ts": source("typescript"),
  ".c": source("c"),
  ".py": source("python"),
  ".glsl": source("glsl"),
  ".tex": ofNetwork((model) => `${formula(model).toLatex()}\n`),
};

/** The function that writes a file of that name. @throws UsageError if the ending is not known */
export function targetOf(path: string): Target {
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(targets, ending)) return targets[ending];
  throw new UsageError(
    `${path}: cannot write ${ending === "" ? "a file without an ending" : ending}; known endings are ${Object.keys(targets).join(" ")}`,
  );
}

/** The tensor of that name or, without a name, the only one. */
function only(tensors: Readonly<Record<string, Tensor>>, name: string | undefined): Tensor {
  const names = Object.keys(tensors);
  const own = name ?? (names.length === 1 ? names[0] : undefined);
  if (own !== undefined && names.includes(own)) return tensors[own];
  throw new UsageError(`an .npy file has one tensor; choose it with --name: ${names.slice(0, 20).join(", ")}`);
}

function numpyType({ dtype }: ConvertOptions): "float32" | "float64" | "float16" | undefined {
  return dtype === undefined ? undefined : one("dtype", dtype, numpyTypes);
}

/** Metadata as texts. The layers are left out: they are written where they are known. */
function textsOf({ metadata }: Contents): Record<string, string> {
  const texts = emptyRecord<string>();
  for (const [name, value] of Object.entries(metadata))
    if (name !== ARCHITECTURE) texts[name] = typeof value === "string" ? value : JSON.stringify(value);
  return texts;
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

function numberIn(option: string, given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new UsageError(`--${option} must be a whole number, got ${given}`);
  return Number(given);
}

function sizesIn(inputs: string | undefined): number[] {
  return inputs === undefined ? [] : inputs.split(",").map((size) => numberIn("inputs", size));
}
