/** The graph of an ONNX file that is being written: nodes, initialisers and the names of values. Read fields.ts first. */
import { Variable } from "@polygrad/autograd";
import { type Buffer, namedBuffers, namedParameters } from "@polygrad/nn";
import { isBuffer } from "@polygrad/nn/internal";
import { ArgumentError, type Floats, type Shape, type Tensor } from "@polygrad/tensor";
import type { Step } from "../network/steps.ts";
import { MessageWriter } from "../protobuf/write.ts";
import { isLittleEndian } from "../safetensors/elements.ts";
import { ATTRIBUTE, FLOAT, GRAPH, INT64, KIND, NODE, TENSOR } from "./fields.ts";

/** An attribute of a node: its value is of one of these kinds. */
export type AttributeValue =
  | { readonly integer: number }
  | { readonly integers: readonly number[] }
  | { readonly float: number }
  | { readonly tensor: MessageWriter };

/** The graph that a file gets. A method that adds a value returns its name. */
export class GraphWriter {
  readonly opset: number;
  readonly #message = new MessageWriter();
  readonly #names = new Set<string>();
  /** The state of the model, and the name of each part: a part that two layers share has one name. */
  readonly #state: ReadonlyMap<object, string>;
  readonly #written = new Map<object, string>();

  constructor(opset: number, model: object) {
    this.opset = opset;
    const named: readonly (readonly [string, Variable | Buffer])[] = [
      ...namedParameters(model),
      ...namedBuffers(model),
    ];
    this.#state = new Map(named.map(([name, part]) => [part, name]));
  }

  /** Takes a name for a value. @throws ArgumentError if another value has it */
  take(name: string): string {
    if (this.#names.has(name))
      throw new ArgumentError(
        `toOnnx: two values would have the name ${JSON.stringify(name)}; name inputs and outputs differently`,
      );
    this.#names.add(name);
    return name;
  }

  /** A node with one result, which gets a name. */
  node(
    operator: string,
    inputs: readonly string[],
    name: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const node = new MessageWriter();
    for (const input of inputs) node.text(NODE.inputs, input);
    node.text(NODE.outputs, this.take(name)).text(NODE.name, name).text(NODE.operator, operator);
    for (const [key, value] of Object.entries(attributes)) node.message(NODE.attributes, attribute(key, value));
    this.#message.message(GRAPH.nodes, node);
    return name;
  }

  /** A parameter or a buffer of a layer as an initialiser, under its name in the state dict of the model. */
  state(step: Step, field: string): string {
    return this.part(partOf(step, field), within(step, field));
  }

  /** The same, with a name for one that is not in the state dict. */
  part(part: Variable | Buffer, otherwise: string): string {
    const before = this.#written.get(part);
    if (before !== undefined) return before;
    const name = this.take(this.#state.get(part) ?? otherwise);
    checkSingle(part, name);
    this.#message.message(GRAPH.initialisers, floats(part.value, name));
    this.#written.set(part, name);
    return name;
  }

  /** Numbers that are no state of the model, as a node. */
  constant(name: string, values: Floats | number, shape: Shape = []): string {
    const given = typeof values === "number" ? Float32Array.of(values) : values;
    return this.node("Constant", [], name, { value: { tensor: tensorMessage(name, FLOAT, shape, bytesOf(given)) } });
  }

  /** Whole numbers, such as the sizes of a shape. */
  integers(name: string, ...values: readonly number[]): string {
    const bytes = new DataView(new ArrayBuffer(8 * values.length));
    for (const [k, value] of values.entries()) bytes.setBigInt64(8 * k, BigInt(value), true);
    const tensor = tensorMessage(name, INT64, [values.length], new Uint8Array(bytes.buffer));
    return this.node("Constant", [], name, { value: { tensor } });
  }

  /** The message, to which inputs and outputs may be added. */
  finish(name: string): MessageWriter {
    return this.#message.text(GRAPH.name, name);
  }
}

/** The name of a value within a step: "layers.0.power2"; of a model that is one layer, "power2". */
export function within({ path }: Step, what: string): string {
  return path === "the model" ? what : `${path}.${what}`;
}

/** A parameter or a buffer of the layer of a step, in float32. */
export function partOf(step: Step, field: string): Variable | Buffer {
  const part: unknown = Reflect.get(step.layer, field);
  if (!(part instanceof Variable) && !(typeof part === "object" && part !== null && isBuffer(part)))
    throw new ArgumentError(`toOnnx: ${step.path} has no ${field}`);
  checkSingle(part, within(step, field));
  return part;
}

function checkSingle({ value }: Variable | Buffer, name: string): void {
  if (value.storage.isDouble)
    throw new ArgumentError(
      `toOnnx: ${name} is in float64, but the file would compute in float32; round the parameters of the model first`,
    );
}

function attribute(name: string, value: AttributeValue): MessageWriter {
  const message = new MessageWriter().text(ATTRIBUTE.name, name);
  if ("integer" in value) message.integer(ATTRIBUTE.integer, value.integer).integer(ATTRIBUTE.kind, KIND.integer);
  else if ("float" in value) message.float(ATTRIBUTE.float, value.float).integer(ATTRIBUTE.kind, KIND.float);
  else if ("tensor" in value) message.message(ATTRIBUTE.tensor, value.tensor).integer(ATTRIBUTE.kind, KIND.tensor);
  else {
    for (const each of value.integers) message.integer(ATTRIBUTE.integers, each);
    message.integer(ATTRIBUTE.kind, KIND.integers);
  }
  return message;
}

/** A tensor in float32. */
function floats(x: Tensor, name: string): MessageWriter {
  return tensorMessage(name, FLOAT, x.shape, bytesOf(x.clone().data));
}

/** Floats as bytes, little-endian on any machine. */
function bytesOf(values: Floats): Uint8Array {
  if (isLittleEndian && values instanceof Float32Array)
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) bytes.setFloat32(4 * i, values[i], true);
  return new Uint8Array(bytes.buffer);
}

function tensorMessage(name: string, element: number, shape: Shape, raw: Uint8Array): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.integer(TENSOR.sizes, size);
  return message.integer(TENSOR.element, element).text(TENSOR.name, name).bytes(TENSOR.raw, raw);
}
