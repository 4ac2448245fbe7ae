/** Models of ONNX files: their parameters, gradients, inputs and outputs, and what is refused. */
import type { Variable } from "@polygrad/autograd";
import {
  BatchNorm1d,
  BSpline,
  crossEntropy,
  GELU,
  LayerNorm,
  Linear,
  Polynomial,
  RadialBasis,
  Sequential,
  SGD,
} from "@polygrad/nn";
import { Random, type Tensor, tensor, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { formula } from "../../src/formula/formula.ts";
import { TENSOR } from "../../src/onnx/fields.ts";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { toOnnx } from "../../src/onnx/to-onnx.ts";
import { toSource } from "../../src/source/to-source.ts";
import { floatTensor, type GivenModel, handmade, integerTensor, TYPES, tensorMessage } from "./handmade.ts";
import { difference } from "./runtime.ts";

const random = new Random(5);
const x = uniform([6, 4], random);
const labels = [0, 1, 2, 0, 1, 2];

describe("a model that toOnnx wrote", () => {
  const original = new Sequential(
    new Polynomial(4, 5, { random }),
    new BatchNorm1d(5),
    new BSpline(5, 4, { random }),
    new LayerNorm(4),
    new GELU(),
    new RadialBasis(4, 3, { random }),
  ).eval();
  const model = fromOnnx(toOnnx(original, { metadata: { trained: "yes" } }));
  const gradients = (parameters: Iterable<[string, Variable]>) =>
    [...parameters].map(([name, { grad }]): [string, Tensor | undefined] => [name.replace("state.", ""), grad]);

  test("has its parameters and buffers, under the names of the file", () => {
    const names = Object.keys(original.stateDict()).filter((name) => !name.includes("knots"));
    expect(Object.keys(model.stateDict()).sort()).toEqual(names.map((name) => `state.${name}`).sort());
    expect(model.namedParameters().size).toBe(original.namedParameters().size);
  });

  test("has the same gradients", () => {
    for (const each of [original, model]) crossEntropy(each.forward(x), labels).backward();
    const expected = new Map(gradients(original.namedParameters()));
    for (const [name, grad] of gradients(model.namedParameters())) {
      const other = expected.get(name);
      expect(other && grad && difference(grad, other) / other.abs().max().item(), name).toBeLessThan(1e-4);
    }
  });

  test("trains on", () => {
    const trained = fromOnnx(toOnnx(original));
    const optimiser = new SGD(trained.parameters(), { learningRate: 0.1 });
    const losses = Array.from({ length: 30 }, () => {
      optimiser.zeroGrad();
      const loss = crossEntropy(trained.forward(x), labels);
      loss.backward();
      optimiser.step();
      return loss.item();
    });
    expect(losses[29]).toBeLessThan(0.7 * losses[0]);
  });

  test("says where it comes from", () => {
    expect(model.opset).toBe(17);
    expect(model.producer).toMatch(/^polygrad \d+\.\d+\.\d+$/);
    expect(model.graphName).toBe("network");
    expect(model.metadata.trained).toBe("yes");
    expect(model.outputs).toEqual([{ name: "output", type: "FLOAT", shape: ["batch", 3] }]);
  });
});

test("what was imported is written as a formula, as source and as ONNX", () => {
  const model = new Sequential(new Polynomial(2, 3, { random }), new Linear(3, 1, { random }));
  const file = toOnnx(model);
  const again = fromOnnx(file).asSequential();
  expect(String(formula(again))).toBe(String(formula(model)));
  expect(toSource(again, "typescript")).toBe(toSource(model, "typescript"));
  expect(toOnnx(again)).toEqual(file);
});

/** A text in the bytes of a file, replaced by another of the same length. */
function edited(file: Uint8Array, from: string, to: string): Uint8Array {
  const copy = file.slice();
  copy.set(new TextEncoder().encode(to), Buffer.from(copy).indexOf(from));
  return copy;
}

describe("metadata that says something else than the graph is not believed", () => {
  const model = new Sequential(new Polynomial(4, 3, { basis: "chebyshev", degree: 2, random }));
  const file = toOnnx(model);
  test.each([
    ["another basis", edited(file, '"chebyshev"', '"legendre" ')],
    ["another squash", edited(file, '"squash":"tanh"', '"squash":"none"')],
    ["another layer", edited(file, '"Polynomial"', '"Linear"    ')],
    ["no JSON", edited(file, '["Sequential"', '{"Sequential"')],
    ["an operator that was changed", edited(file, "\x22\x03Sub", "\x22\x03Add")],
  ])("%s", (_, changed) => {
    expect(() => fromOnnx(changed).asSequential()).toThrow(/^asSequential: node \d+, "output": Gemm is not the end/);
    expect(fromOnnx(changed).forward(x).shape).toEqual([6, 3]);
  });

  test("but other weights are", () => {
    const [weight] = model.parameters();
    const changed = file.slice();
    const place = Buffer.from(changed).indexOf(Buffer.from(new Float32Array([weight.value.clone().data[0]]).buffer));
    changed.set(new Uint8Array(new Float32Array([7]).buffer), place);
    expect(fromOnnx(changed).asSequential().parameters()[0].value.clone().data[0]).toBe(7);
  });
});

test("a model may have several inputs and outputs", () => {
  const model = fromOnnx(
    handmade({
      nodes: [
        { operator: "Add", inputs: ["a", "b"], outputs: ["sum"] },
        { operator: "Mul", inputs: ["sum", "a"], outputs: ["product"] },
      ],
      inputs: [
        ["a", TYPES.float, ["n", 2]],
        ["b", TYPES.float, [2]],
      ],
      outputs: [
        ["product", TYPES.float],
        ["sum", TYPES.float],
      ],
    }),
  );
  const [a, b] = [
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor([10, 20]),
  ];
  expect(model.forward(a, b).value.toArray()).toEqual([
    [11, 44],
    [39, 96],
  ]);
  const { sum, product } = model.run({ b, a });
  expect([sum.value.toArray(), product.value.toArray()]).toEqual([
    [
      [11, 22],
      [13, 24],
    ],
    [
      [11, 44],
      [39, 96],
    ],
  ]);
  expect(() => model.forward(a)).toThrowErrorMatchingSnapshot();
  expect(() => model.forward(b, a)).toThrowErrorMatchingSnapshot();
  expect(() => model.run({ a, b, c: a })).toThrowErrorMatchingSnapshot();
  expect(() => model.run({ a })).toThrowErrorMatchingSnapshot();
  expect(() => model.asSequential()).toThrowErrorMatchingSnapshot();
});

describe("tensors of all types", () => {
  const half = [0x3e00, 0xc000]; // 1.5 and -2
  const brain = [0x3fc0, 0xc000];
  const raw = (Type: Float64ArrayConstructor | Uint16ArrayConstructor | Int8ArrayConstructor, values: number[]) =>
    new Uint8Array(Type.from(values).buffer);
  const list = (type: number, field: number, values: readonly number[]) => {
    const message = tensorMessage("t", type, [2]);
    for (const value of values) message.integer(field, value);
    return message;
  };
  test.each([
    ["float, raw", floatTensor("t", tensor([1.5, -2]))],
    ["float, list", tensorMessage("t", TYPES.float, [2]).float(TENSOR.floats, 1.5).float(TENSOR.floats, -2)],
    ["double, raw", tensorMessage("t", TYPES.double, [2]).bytes(TENSOR.raw, raw(Float64Array, [1.5, -2]))],
    ["double, list", tensorMessage("t", TYPES.double, [2]).packedDoubles(TENSOR.doubles, [1.5, -2])],
    ["float16, raw", tensorMessage("t", TYPES.float16, [2]).bytes(TENSOR.raw, raw(Uint16Array, half))],
    ["float16, list", list(TYPES.float16, TENSOR.int32s, half)],
    ["bfloat16, raw", tensorMessage("t", TYPES.bfloat16, [2]).bytes(TENSOR.raw, raw(Uint16Array, brain))],
    ["bfloat16, list", list(TYPES.bfloat16, TENSOR.int32s, brain)],
    ["int64, raw", integerTensor("t", [3, -2])],
    ["int64, list", list(TYPES.int64, TENSOR.int64s, [3, -2])],
    ["int32, list", list(TYPES.int32, TENSOR.int32s, [3, -2])],
    ["int8, raw", tensorMessage("t", TYPES.int8, [2]).bytes(TENSOR.raw, raw(Int8Array, [3, -2]))],
    [
      "int8, packed",
      tensorMessage("t", TYPES.int8, [2]).bytes(
        TENSOR.int32s,
        Uint8Array.of(3, 254, 255, 255, 255, 255, 255, 255, 255, 255, 1),
      ),
    ],
    ["bool, list", list(TYPES.bool, TENSOR.int32s, [1, 0])],
  ])("%s", (name, initialiser) => {
    const model = fromOnnx(
      handmade({
        nodes: [{ operator: "Identity", inputs: ["t"] }],
        outputs: [["y", TYPES.float]],
        initialisers: [initialiser],
      }),
    );
    const expected = name.startsWith("bool") ? [1, 0] : name.includes("int") ? [3, -2] : [1.5, -2];
    expect(model.run({}).y.value.toArray()).toEqual(expected);
    expect(Object.keys(model.state)).toEqual(name.includes("float") || name.includes("double") ? ["t"] : []);
  });
});

describe("is refused", () => {
  const outputs: GivenModel["outputs"] = [["y", TYPES.float]];
  const inputs: GivenModel["inputs"] = [["x", TYPES.float, ["n", 2]]];
  const withTensor = (initialiser: ReturnType<typeof tensorMessage>) =>
    handmade({ nodes: [{ operator: "Identity", inputs: ["t"] }], outputs, initialisers: [initialiser] });
  const withNode = (operator: string, names: readonly string[], more: object = {}, opset = 17) =>
    handmade({ nodes: [{ operator, inputs: names, ...more }], inputs, outputs, opset });
  const floats = tensorMessage("t", TYPES.float, [2]);
  test.each([
    ["nothing", new Uint8Array()],
    ["another format", new TextEncoder().encode("\x89PNG")],
    ["a truncated file", toOnnx(new Linear(4, 2)).slice(0, -20)],
    ["an old opset", withNode("Relu", ["x"], {}, 8)],
    ["a new opset", withNode("Relu", ["x"], {}, 23)],
    ["an unknown operator", withNode("Conv", ["x"])],
    ["an operator of others", withNode("Relu", ["x"], { domain: "com.microsoft" })],
    ["an unknown attribute", withNode("Relu", ["x"], { attributes: { slope: 1 } })],
    ["an attribute of another kind", withNode("Elu", ["x"], { attributes: { alpha: 1 } })],
    ["training", withNode("BatchNormalization", ["x", "x", "x", "x", "x"], { attributes: { training_mode: 1 } })],
    ["too few inputs", withNode("Add", ["x"])],
    ["an input left out", withNode("Concat", ["x", ""], { attributes: { axis: 0 } })],
    ["a result that is not computed", withNode("Dropout", ["x"], { outputs: ["y", "mask"] })],
    ["an unknown value", withNode("Relu", ["z"])],
    ["a cycle", withNode("Relu", ["y"])],
    ["a value given twice", withNode("Relu", ["x"], { outputs: ["x"] })],
    ["an output of no node", withNode("Relu", ["x"], { outputs: ["z"] })],
    ["__proto__", withNode("Relu", ["x"], { outputs: ["__proto__"] })],
    ["data in another file", withTensor(floats.integer(TENSOR.location, 1))],
    ["texts", withTensor(tensorMessage("t", TYPES.text, [1]))],
    ["too few elements", withTensor(tensorMessage("t", TYPES.float, [3]).bytes(TENSOR.raw, new Uint8Array(8)))],
    ["too many elements", withTensor(tensorMessage("t", TYPES.float, [2 ** 20, 2 ** 20]))],
    ["a negative size", withTensor(tensorMessage("t", TYPES.float, [-1]))],
    ["large integers", withTensor(tensorMessage("t", TYPES.int64, [1]).integer(TENSOR.int64s, 2n ** 60n))],
    ["integers beyond their type", withTensor(tensorMessage("t", TYPES.uint8, [1]).integer(TENSOR.int32s, 256))],
  ])("%s", (_, file) => {
    expect(() => fromOnnx(file, { file: "model.onnx" })).toThrowErrorMatchingSnapshot();
  });
});
