/** Models guessed from names and shapes: they compute what the model computes that the weights are from. */
import {
  BatchNorm1d,
  BSpline,
  GELU,
  type Layer,
  LayerNorm,
  Linear,
  loretz2024,
  Polynomial,
  RadialBasis,
  ReLU,
  Sequential,
} from "@polygrad/nn";
import { normal, ones, Random, type Tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { architectureOf, type GuessOptions, guessModel } from "../../src/index.ts";

const random = new Random(8);
const x = normal([6, 4], random);
const renamed = (model: Sequential, rename: (name: string) => string) =>
  Object.fromEntries(Object.entries(model.stateDict()).map(([name, value]) => [rename(name), value]));
const names = (model: Layer) =>
  architectureOf(model)
    .slice(1)
    .map((layer) => (Array.isArray(layer) ? layer[0] : layer));

const models: Readonly<Record<string, readonly [Sequential, GuessOptions]>> = {
  "the article's polynomials": [
    new Sequential(
      new Polynomial(4, 5, loretz2024),
      new LayerNorm(5),
      new Polynomial(5, 5, { ...loretz2024, elementwise: true }),
      new Polynomial(5, 2, loretz2024),
    ),
    {},
  ],
  "this library's polynomials": [
    new Sequential(new Polynomial(4, 5), new LayerNorm(5), new Polynomial(5, 2, { degree: 5 })),
    {},
  ],
  "Chebyshev's, without a squash": [
    new Sequential(
      new Polynomial(4, 5, { basis: "chebyshev", squash: "none" }),
      new Polynomial(5, 2, { basis: "chebyshev", squash: "none" }),
    ),
    { basis: "chebyshev", squash: "none" },
  ],
  "an MLP": [
    new Sequential(
      new Linear(4, 7),
      new BatchNorm1d(7),
      new ReLU(),
      new Linear(7, 7, { bias: false }),
      new ReLU(),
      new Linear(7, 2),
    ).eval(),
    { activation: "relu" },
  ],
  "a KAN": [new Sequential(new BSpline(4, 3, { grid: 6, order: 2 }), new BSpline(3, 2, { base: false })), {}],
};

describe.each(Object.entries(models))("%s", (name, [model, options]) => {
  test.each([
    ["our names", (each: string) => each],
    [
      "PyTorch's names",
      (each: string) =>
        each.replace("layers.", "").replace("runningMean", "running_mean").replace("runningVariance", "running_var"),
    ],
    ["names within a model", (each: string) => `net.${each.replace("layers.", "")}`],
  ] as const)("with %s, in any order", (_, rename) => {
    const entries = Object.entries(renamed(model, rename)).reverse();
    const { model: guessed } = guessModel(Object.fromEntries(entries), options);
    if (name !== "an MLP") expect(architectureOf(guessed)).toEqual(architectureOf(model));
    expect(guessed.forward(x).value.toArray()).toEqual(model.forward(x).value.toArray());
  });
});

test("the reference implementation's [1, inputs, degree + 1] is a polynomial for each feature where the sizes say so", () => {
  const each = new Polynomial(5, 5, { ...loretz2024, elementwise: true });
  const [first, last] = [new Polynomial(4, 5, loretz2024), new Polynomial(5, 2, loretz2024)];
  const state = {
    "layers.0.weight": first.weight.value,
    "layers.1.weight": each.weight.value.unsqueeze(0),
    "layers.2.weight": last.weight.value,
  };
  const { model: guessed } = guessModel(state);
  expect(guessed.forward(x).value.toArray()).toEqual(new Sequential(first, each, last).forward(x).value.toArray());
});

test("layers without numbers are in the order of the file, with the activation between linear layers", () => {
  const [first, second] = [new Linear(4, 3), new Linear(3, 2)];
  const state: Record<string, Tensor> = {};
  for (const [name, layer] of Object.entries({ hidden: first, head: second }))
    for (const [part, value] of Object.entries(layer.stateDict())) state[`${name}.${part}`] = value;
  const { model: guessed } = guessModel(state, { activation: "gelu", inOrder: true });
  expect(names(guessed)).toEqual(["Linear", "GELU", "Linear"]);
  expect(guessed.forward(x).value.toArray()).toEqual(
    new Sequential(first, new GELU(), second).forward(x).value.toArray(),
  );
  expect(names(guessModel(state, { activation: "none", inOrder: true }).model)).toEqual(["Linear", "Linear"]);
});

test("a gap before the first layer is a Flatten, and PyTorch's counts of batches are passed over", () => {
  const state = {
    "1.weight": ones([2, 4]),
    "1.bias": zeros(2),
    "2.running_mean": zeros(2),
    "2.running_var": ones(2),
    "2.num_batches_tracked": ones([]),
  };
  expect(names(guessModel(state).model)).toEqual(["Flatten", "Linear", "BatchNorm1d"]);
});

describe("models as people write them in PyTorch, where names show too little", () => {
  const linear = (inputs: number, outputs: number) =>
    [
      ["weight", [outputs, inputs]],
      ["bias", [outputs]],
    ] as const;
  const norm = (size: number) =>
    [
      ["weight", [size]],
      ["bias", [size]],
      ["running_mean", [size]],
      ["running_var", [size]],
    ] as const;
  const layerNorm = (size: number) => norm(size).slice(0, 2);
  /** A state dict, from the tensors of each module. */
  const stateOf = (modules: Readonly<Record<string, readonly (readonly [string, readonly number[]])[]>>) =>
    Object.fromEntries(
      Object.entries(modules).flatMap(([path, fields]) =>
        fields.map(([field, shape]): [string, Tensor] => [`${path}.${field}`, ones(shape)]),
      ),
    );
  const told = (state: Readonly<Record<string, Tensor>>, options: GuessOptions) => {
    try {
      return names(guessModel(state, options).model).join(", ");
    } catch (error) {
      return String(error);
    }
  };
  const relu = { activation: "relu", inOrder: true } as const;

  test.each([
    ["fc1, bn1, fc2: the place of the function is not known", { fc1: linear(4, 4), bn1: norm(4), fc2: linear(4, 2) }],
    [
      "two parts: the order is that of the file, and what joins them is not known",
      { "encoder.0": linear(4, 6), "encoder.2": linear(6, 2), "decoder.0": linear(2, 6), "decoder.2": linear(6, 4) },
    ],
    ["a nested part: what is left out inside counts", { "0": linear(4, 4), "1": norm(4), "3.0": linear(4, 4) }],
    ["a part that may end in a function", { "0.0": linear(4, 4), "1": linear(4, 2) }],
    ["Dropout, LayerNorm, ReLU: two places", { "0": linear(4, 4), "2": layerNorm(4), "4": linear(4, 2) }],
    [
      "a list of modules without gaps",
      { "layers.2": linear(4, 2), "layers.0": linear(4, 4), "layers.1": linear(4, 4) },
    ],
    ["ReLU, Dropout: one place", { "0": linear(4, 4), "3": linear(4, 2) }],
    ["a normalisation last", { "0": linear(4, 4), "2": layerNorm(4) }],
  ])("%s", (_, modules) => {
    expect(told(stateOf(modules), relu)).toMatchSnapshot();
  });

  test("names that are no numbers are in no order, unless it is said", () => {
    const state = stateOf({ input: linear(4, 4), hidden: linear(4, 4), output: linear(4, 2) });
    expect(told(state, { activation: "relu" })).toBe(
      "FormatError: guessModel: state dict: the order of input, hidden, output is not known, because names do not show it; " +
        "if they are used in this order, say so with the option inOrder (--in-order)",
    );
    expect(told(state, relu)).toBe("Linear, ReLU, Linear, ReLU, Linear");
    expect(guessModel(state, relu).names).toEqual({
      "input.weight": "layers.0.weight",
      "input.bias": "layers.0.bias",
      "hidden.weight": "layers.2.weight",
      "hidden.bias": "layers.2.bias",
      "output.weight": "layers.4.weight",
      "output.bias": "layers.4.bias",
    });
  });
});

test("what cannot be told from names and shapes is refused, and says how to go on", () => {
  const refused = (state: Readonly<Record<string, Tensor>>, options?: GuessOptions) => {
    try {
      return architectureOf(guessModel(state, { file: "m.pt", ...options }).model);
    } catch (error) {
      return String(error);
    }
  };
  expect([
    refused({}),
    refused({ "0.weight": ones([2, 4]), "2.weight": ones([3, 2]), "2.bias": ones(3) }),
    refused({ "0.weight": ones([5, 4]), "0.bias": ones(5), "1.weight": ones([5, 5]) }, { activation: "relu" }),
    refused({ "0.weight": ones([2, 4, 3]), "1.weight": ones([3, 4, 3]) }),
    refused({ "conv.weight": ones([2, 4, 3, 3]), "conv.bias": ones(2) }),
    refused({ weight: ones([]) }),
    refused({ "0.weight": ones([2, 4]), "2.weight": ones([3, 2]), "2.bias": ones(3) }, { activation: "relu" }),
    refused({ "0.weight": ones([5, 4]), "0.bias": ones(5), "1.weight": ones([2, 5]), "1.bias": ones(2) }),
    refused({ "0.weight": ones([2, 4, 0]) }),
    refused(new Sequential(new RadialBasis(4, 2)).stateDict()),
    refused({ "0.weight": ones([2, 4, 5]), "0.knots": ones([4, 3]) }),
  ]).toMatchInlineSnapshot(`
    [
      "FormatError: guessModel: m.pt: there are no weights",
      "FormatError: guessModel: m.pt: the shapes fit several models (Linear, Linear; or Polynomial, Linear); make the model, and load the state dict into it",
      [
        "Sequential",
        [
          "Linear",
          4,
          5,
          {
            "bias": true,
          },
        ],
        [
          "ReLU",
        ],
        [
          "Linear",
          5,
          5,
          {
            "bias": false,
          },
        ],
      ],
      "FormatError: guessModel: m.pt: 1 (weight [3, 4, 3]) does not take the 2 values that the layer before it gives",
      "FormatError: guessModel: m.pt: no layer has the weights of conv: weight [2, 4, 3, 3], bias [2]",
      "FormatError: guessModel: m.pt: no layer has the weights of the model: weight []",
      [
        "Sequential",
        [
          "Linear",
          4,
          2,
          {
            "bias": false,
          },
        ],
        [
          "ReLU",
        ],
        [
          "Linear",
          2,
          3,
          {
            "bias": true,
          },
        ],
      ],
      "FormatError: guessModel: m.pt: the function between 0 and 1 has no weights; name it with the option activation: none, relu, gelu, silu, softplus, tanh, sigmoid, elu, leaky-relu",
      "FormatError: modelOf: layers.0: Polynomial: degree must be a positive integer, got -1",
      "FormatError: guessModel: m.pt: no layer has the weights of layers.0: weight [2, 4, 8], baseWeight [2, 4]",
      "FormatError: modelOf: layers.0: BSpline: order must be a positive integer, got -3",
    ]
  `);
});

test("a hundred layers that could each be two things are refused at once", () => {
  const state = Object.fromEntries(Array.from({ length: 100 }, (_, k) => [`${k}.weight`, ones([3, 3])]));
  expect(() => guessModel(state)).toThrow("the shapes fit several models");
});
