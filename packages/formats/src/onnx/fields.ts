/**
 * The messages of ONNX: the numbers of their fields, and the element types of tensors.
 *
 * A model has a graph; a graph has nodes in the order in which they compute, initialisers (tensors with names), inputs and
 * outputs. A node has an operator, names of values that it takes and names of those that it gives, and attributes.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

export const MODEL = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  domain: 4,
  modelVersion: 5,
  doc: 6,
  graph: 7,
  opsets: 8,
  metadata: 14,
  training: 20,
  functions: 25,
} as const;

export const OPSET = { domain: 1, version: 2 } as const;
export const ENTRY = { key: 1, value: 2 } as const;

export const GRAPH = {
  nodes: 1,
  name: 2,
  initialisers: 5,
  doc: 10,
  inputs: 11,
  outputs: 12,
  values: 13,
  quantisation: 14,
  sparse: 15,
  metadata: 16,
} as const;

export const NODE = { inputs: 1, outputs: 2, name: 3, operator: 4, attributes: 5, doc: 6, domain: 7 } as const;

export const ATTRIBUTE = {
  name: 1,
  float: 2,
  integer: 3,
  text: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  integers: 8,
  texts: 9,
  tensors: 10,
  graphs: 11,
  kind: 20,
} as const;

/** The kinds of attributes. */
export const KIND = { float: 1, integer: 2, text: 3, tensor: 4, graph: 5, floats: 6, integers: 7, texts: 8 } as const;

export const VALUE = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1 } as const;
export const TENSOR_TYPE = { element: 1, shape: 2 } as const;
export const SHAPE = { sizes: 1 } as const;
export const SIZE = { number: 1, name: 2 } as const;

export const TENSOR = {
  sizes: 1,
  element: 2,
  segment: 3,
  floats: 4,
  int32s: 5,
  texts: 6,
  int64s: 7,
  name: 8,
  raw: 9,
  doubles: 10,
  uint64s: 11,
  external: 13,
  location: 14,
} as const;

/** The element types that are written. */
export const FLOAT = 1;
export const INT64 = 7;
