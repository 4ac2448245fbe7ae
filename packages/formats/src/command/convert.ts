/** What `convert` writes: the ending of a name says the format. */
import { extname } from "node:path";
import { type Layer, loadStateDict } from "@polygrad/nn";
import type { Tensor } from "@polygrad/tensor";
import { modelOf } from "../architecture/architecture.ts";
import { activationNames, guessModel } from "../architecture/guess.ts";
import { ARCHITECTURE, encodeModel } from "../architecture/model-file.ts";
import { FormatError } from "../errors.ts";
import { formula } from "../formula/formula.ts";
import { parseStrictly } from "../json.ts";
import { emptyRecord } from "../names.ts";
import { encodeNpy } from "../numpy/npy.ts";
import { encodeNpz } from "../numpy/npz.ts";
import { toOnnx } from "../onnx/to-onnx.ts";
import { encodeSafetensors } from "../safetensors/encode.ts";
import { toSource } from "../source/to-source.ts";
import type { Contents } from "./contents.ts";
import { type ConvertOptions, UsageError } from "./usage.ts";

/** What options can be. */
const safetensorsTypes = { float32: "F32", float64: "F64", float16: "F16", bfloat16: "BF16" } as const;
const numpyTypes = ["float32", "float64", "float16"] as const;
const bases = ["monomial", "chebyshev", "legendre", "hermite"] as const;
const squashes = ["none", "tanh"] as const;

/** What was written, for the report. */
export interface Converted {
  readonly bytes: Uint8Array;
  /** The network, if its layers had to be known. */
  readonly model: Layer | undefined;
}

/** Writes what a file holds in the format of the ending. */
type Target = (contents: Contents, options: ConvertOptions, from: string) => Converted;

const network =
  (write: (model: Layer, options: ConvertOptions, contents: Contents) => Uint8Array | string): Target =>
  (contents, options, from) => {
    const model = networkOf(contents, options, from);
    const written = write(model, options, contents);
    return { model, bytes: typeof written === "string" ? new TextEncoder().encode(written) : written };
  };

const source = (language: "typescript" | "c" | "python" | "glsl") =>
  network((model, { name, inputs }) =>
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
      return { model: undefined, bytes: encodeSafetensors(chosen(contents, options), written) };
    const model = networkOf(contents, options, from);
    return { model, bytes: encodeModel(model, written) };
  },
  ".npz": (contents, options) => ({
    model: undefined,
    bytes: encodeNpz(chosen(contents, options), { dtype: numpyType(options), compress: true }),
  }),
  ".npy": (contents, options) => ({
    model: undefined,
    bytes: encodeNpy(only(chosen(contents, options), options.name), { dtype: numpyType(options) }),
  }),
  ".onnx": network((model, { name, inputs, opset }, contents) => {
    const version = opset === undefined ? {} : { opset: numberIn("opset", opset) };
    const sizes = sizesIn(inputs);
    const metadata = textsOf(contents);
    return toOnnx(model, { metadata, ...named(name), ...version, ...(sizes.length === 0 ? {} : { inputs: sizes }) });
  }),
  ".ts": source("typescript"),
  ".c": source("c"),
  ".py": source("python"),
  ".glsl": source("glsl"),
  ".tex": network((model) => `${formula(model).toLatex()}\n`),
};

/** The function that writes a file of that name. @throws UsageError if the ending is not known */
export function targetOf(path: string): Target {
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(targets, ending)) return targets[ending];
  throw new UsageError(
    `${path}: cannot write ${ending === "" ? "a file without an ending" : ending}; known endings are ${Object.keys(targets).join(" ")}`,
  );
}

/** Whether options say what layers there are, which a file then says, too. */
function describesLayers({ layers, activation, basis, squash }: ConvertOptions): boolean {
  return [layers, activation, basis, squash].some((option) => option !== undefined);
}

/** The network that a file holds: as it says itself, as --layers says, or as names and shapes say. */
function networkOf(contents: Contents, options: ConvertOptions, from: string): Layer {
  const { activation, basis, squash, layers, at } = options;
  if (layers !== undefined) {
    const refuse = (what: string) => new UsageError(`--layers: ${what}`);
    const model = modelOf(parseStrictly(layers, 40, refuse));
    loadStateDict(model, chosen(contents, options));
    return model;
  }
  if (contents.model !== undefined && at === undefined && !describesLayers(options)) return contents.model();
  return guessModel(chosen(contents, options), {
    activation: activation === undefined ? undefined : one("activation", activation, activationNames),
    basis: basis === undefined ? undefined : one("basis", basis, bases),
    squash: squash === undefined ? undefined : one("squash", squash, squashes),
    file: from,
  });
}

/** The tensors whose names begin with the option `at`, without it. */
function chosen({ tensors }: Contents, { at }: ConvertOptions): Readonly<Record<string, Tensor>> {
  if (at === undefined) return tensors;
  const found = emptyRecord<Tensor>();
  for (const [name, tensor] of Object.entries(tensors))
    if (name.startsWith(`${at}.`)) found[name.slice(at.length + 1)] = tensor;
  if (Object.keys(found).length === 0) {
    const first = Object.keys(tensors).slice(0, 3).join(", ");
    throw new FormatError(`no name of a tensor begins with "${at}."; the first are ${first}`);
  }
  return found;
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

/** One of some words. @throws UsageError if it is another */
function one<const Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new UsageError(`--${option} must be one of ${words.join(", ")}; got ${given}`);
  return found;
}

function numberIn(option: string, given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new UsageError(`--${option} must be a whole number, got ${given}`);
  return Number(given);
}

function sizesIn(inputs: string | undefined): number[] {
  return inputs === undefined ? [] : inputs.split(",").map((size) => numberIn("inputs", size));
}
