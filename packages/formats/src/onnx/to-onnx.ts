/** `toOnnx`: a network as an ONNX model. Read graph-writer.ts and steps/step.ts first. */
import type { Layer } from "@polygrad/nn";
import { ArgumentError, ShapeError } from "@polygrad/tensor";
import { type Check, type Checks, checkOptions, described, integerFrom, sizeOf, text } from "@polygrad/tensor/internal";
import { architectureOf } from "../architecture/architecture.ts";
import { ARCHITECTURE } from "../architecture/model-file.ts";
import { FormatError } from "../errors.ts";
import { checkUnicode, recordOf } from "../names.ts";
import { inputsOf } from "../network/network.ts";
import { isOfAnySize } from "../network/steps.ts";
import { MessageWriter } from "../protobuf/write.ts";
import { VERSION } from "../version.ts";
import { ENTRY, FLOAT, GRAPH, INT64, MODEL, OPSET, SHAPE, SIZE, TENSOR_TYPE, TYPE, VALUE } from "./fields.ts";
import { GraphWriter, within } from "./graph-writer.ts";
import { frontOf } from "./steps/embedding.ts";
import { writeStep } from "./steps/step.ts";

/** Options of `toOnnx`. */
export interface OnnxOptions {
  /**
   * The number of inputs, for models in which no layer says it; or the sizes of one sample, such as [28, 28] for images,
   * which the model then flattens itself.
   */
  readonly inputs?: number | readonly number[];
  /** The version of the operators, 13 to 17; 17 by default. */
  readonly opset?: number;
  /** The number of samples in a batch; by default, any. */
  readonly batch?: number;
  /** The name of the graph; "network" by default. */
  readonly name?: string;
  /** The name of the input; "input" by default. */
  readonly inputName?: string;
  /** The name of the output; "output" by default. */
  readonly outputName?: string;
  /** Texts by name, for whatever else belongs to the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const filled: Check = (operation, what, value) => {
  if (typeof value !== "string" || value === "")
    throw new ArgumentError(`${operation}: ${what} must be a text that is not empty, got ${described(value)}`);
  checkUnicode(value, (why) => new FormatError(`${operation}: ${what}: ${why}`));
};

const texts: Check = (operation, what, value) => {
  recordOf("an object of texts", text)(operation, what, value);
  for (const each of Object.entries(Object(value)).flat())
    checkUnicode(String(each), (why) => new FormatError(`${operation}: ${what}: ${why}`));
};

const sizes: Check = (operation, what, value) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new ArgumentError(`${operation}: ${what} must be a number or sizes, got an empty array`);
  for (const size of list) integerFrom(1)(operation, what, size);
  integerFrom(1)(operation, `the product of ${what}`, sizeOf(list.map(Number)));
};

const known: Checks<OnnxOptions> = {
  inputs: sizes,
  opset: integerFrom(13, 17),
  batch: integerFrom(1),
  name: filled,
  inputName: filled,
  outputName: filled,
  metadata: texts,
};

/** The version of the file format that came with opset 17. */
const IR_VERSION = 8;

/**
 * A network in evaluation as the bytes of an ONNX model, which ONNX Runtime and others compute: the input is float32
 * [batch, inputs], the output [batch, outputs].
 *
 * Parameters and buffers are initialisers with the names of the state dict. ONNX Runtime computes in another order than
 * `model.forward`, so results differ by rounding. If the model begins with an Embedding and Flatten, the input is int64.
 * @throws ArgumentError if the model has a layer that it does not know, and names it, or an option is of the wrong kind;
 * ShapeError if sizes do not fit
 */
export function toOnnx(model: Layer, options: OnnxOptions = {}): Uint8Array<ArrayBuffer> {
  checkOptions("toOnnx", options, known);
  const { opset = 17, batch = "batch", name = "network", metadata = {} } = options;
  const { inputName = "input", outputName = "output" } = options;
  if (Object.hasOwn(metadata, ARCHITECTURE))
    throw new ArgumentError(
      `toOnnx: the metadata ${JSON.stringify(ARCHITECTURE)} is for the layers; choose another name`,
    );
  const { table, steps } = frontOf(model);
  const sample = sampleOf(inputsOf(steps), table?.size ?? 1, options.inputs);
  const graph = new GraphWriter(opset, model);
  const isLast = (k: number) => k === steps.length - 1;
  let [value, size] = [graph.take(inputName), sizeOf(sample) * (table?.size ?? 1)];
  if (table !== undefined)
    value = graph.node("Gather", [graph.part(table.weight, "layers.0.weight"), value], "vectors");
  if (table !== undefined || sample.length > 1)
    value = graph.node("Flatten", [value], "flattened", { axis: { integer: 1 } });
  for (const [k, step] of steps.entries()) {
    const y = isLast(k) ? outputName : within(step, "output");
    writeStep(graph, step, { x: value, y });
    value = y;
    if (!isOfAnySize(step)) size = "outputs" in step ? step.outputs : step.inputs;
  }
  if (steps.length === 0) graph.node("Identity", [value], outputName);
  const written = graph.finish(name);
  written.message(GRAPH.inputs, typed(inputName, table === undefined ? FLOAT : INT64, [batch, ...sample]));
  written.message(GRAPH.outputs, typed(outputName, FLOAT, [batch, size]));
  const file = new MessageWriter().integer(MODEL.irVersion, IR_VERSION);
  file.text(MODEL.producerName, "polygrad").text(MODEL.producerVersion, VERSION).message(MODEL.graph, written);
  file.message(MODEL.opsets, new MessageWriter().text(OPSET.domain, "").integer(OPSET.version, opset));
  for (const [key, value] of Object.entries({ [ARCHITECTURE]: JSON.stringify(architectureOf(model)), ...metadata }))
    file.message(MODEL.metadata, new MessageWriter().text(ENTRY.key, key).text(ENTRY.value, value));
  return file.finish();
}

/** The sizes of one sample, of which each input becomes so many values. */
function sampleOf(inputs: number | undefined, values: number, given: OnnxOptions["inputs"]): readonly number[] {
  if (given === undefined && inputs !== undefined && inputs % values === 0) return [inputs / values];
  if (given === undefined)
    throw new ShapeError("toOnnx: no layer says how many inputs there are; give their number in the option inputs");
  const sample = typeof given === "number" ? [given] : given;
  if (inputs !== undefined && sizeOf(sample) * values !== inputs)
    throw new ShapeError(
      `toOnnx: the model has ${inputs / values} inputs, but the option inputs is ${JSON.stringify(given)}`,
    );
  return sample;
}

/** A value with a name, a type and a shape; a size with a name is any. */
function typed(name: string, element: number, shape: readonly (number | string)[]): MessageWriter {
  const list = new MessageWriter();
  for (const size of shape)
    list.message(
      SHAPE.sizes,
      typeof size === "number"
        ? new MessageWriter().integer(SIZE.number, size)
        : new MessageWriter().text(SIZE.name, size),
    );
  const tensor = new MessageWriter().integer(TENSOR_TYPE.element, element).message(TENSOR_TYPE.shape, list);
  return new MessageWriter()
    .text(VALUE.name, name)
    .message(VALUE.type, new MessageWriter().message(TYPE.tensor, tensor));
}
