/** The forms that other programs write layers in, and the layers. Read patterns.ts first. */
import {
  BatchNorm1d,
  ELU,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  type Module,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { Random, type Tensor } from "@polygrad/tensor";
import type { ParsedNode } from "../parse.ts";
import { node, number, type Pattern, tensor } from "./patterns.ts";

/** What a form was found with: the node that ends it, and the tensors in it by name. */
export interface Found extends About {
  readonly last: ParsedNode;
  /** Whether x is the input of the model. */
  readonly isFirst: boolean;
  /** Whether x is known to have two axes. */
  readonly isMatrix: boolean;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** What layers depend on, of the whole model. */
export interface About {
  readonly opset: number;
  /** The number of axes of the input, and the number of values of one sample, if the file says them. */
  readonly rank: number | undefined;
  readonly inputs: number | undefined;
}

/** A form and the layer that it stands for; undefined if something about it does not suit the layer. */
export interface Form {
  readonly pattern: Pattern;
  readonly layer: (found: Found) => Layer | undefined;
}

/** The number of an attribute. */
function attribute({ last }: Found, name: string, otherwise: number): number {
  const given = last.attributes.get(name);
  return given?.kind === "float" || given?.kind === "integer" ? given.value : otherwise;
}

const random = new Random(0);

/** A layer with these parameters. */
function filled(layer: Module, state: Readonly<Record<string, Tensor>>): Layer {
  layer.loadStateDict(state);
  return layer;
}

/** y = x W^T + b; b may have axes of size 1 before its last. */
function linear(weight: Tensor, bias: Tensor | undefined): Layer | undefined {
  const [outputs, inputs] = weight.shape;
  if (bias !== undefined && !(bias.size === outputs && bias.shape.at(-1) === outputs)) return undefined;
  const layer = new Linear(inputs, outputs, { bias: bias !== undefined, random });
  return filled(layer, { weight, ...(bias === undefined ? {} : { bias: bias.reshape([outputs]) }) });
}

function gemm(found: Found): Layer | undefined {
  const { weight, bias } = found.tensors;
  const isPlain = ["alpha", "beta"].every((name) => attribute(found, name, 1) === 1);
  if (!isPlain || attribute(found, "transA", 0) !== 0 || weight.rank !== 2) return undefined;
  return linear(attribute(found, "transB", 0) === 0 ? weight.transpose() : weight, bias);
}

const matmul = ({ tensors: { weight, bias } }: Found) =>
  weight.rank === 2 ? linear(weight.transpose(), bias) : undefined;

function layerNorm({ weight, bias }: Readonly<Record<string, Tensor>>, epsilon: number): Layer | undefined {
  if (weight.rank !== 1 || bias.rank !== 1) return undefined;
  return filled(new LayerNorm(weight.size, { epsilon }), { weight, bias });
}

/** Whether a node works along the last axis. Softmax before opset 13 works over all axes from `axis` on. */
function isOfRows(found: Found): boolean {
  const isOld = found.opset < 13;
  const axis = attribute(found, "axis", isOld ? 1 : -1);
  return (axis === -1 && !isOld) || (found.isMatrix && (axis === 1 || axis === -1));
}

/** Whether a shape merges all axes but the first. */
function isFlat(found: Found): boolean {
  const { isFirst, inputs } = found;
  const { shape } = found.tensors;
  if (attribute(found, "allowzero", 0) !== 0) return false;
  const [rows, columns, ...more] = shape.clone().data;
  if (more.length > 0) return false;
  return (rows === 0 && columns === -1) || (rows === -1 && isFirst && columns === inputs);
}

const mean: Pattern = node("ReduceMean", ["x"], { axes: [-1], keepdims: 1 });
const centred = node("Sub", ["x", mean]);
/** The mean of the squares, of which PyTorch takes the power. */
const variance = node("ReduceMean", [node("Pow", [centred, number(2)])], { axes: [-1], keepdims: 1 });
const deviation = node("Sqrt", [node("Add", [variance, tensor("epsilon")])]);
const normalised = node("Mul", [node("Div", [centred, deviation]), tensor("weight")]);
const half = (of: Pattern) => node("Mul", [of, number(0.5)]);
const twiceNormal = node("Add", [node("Erf", [node("Div", ["x", number(Math.SQRT2)])]), number(1)]);

export const forms: readonly Form[] = [
  { pattern: node("Gemm", ["x", tensor("weight"), tensor("bias")]), layer: gemm },
  { pattern: node("Gemm", ["x", tensor("weight")]), layer: gemm },
  { pattern: node("Add", [node("MatMul", ["x", tensor("weight")]), tensor("bias")]), layer: matmul },
  { pattern: node("MatMul", ["x", tensor("weight")]), layer: matmul },
  { pattern: node("Relu", ["x"]), layer: () => new ReLU() },
  { pattern: node("LeakyRelu", ["x"]), layer: (found) => new LeakyReLU(attribute(found, "alpha", 0.01)) },
  { pattern: node("Elu", ["x"]), layer: (found) => new ELU(attribute(found, "alpha", 1)) },
  { pattern: node("Softplus", ["x"]), layer: () => new Softplus() },
  { pattern: node("Tanh", ["x"]), layer: () => new Tanh() },
  { pattern: node("Sigmoid", ["x"]), layer: () => new Sigmoid() },
  { pattern: node("Mul", ["x", node("Sigmoid", ["x"])]), layer: () => new SiLU() },
  { pattern: half(node("Mul", ["x", twiceNormal])), layer: () => new GELU() },
  { pattern: node("Mul", ["x", half(twiceNormal)]), layer: () => new GELU() },
  { pattern: node("Gelu", ["x"]), layer: ({ last }) => (last.attributes.size === 0 ? new GELU() : undefined) },
  { pattern: node("Softmax", ["x"]), layer: (found) => (isOfRows(found) ? new Softmax() : undefined) },
  { pattern: node("LogSoftmax", ["x"]), layer: (found) => (isOfRows(found) ? new LogSoftmax() : undefined) },
  {
    pattern: node("LayerNormalization", ["x", tensor("weight"), tensor("bias")]),
    layer: (found) => (isOfRows(found) ? layerNorm(found.tensors, attribute(found, "epsilon", 1e-5)) : undefined),
  },
  {
    pattern: node("Add", [normalised, tensor("bias")]),
    layer: ({ tensors }) => (tensors.epsilon.size === 1 ? layerNorm(tensors, tensors.epsilon.item()) : undefined),
  },
  {
    pattern: node("BatchNormalization", ["x", ...["weight", "bias", "runningMean", "runningVariance"].map(tensor)]),
    layer: (found) =>
      filled(new BatchNorm1d(found.tensors.weight.size, { epsilon: attribute(found, "epsilon", 1e-5) }), found.tensors),
  },
  {
    pattern: node("Flatten", ["x"]),
    layer: (found) => (attribute(found, "axis", 1) === 1 ? new Flatten() : undefined),
  },
  {
    pattern: node("Reshape", ["x", tensor("shape")]),
    layer: (found) => (isFlat(found) ? new Flatten() : undefined),
  },
];

/** Nodes that return what they get. */
export const nothing: readonly Pattern[] = [
  node("Identity", ["x"]),
  node("Dropout", ["x"]),
  node("Dropout", ["x", tensor("ratio")]),
];
