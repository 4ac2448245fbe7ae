/** A whole model in one safetensors file: its weights, and its architecture in the metadata. Read architecture.ts first. */
import { type Layer, loadStateDict, Module, stateDict } from "@polygrad/nn";
import { type Checks, checkOptions, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { parseStrictly } from "../json.ts";
import { type EncodeOptions, encodeChecks, encodeSafetensors } from "../safetensors/encode.ts";
import { parseSafetensors } from "../safetensors/parse.ts";
import { architectureOf, modelOf } from "./architecture.ts";

/** The name of the text in the metadata that has the architecture. */
export const ARCHITECTURE = "polygrad.architecture";

/** How deep the JSON of an architecture is nested at most. */
const DEEPEST = 40;

/**
 * Encodes a model as a safetensors file, from which `parseModel` makes the same model. Other programs read the weights.
 * @throws ArgumentError if a layer is not one of nn's
 */
export function encodeModel(model: Layer, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  checkOptions("encodeModel", options, encodeChecks);
  const metadata = { ...options.metadata, [ARCHITECTURE]: JSON.stringify(architectureOf(model)) };
  return encodeSafetensors(stateDict(model), { ...options, metadata });
}

/**
 * Makes the model that a file has, with its weights, in evaluation: call `train()` to train it further.
 * @param options `file` is the file's name in error messages
 * @throws FormatError if the bytes are no such file, or the weights do not fit the architecture
 */
export function parseModel(bytes: Uint8Array, options: { readonly file?: string | undefined } = {}): Layer {
  checkOptions("parseModel", options, known);
  const { file = "model" } = options;
  const { tensors, metadata } = parseSafetensors(bytes, { file });
  const json = metadata[ARCHITECTURE];
  const refuse = (what: string, cause?: unknown) => new FormatError(`parseModel: ${file}: ${what}`, { cause });
  if (json === undefined)
    throw refuse(
      "it has tensors, but not the architecture that encodeModel writes; make the model, and load the tensors",
    );
  const numbers = Object.values(tensors).reduce((sum, { size }) => sum + size, 0);
  try {
    const model = modelOf(parseStrictly(json, DEEPEST, refuse), 4 * numbers + 1024);
    loadStateDict(model, tensors);
    return model instanceof Module ? model.eval() : model;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const known: Checks<{ readonly file?: string | undefined }> = { file: text };
