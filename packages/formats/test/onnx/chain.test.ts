/** Graphs of other programs that are chains of layers, and graphs that only look like them. */
import { noGrad } from "@polygrad/autograd";
import { Random, type Tensor, tensor, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { floatTensor, type GivenModel, type GivenNode, handmade, integerTensor, TYPES } from "./handmade.ts";
import { difference } from "./runtime.ts";

const random = new Random(6);
const weight = uniform([4, 3], random);
const square = uniform([3, 3], random);

/** A model of these nodes, from "x" to "y", with tensors by name. */
function modelOf(
  nodes: readonly GivenNode[],
  tensors: Readonly<Record<string, Tensor>>,
  more: Partial<GivenModel> = {},
) {
  return fromOnnx(
    handmade({
      nodes,
      inputs: [["x", TYPES.float, ["n", 4]]],
      outputs: [["y", TYPES.float]],
      initialisers: Object.entries(tensors).map(([name, value]) => floatTensor(name, value)),
      ...more,
    }),
  );
}

const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: GivenNode["attributes"] = {},
) => {
  return { operator, inputs, outputs: [output], attributes };
};

const namesOf = (model: ReturnType<typeof modelOf>) =>
  model.asSequential().layers.map(({ constructor: { name } }) => name);

describe("a linear layer", () => {
  const x = uniform([5, 4], random);
  const bias = uniform([3], random);
  test.each([
    ["Gemm", [node("Gemm", ["x", "w", "b"], "y")], { w: weight, b: bias }],
    ["Gemm, transposed", [node("Gemm", ["x", "w", "b"], "y", { transB: 1 })], { w: weight.transpose(), b: bias }],
    ["Gemm without bias", [node("Gemm", ["x", "w"], "y")], { w: weight }],
    ["a bias of two axes", [node("Gemm", ["x", "w", "b"], "y")], { w: weight, b: bias.reshape([1, 3]) }],
    ["MatMul", [node("MatMul", ["x", "w"], "y")], { w: weight }],
    ["MatMul and Add", [node("MatMul", ["x", "w"], "m"), node("Add", ["b", "m"], "y")], { w: weight, b: bias }],
  ])("%s", (_, nodes, tensors) => {
    const model = modelOf(nodes, tensors);
    expect(namesOf(model)).toEqual(["Linear"]);
    const [ours, theirs] = [model.asSequential(), model].map((each) => noGrad(() => each.forward(x)).value);
    expect(difference(ours, theirs)).toBeLessThan(1e-6);
  });
});

test("Dropout and Identity are left out", () => {
  const nodes = [node("Dropout", ["x"], "a"), node("Identity", ["a"], "b"), node("Relu", ["b"], "y")];
  expect(namesOf(modelOf(nodes, {}))).toEqual(["ReLU"]);
});

test("a layer that the graph has twice is one layer", () => {
  const nodes = [
    node("Gemm", ["x", "v", "c"], "a"),
    node("Relu", ["a"], "b"),
    node("Gemm", ["b", "w"], "d"),
    node("Relu", ["d"], "e"),
    node("Gemm", ["e", "w"], "y"),
  ];
  const { layers } = modelOf(nodes, { v: weight, c: uniform([3], random), w: square }).asSequential();
  expect(layers.map(({ constructor: { name } }) => name).join(" ")).toBe("Linear ReLU Linear ReLU Linear");
  expect(layers[4]).toBe(layers[2]);
  expect(layers[2]).not.toBe(layers[0]);
});

describe("is no chain of layers", () => {
  const image: GivenModel["inputs"] = [["x", TYPES.float, ["n", 2, 4]]];
  const wrong: readonly (readonly [
    string,
    readonly GivenNode[],
    Readonly<Record<string, Tensor>>,
    Partial<GivenModel>?,
  ])[] = [
    ["a residual connection", [node("Relu", ["x"], "a"), node("Add", ["a", "x"], "y")], {}],
    ["a bias for each row", [node("Gemm", ["x", "w", "b"], "y")], { w: weight, b: tensor([[1], [2], [3]]) }],
    ["Gemm with a factor", [node("Gemm", ["x", "w"], "y", { alpha: { float: 2 } })], { w: weight }],
    ["Gemm of the transposed input", [node("Gemm", ["x", "w"], "y", { transA: 1 })], { w: weight }],
    ["a product of two values", [node("MatMul", ["x", "x"], "y")], {}],
    ["a weight that is computed", [node("Relu", ["w"], "v"), node("MatMul", ["x", "v"], "y")], { w: weight }],
    ["softmax of columns", [node("Softmax", ["x"], "y", { axis: 0 })], {}],
    ["softmax along a middle axis", [node("Softmax", ["x"], "y", { axis: 1 })], {}, { inputs: image }],
    ["softmax of two axes", [node("Softmax", ["x"], "y")], {}, { inputs: image, opset: 11 }],
    ["the approximation of GELU", [node("Gelu", ["x"], "y", { approximate: { text: "tanh" } })], {}, { opset: 20 }],
    [
      "Mul with the Sigmoid of another value",
      [node("Relu", ["x"], "a"), node("Sigmoid", ["x"], "s"), node("Mul", ["a", "s"], "y")],
      {},
    ],
    ["another shape", [node("Reshape", ["x", "shape"], "y")], {}, { initialisers: [integerTensor("shape", [-1, 2])] }],
    ["a layer that is not one of ours", [node("Selu", ["x"], "y")], {}],
  ];
  const cases = wrong.map(([name, nodes, tensors, more = {}]) => [name, nodes, tensors, more] as const);
  test.each(cases)("%s", (_, nodes, tensors, more) => {
    expect(() => modelOf(nodes, tensors, more).asSequential()).toThrow(
      /^asSequential: node \d+: \w+ is not the end of a layer/,
    );
  });
});
