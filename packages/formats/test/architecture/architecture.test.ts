/** Architectures: every layer is made again from JSON with the same settings, and hostile JSON is refused. */
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Embedding,
  Flatten,
  GELU,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loretz2024,
  Module,
  manualSeed,
  Polynomial,
  parameters,
  RadialBasis,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { normal, Random } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  architectureOf,
  encodeModel,
  encodeSafetensors,
  modelOf,
  parseModel,
  parseSafetensors,
} from "../../src/index.ts";

const random = new Random(5);
const layers = [
  new Linear(3, 3),
  new Linear(3, 3, { bias: false }),
  new Polynomial(3, 3, { degree: 4, basis: "hermite", squash: "none" }),
  new Polynomial(3, 3, { ...loretz2024, basis: "chebyshev" }),
  new Polynomial(3, 3, { degree: 2, elementwise: true }),
  new BSpline(3, 3, { grid: 4, order: 2, base: false, range: [-3, 2] }),
  new RadialBasis(3, 3, { centres: 5, range: [-1, 3] }),
  new LayerNorm(3, { epsilon: 0.25 }),
  new BatchNorm1d(3, { affine: false, momentum: 0.5, epsilon: 0.125 }),
  new BatchNorm1d(3),
  ...[new ReLU(), new GELU(), new SiLU(), new Softplus(), new Tanh(), new Sigmoid(), new Softmax(), new LogSoftmax()],
  new LeakyReLU(0.3),
  new ELU(0.4),
  new Dropout(0.25),
  new Flatten(),
];

test.each(layers.map((layer) => [layer.constructor.name, layer] as const))("%s is made again from JSON", (_, layer) => {
  const json = JSON.stringify(architectureOf(layer));
  const made = modelOf(JSON.parse(json));
  expect(made).toBeInstanceOf(layer.constructor);
  expect(JSON.stringify(architectureOf(made))).toBe(json);
  const model = new Sequential(new Sequential(layer), new Linear(3, 2)).eval();
  const copy = parseModel(encodeModel(model));
  if (copy instanceof Module) copy.eval();
  const x = normal([5, 3], random);
  expect(copy.forward(x).value.toArray()).toEqual(model.forward(x).value.toArray());
});

test("the JSON reads like the constructors", () => {
  const model = new Sequential(
    new Polynomial(784, 20, loretz2024),
    new LayerNorm(20),
    new Sequential(new Linear(20, 10), new ELU()),
  );
  expect(architectureOf(model)).toEqual([
    "Sequential",
    ["Polynomial", 784, 20, { degree: 3, basis: "monomial", squash: "none", bias: "edges" }],
    ["LayerNorm", [20], { epsilon: 1e-5 }],
    ["Sequential", ["Linear", 20, 10, { bias: true }], ["ELU", 1]],
  ]);
  expect(architectureOf(new Embedding(7, 2))).toEqual(["Embedding", 7, 2]);
});

test("making a model draws nothing from the stream that manualSeed seeds", () => {
  manualSeed(3);
  const expected = new Linear(2, 2).weight.value.toArray();
  manualSeed(3);
  for (const layer of layers) modelOf(architectureOf(layer));
  expect(new Linear(2, 2).weight.value.toArray()).toEqual(expected);
});

describe("refusals", () => {
  const refused = (given: unknown, most?: number) => {
    try {
      modelOf(given, most);
    } catch (error) {
      return String(error);
    }
    return "accepted";
  };
  test("of what is no architecture", () => {
    expect(
      [
        null,
        { layer: "Linear" },
        [],
        ["Conv2d", 3, 3],
        ["constructor"],
        ["Linear", 3],
        ["Linear", "3", 4],
        ["Linear", 3, 4, { bias: 1 }],
        ["Linear", 3, 4, { biases: true }],
        ["Linear", 2 ** 20, 2 ** 20],
        ["Linear", Number.NaN, 2],
        ["Polynomial", 1, 1, { degree: 2 ** 40 }],
        ["Sequential", ["ReLU"], ["Sequential", ["ELU", "x"]]],
        ["Sequential", ["Linear", 9, 9], ["Linear", 9, 9]],
      ].map((given) => refused(given, 300)),
    ).toMatchInlineSnapshot(`
      [
        "FormatError: modelOf: the model: expected an array such as ["Linear", 784, 10], got null",
        "FormatError: modelOf: the model: expected an array such as ["Linear", 784, 10], got an object",
        "FormatError: modelOf: the model: expected an array such as ["Linear", 784, 10], got an empty array",
        "FormatError: modelOf: the model: there is no layer "Conv2d"; known are Sequential, ReLU, GELU, SiLU, Softplus, Tanh, Sigmoid, Softmax, LogSoftmax, Flatten, LeakyReLU, ELU, Dropout, Embedding, Linear, Polynomial, BSpline, RadialBasis, LayerNorm, BatchNorm1d",
        "FormatError: modelOf: the model: there is no layer "constructor"; known are Sequential, ReLU, GELU, SiLU, Softplus, Tanh, Sigmoid, Softmax, LogSoftmax, Flatten, LeakyReLU, ELU, Dropout, Embedding, Linear, Polynomial, BSpline, RadialBasis, LayerNorm, BatchNorm1d",
        "FormatError: modelOf: the model: Linear: outputs must be a number, got an object",
        "FormatError: modelOf: the model: Linear: inputs must be a number, got "3"",
        "FormatError: modelOf: the model: Linear: bias must be true or false, got 1",
        "FormatError: modelOf: the model: Linear: there is no option "biases"; the options are bias, random",
        "FormatError: modelOf: the model: its weights and those before it would have more than 300 numbers",
        "FormatError: modelOf: the model: its weights and those before it would have more than 300 numbers",
        "FormatError: modelOf: the model: its weights and those before it would have more than 300 numbers",
        "FormatError: modelOf: layers.1.layers.0: ELU: alpha must be a number, got "x"",
        "FormatError: modelOf: layers.1: its weights and those before it would have more than 300 numbers",
      ]
    `);
    let deep: unknown = ["ReLU"];
    for (let k = 0; k < 40; k++) deep = ["Sequential", deep];
    expect(refused(deep)).toContain("Sequential is nested more than 16 deep");
  });

  test("of layers that are not nn's", () => {
    class Own extends Module {
      forward(x: Parameters<Linear["forward"]>[0]) {
        return new Tanh().forward(x);
      }
    }
    expect(() => architectureOf(new Sequential(new ReLU(), new Sequential(new Own())))).toThrow(
      "architectureOf: layers.1.layers.0 is an Own, not a layer of @polygrad/nn",
    );
    expect(() => Reflect.apply(architectureOf, undefined, [{}])).toThrow("architectureOf: the model must be a layer");
  });

  test("of files without an architecture, or with another one than their weights", () => {
    const model = new Sequential(new Linear(3, 2));
    expect(() => parseModel(encodeSafetensors(model.stateDict()), { file: "a.safetensors" })).toThrow(
      "parseModel: a.safetensors: it has tensors, but not the architecture that encodeModel writes",
    );
    const { tensors } = parseSafetensors(encodeModel(model));
    const lying = (architecture: string) =>
      encodeSafetensors(tensors, { metadata: { "polygrad.architecture": architecture } });
    expect(() => parseModel(lying('["Linear", 3, 2]'))).toThrow(
      "parseModel: model: loadStateDict: missing weight, bias; unexpected layers.0.bias",
    );
    expect(() => parseModel(lying('["Linear", 30000, 20000]'))).toThrow("would have more than 1056 numbers");
    expect(() => parseModel(lying("["))).toThrow("parseModel: model: it is not valid JSON");
  });
});

test("a layer that occurs twice is one layer again", () => {
  const shared = new Linear(3, 3);
  const model = new Sequential(shared, new Sequential(new ReLU(), shared));
  expect(architectureOf(model)).toEqual([
    "Sequential",
    ["Linear", 3, 3, { bias: true }],
    ["Sequential", ["ReLU"], ["Again", "layers.0"]],
  ]);
  const copy = parseModel(encodeModel(model));
  const x = normal([4, 3], random);
  expect(copy.forward(x).value.toArray()).toEqual(model.forward(x).value.toArray());
  expect(parameters(copy).length).toBe(2);
  expect(() => modelOf(["Sequential", ["Again", "layers.0"]])).toThrow(
    'modelOf: layers.0: there is no "layers.0" before it',
  );
});
