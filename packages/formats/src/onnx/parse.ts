/** An ONNX file, read: the model with its graph, nothing of it run yet. Read tensor-proto.ts first. */
import { brief } from "../json.ts";
import { emptyRecord } from "../names.ts";
import { MessageReader, type Refuse } from "../protobuf/read.ts";
import { ATTRIBUTE, ENTRY, GRAPH, KIND, MODEL, NODE, OPSET, SHAPE, SIZE, TENSOR_TYPE, TYPE, VALUE } from "./fields.ts";
import { elementType, type Kind, type OnnxTensor, readTensor } from "./tensor-proto.ts";

/** The value of an attribute; of a kind that is not read, its number. */
export type Attribute =
  | { readonly kind: "integer" | "float" | "other"; readonly value: number }
  | { readonly kind: "integers" | "floats"; readonly value: readonly number[] }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: OnnxTensor };

/** A node: names of values that it takes ("" for one that is left out) and gives. */
export interface ParsedNode {
  /** Where it is, for messages: node 3, "Gemm_3". */
  readonly place: string;
  readonly operator: string;
  /** "" for ONNX's own operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** An input or an output of a model. */
export interface OnnxValue {
  readonly name: string;
  /** The element type, such as "FLOAT". */
  readonly type: string;
  /** A size that may differ from call to call is a text; undefined if the file does not say. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** An input or an output, with what its elements are. */
export interface ParsedValue extends OnnxValue {
  readonly kind: Kind;
}

export interface ParsedModel {
  readonly producer: string;
  /** The version of the operators. */
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** The name of the graph. */
  readonly name: string;
  readonly nodes: readonly ParsedNode[];
  readonly initialisers: readonly OnnxTensor[];
  readonly inputs: readonly ParsedValue[];
  readonly outputs: readonly ParsedValue[];
}

/** The first and the last opset whose operators are known. */
const [FIRST, LAST] = [9, 22];

/** The model in the bytes of a file. */
export function parseModel(bytes: Uint8Array, refuse: Refuse): ParsedModel {
  const model = new MessageReader(bytes, refuse);
  const graph = model.bytes(MODEL.graph);
  const opset = opsetOf(model, refuse);
  if (graph === undefined || opset === undefined)
    throw refuse("it has no graph, or no version of its operators; is it an ONNX model?");
  if (!(opset >= FIRST && opset <= LAST))
    throw refuse(`its operators are of opset ${opset}, but opsets ${FIRST} to ${LAST} are read; convert the model`);
  const metadata = emptyRecord<string>();
  for (const bytes of model.all(MODEL.metadata)) {
    const entry = new MessageReader(bytes, refuse);
    metadata[entry.text(ENTRY.key)] = entry.text(ENTRY.value);
  }
  const producer = `${model.text(MODEL.producerName)} ${model.text(MODEL.producerVersion)}`.trim();
  return { producer, opset, metadata, ...parseGraph(graph, refuse) };
}

/** The version of ONNX's own operators. */
function opsetOf(model: MessageReader, refuse: Refuse): number | undefined {
  for (const bytes of model.all(MODEL.opsets)) {
    const entry = new MessageReader(bytes, refuse);
    if (isOwn(entry.text(OPSET.domain))) return entry.integer(OPSET.version);
  }
  return undefined;
}

function isOwn(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

function parseGraph(bytes: Uint8Array, refuse: Refuse) {
  const graph = new MessageReader(bytes, refuse);
  if (graph.has(GRAPH.sparse)) throw refuse("it has sparse initialisers, which are not read");
  const initialisers = graph.all(GRAPH.initialisers).map((bytes) => readTensor(bytes, refuse));
  // Before version 4 of the format, every initialiser is among the inputs, too.
  const given = new Set(initialisers.map(({ name }) => name));
  const values = (field: number) => graph.all(field).map((bytes) => new MessageReader(bytes, refuse));
  return {
    name: graph.text(GRAPH.name),
    nodes: graph.all(GRAPH.nodes).map((bytes, k) => parseNode(bytes, k, refuse)),
    initialisers,
    inputs: values(GRAPH.inputs)
      .filter((value) => !given.has(value.text(VALUE.name)))
      .map((value) => parseValue(value, "input", refuse)),
    outputs: values(GRAPH.outputs).map((value) => parseValue(value, "output", refuse)),
  };
}

function parseValue(value: MessageReader, what: string, refuse: Refuse): ParsedValue {
  const name = value.text(VALUE.name);
  const refuseValue: Refuse = (why) => refuse(`${what} ${brief(name)}: ${why}`);
  const type = new MessageReader(value.bytes(VALUE.type) ?? new Uint8Array(), refuse).bytes(TYPE.tensor);
  if (type === undefined) throw refuseValue("it is not a tensor; only tensors are read");
  const tensor = new MessageReader(type, refuse);
  const { name: typeName, kind } = elementType(tensor.integer(TENSOR_TYPE.element), refuseValue);
  const shape = tensor.bytes(TENSOR_TYPE.shape);
  const sizes = shape && new MessageReader(shape, refuse).all(SHAPE.sizes);
  return { name, kind, type: typeName, shape: sizes?.map((bytes) => sizeOf(bytes, refuseValue)) };
}

/** A size, or its name; "?" if it has none. */
function sizeOf(bytes: Uint8Array, refuse: Refuse): number | string {
  const size = new MessageReader(bytes, refuse);
  if (!size.has(SIZE.number)) return size.text(SIZE.name) || "?";
  const number = size.integer(SIZE.number);
  if (number < 0) throw refuse(`it has the size ${number}`);
  return number;
}

function parseNode(bytes: Uint8Array, number: number, refuse: Refuse): ParsedNode {
  const node = new MessageReader(bytes, refuse);
  const operator = node.text(NODE.operator);
  const name = node.text(NODE.name);
  const place = name === "" ? `node ${number}` : `node ${number}, ${brief(name)}`;
  const attributes = new Map<string, Attribute>();
  for (const bytes of node.all(NODE.attributes)) {
    const message = new MessageReader(bytes, refuse);
    const name = message.text(ATTRIBUTE.name);
    if (attributes.has(name)) throw refuse(`${place}: it has the attribute ${brief(name)} twice`);
    attributes.set(
      name,
      parseAttribute(message, (what) => refuse(`${place}: attribute ${brief(name)}: ${what}`)),
    );
  }
  const domain = isOwn(node.text(NODE.domain)) ? "" : node.text(NODE.domain);
  return { place, operator, domain, inputs: node.texts(NODE.inputs), outputs: node.texts(NODE.outputs), attributes };
}

function parseAttribute(message: MessageReader, refuse: Refuse): Attribute {
  const kind = message.integer(ATTRIBUTE.kind);
  const tensor = message.bytes(ATTRIBUTE.tensor);
  if (kind === KIND.tensor && tensor !== undefined) return { kind: "tensor", value: readTensor(tensor, refuse) };
  if (kind === KIND.integer) return { kind: "integer", value: message.integer(ATTRIBUTE.integer) };
  if (kind === KIND.float) return { kind: "float", value: message.floats(ATTRIBUTE.float).at(-1) ?? 0 };
  if (kind === KIND.text) return { kind: "text", value: message.text(ATTRIBUTE.text) };
  if (kind === KIND.integers) return { kind: "integers", value: message.integers(ATTRIBUTE.integers) };
  if (kind === KIND.floats) return { kind: "floats", value: message.floats(ATTRIBUTE.floats) };
  return { kind: "other", value: kind };
}
