/** ONNX files made by hand, field by field. */
import type { Tensor } from "@polygrad/tensor";
import {
  ATTRIBUTE,
  ENTRY,
  GRAPH,
  KIND,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  SIZE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE,
} from "../../src/onnx/fields.ts";
import { MessageWriter } from "../../src/protobuf/write.ts";

/** The numbers of element types. */
export const TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  text: 8,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const;

/** An attribute: an integer, a list of integers, or { float }, { text }, { floats }, { tensor }. */
export type Given =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly tensor: MessageWriter };

export interface GivenNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, Given>>;
  readonly domain?: string;
}

/** A value with a type and a shape, if that is known; a size that is a text is any. */
export type GivenValue = readonly [name: string, type: number, shape?: readonly (number | string)[]];

export interface GivenModel {
  readonly nodes: readonly GivenNode[];
  readonly inputs?: readonly GivenValue[];
  readonly outputs?: readonly GivenValue[];
  readonly initialisers?: readonly MessageWriter[];
  readonly opset?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function attributeMessage(name: string, given: Given): MessageWriter {
  const message = new MessageWriter().text(ATTRIBUTE.name, name);
  const kind = (number: number) => message.integer(ATTRIBUTE.kind, number);
  if (typeof given === "number") return kind(KIND.integer).integer(ATTRIBUTE.integer, given);
  if ("float" in given) return kind(KIND.float).float(ATTRIBUTE.float, given.float);
  if ("text" in given) return kind(KIND.text).text(ATTRIBUTE.text, given.text);
  if ("tensor" in given) return kind(KIND.tensor).message(ATTRIBUTE.tensor, given.tensor);
  if ("floats" in given) {
    for (const each of given.floats) message.float(ATTRIBUTE.floats, each);
    return kind(KIND.floats);
  }
  for (const each of given) message.integer(ATTRIBUTE.integers, each);
  return kind(KIND.integers);
}

function nodeMessage({ operator, inputs, outputs = ["y"], attributes = {}, domain = "" }: GivenNode): MessageWriter {
  const message = new MessageWriter();
  for (const name of inputs) message.text(NODE.inputs, name);
  for (const name of outputs) message.text(NODE.outputs, name);
  message.text(NODE.operator, operator).text(NODE.domain, domain);
  for (const [name, given] of Object.entries(attributes))
    message.message(NODE.attributes, attributeMessage(name, given));
  return message;
}

function valueMessage([name, type, shape]: GivenValue): MessageWriter {
  const sizes = new MessageWriter();
  for (const size of shape ?? []) {
    const each = new MessageWriter();
    sizes.message(SHAPE.sizes, typeof size === "number" ? each.integer(SIZE.number, size) : each.text(SIZE.name, size));
  }
  const tensor = new MessageWriter().integer(TENSOR_TYPE.element, type);
  if (shape !== undefined) tensor.message(TENSOR_TYPE.shape, sizes);
  return new MessageWriter()
    .text(VALUE.name, name)
    .message(VALUE.type, new MessageWriter().message(TYPE.tensor, tensor));
}

/** A tensor whose elements the caller writes, as raw data or as a list. */
export function tensorMessage(name: string, type: number, shape: readonly number[]): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.integer(TENSOR.sizes, size);
  return message.integer(TENSOR.element, type).text(TENSOR.name, name);
}

/** Floats as a tensor. */
export function floatTensor(name: string, x: Tensor): MessageWriter {
  const bytes = new Uint8Array(Float32Array.from(x.clone().data).buffer);
  return tensorMessage(name, TYPES.float, x.shape).bytes(TENSOR.raw, bytes);
}

/** Integers as a tensor of int64. */
export function integerTensor(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): MessageWriter {
  const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return tensorMessage(name, TYPES.int64, shape).bytes(TENSOR.raw, bytes);
}

/** The bytes of a model. */
export function handmade({
  nodes,
  inputs = [],
  outputs = [],
  initialisers = [],
  opset = 17,
  metadata = {},
}: GivenModel) {
  const graph = new MessageWriter();
  for (const node of nodes) graph.message(GRAPH.nodes, nodeMessage(node));
  graph.text(GRAPH.name, "handmade");
  for (const tensor of initialisers) graph.message(GRAPH.initialisers, tensor);
  for (const value of inputs) graph.message(GRAPH.inputs, valueMessage(value));
  for (const value of outputs) graph.message(GRAPH.outputs, valueMessage(value));
  const file = new MessageWriter().integer(MODEL.irVersion, 8).message(MODEL.graph, graph);
  file.message(MODEL.opsets, new MessageWriter().text(OPSET.domain, "").integer(OPSET.version, opset));
  for (const [key, value] of Object.entries(metadata))
    file.message(MODEL.metadata, new MessageWriter().text(ENTRY.key, key).text(ENTRY.value, value));
  return file.finish();
}
