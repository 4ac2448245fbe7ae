/** `fromOnnx`: the model in an ONNX file. Read parse.ts, plan.ts and onnx-model.ts first. */
import { type Checks, checkOptions, instance, text } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { OnnxModel } from "./onnx-model.ts";
import { parseModel } from "./parse.ts";
import { planOf } from "./plan.ts";

/** Options of `fromOnnx`. */
export interface FromOnnxOptions {
  /** The name of the file in error messages. */
  readonly file?: string;
}

const known: Checks<FromOnnxOptions> = { file: text };

/**
 * Reads an ONNX model of opset 9 to 22. Its float initialisers are copied and become parameters, so it can be trained on.
 * float16 and bfloat16 become float32. It checks every node before anything is computed.
 * @throws FormatError if `bytes` is not such a model; for an operator that is not known, it names the first one and lists
 * those that are; ArgumentError if an argument is of the wrong kind
 */
export function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions = {}): OnnxModel {
  instance(Uint8Array, "the bytes of a file in a Uint8Array")("fromOnnx", "bytes", bytes);
  checkOptions("fromOnnx", options, known);
  const refuse = (what: string): FormatError => new FormatError(`fromOnnx: ${options.file ?? "ONNX"}: ${what}`);
  const model = parseModel(bytes, refuse);
  return new OnnxModel(model, planOf(model, refuse));
}
