/** What is in the files of `toOnnx`, found by a reader of messages that is not the one that is shipped. */
import { noGrad } from "@polygrad/autograd";
import { BatchNorm1d, BSpline, Flatten, LayerNorm, Linear, Polynomial, ReLU, Sequential } from "@polygrad/nn";
import { assign, Random, tensor, toFloat64, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { architectureOf } from "../../src/architecture/architecture.ts";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { fieldsOf } from "./arbitraries.ts";
import { difference, loaded } from "./runtime.ts";

/** The values of a field: bytes as they are, integers as numbers. */
function all(bytes: Uint8Array, field: number): Uint8Array[] {
  return (fieldsOf(bytes) ?? []).flatMap(([number, , value]) =>
    number === field && typeof value !== "bigint" ? [value] : [],
  );
}
function integers(bytes: Uint8Array, field: number): number[] {
  return (fieldsOf(bytes) ?? []).flatMap(([number, , value]) =>
    number === field && typeof value === "bigint" ? [Number(value)] : [],
  );
}
const texts = (bytes: Uint8Array, field: number) => all(bytes, field).map((each) => new TextDecoder().decode(each));

const random = new Random(5);
const x = uniform([3, 4], random);

test("a model has the fields of onnx.proto", () => {
  const model = new Sequential(new Linear(4, 3, { random }), new ReLU(), new Linear(3, 2, { bias: false, random }));
  const file = toOnnx(model, {
    metadata: { trained: "yes" },
    name: "small",
    inputName: "pixels",
    outputName: "logits",
    opset: 15,
  });
  expect(integers(file, 1)).toEqual([8]);
  expect([texts(file, 2), texts(file, 3)]).toEqual([["polygrad"], [packageFile.version]]);
  expect(all(file, 8).map((opset) => [texts(opset, 1), integers(opset, 2)])).toEqual([[[""], [15]]]);
  expect(all(file, 14).map((entry) => [texts(entry, 1), texts(entry, 2)])).toEqual([
    [["polygrad.architecture"], [JSON.stringify(architectureOf(model))]],
    [["trained"], ["yes"]],
  ]);
  const [graph] = all(file, 7);
  expect(texts(graph, 2)).toEqual(["small"]);
  expect(all(graph, 1).map((node) => [texts(node, 4), texts(node, 1), texts(node, 2)].join(" "))).toEqual([
    "Gemm pixels,layers.0.weight,layers.0.bias layers.0.output",
    "Relu layers.0.output layers.1.output",
    "Gemm layers.1.output,layers.2.weight logits",
  ]);
  const state = model.stateDict();
  const initialisers = all(graph, 5);
  expect(initialisers.map((tensor) => texts(tensor, 8)[0]).sort()).toEqual(Object.keys(state).sort());
  for (const initialiser of initialisers) {
    const { shape, data } = state[texts(initialiser, 8)[0]].clone();
    expect([integers(initialiser, 1), integers(initialiser, 2)]).toEqual([[...shape], [1]]);
    expect(new Float32Array(all(initialiser, 9)[0].slice().buffer)).toEqual(data.slice());
  }
});

test("the same parameter in two layers is one initialiser", async () => {
  const layer = new Linear(4, 4, { random });
  const model = new Sequential(layer, new ReLU(), layer, new ReLU(), layer);
  const file = toOnnx(model);
  expect(all(all(file, 7)[0], 5).map((tensor) => texts(tensor, 8)[0])).toEqual(["layers.0.weight", "layers.0.bias"]);
  const expected = noGrad(() => model.forward(x)).value;
  expect(difference(await (await loaded(file))(x), expected)).toBeLessThan(6e-7);
  const again = fromOnnx(file).asSequential();
  expect(again.layers[4]).toBe(again.layers[0]);
  expect(difference(noGrad(() => again.forward(x)).value, expected)).toBe(0);
});

test("images are flattened, a LayerNorm over two axes is one over all", async () => {
  const norm = new LayerNorm([2, 2]);
  assign(norm.weight.value, uniform([2, 2], random));
  const model = new Sequential(norm, new Flatten(), new Sequential(new Linear(4, 2, { random })));
  const images = x.reshape([3, 2, 2]);
  for (const opset of [13, 17]) {
    const file = toOnnx(model, { inputs: [2, 2], opset, batch: 3 });
    expect(fromOnnx(file).inputs).toEqual([{ name: "input", type: "FLOAT", shape: [3, 2, 2] }]);
    expect(fromOnnx(file).outputs).toEqual([{ name: "output", type: "FLOAT", shape: [3, 2] }]);
    const expected = noGrad(() => model.forward(images)).value;
    expect(difference(await (await loaded(file))(images), expected)).toBeLessThan(6e-7);
    expect(fromOnnx(file).asSequential().stateDict()).toEqual(model.stateDict());
  }
});

test("a grid that follows the data is written", async () => {
  const model = new BSpline(4, 2, { random });
  model.updateGrid(uniform([200, 4], random));
  const expected = noGrad(() => model.forward(x)).value;
  expect(difference(await (await loaded(toOnnx(model)))(x), expected)).toBeLessThan(1e-6);
});

describe("errors", () => {
  const linear = new Linear(4, 2);
  const coinciding = new BSpline(1, 1, { grid: 1, order: 1 });
  assign(coinciding.knots.value, tensor([[-1, 0, 0, 1]]));
  const double = new Linear(4, 2);
  double.weight.value = toFloat64(double.weight.value);
  test.each([
    ["unknown layer", () => toOnnx(new Sequential({ forward: (x) => linear.forward(x) }))],
    ["batch statistics", () => toOnnx(new BatchNorm1d(3, { trackRunningStatistics: false }))],
    ["no inputs", () => toOnnx(new ReLU())],
    ["other inputs", () => toOnnx(linear, { inputs: [2, 3] })],
    ["sizes", () => toOnnx(new Sequential(linear, new Polynomial(3, 3)))],
    ["opset", () => toOnnx(linear, { opset: 18 })],
    ["no sizes", () => toOnnx(linear, { inputs: [] })],
    ["the same name twice", () => toOnnx(linear, { inputName: "weight" })],
    ["an empty name", () => toOnnx(linear, { outputName: "" })],
    ["the key of the layers", () => toOnnx(linear, { metadata: { "polygrad.architecture": "" } })],
    ["metadata", () => toOnnx(linear, { metadata: { a: JSON.parse("1") } })],
    ["half a character", () => toOnnx(linear, { metadata: { a: "\ud800" } })],
    ["too many inputs", () => toOnnx(new ReLU(), { inputs: [2 ** 40, 2 ** 40] })],
    ["knots that coincide", () => toOnnx(coinciding)],
    ["float64", () => toOnnx(double)],
  ])("%s", (_, call) => {
    expect(call).toThrowErrorMatchingSnapshot();
  });
});
