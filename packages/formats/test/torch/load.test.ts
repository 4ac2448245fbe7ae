/** Networks of PyTorch, loaded into ours: the same inputs give PyTorch's outputs. The names are the rows of docs/formats.md. */
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Embedding,
  Flatten,
  GELU,
  type Input,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loretz2024,
  Module,
  Polynomial,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { Random, tensor, ValueError, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { loadTorch } from "../../src/torch/load.ts";
import { readTorch } from "../../src/torch/read.ts";
import { figure, modules } from "./figures.ts";

class Net extends Module {
  hidden = new Linear(3, 4);
  norm = new LayerNorm(4);
  output = new Linear(4, 2);

  forward(x: Input) {
    return this.output.forward(this.norm.forward(this.hidden.forward(x)).tanh());
  }
}

const after = (activation: Module) => new Sequential(new Linear(3, 4), activation);
const article = (inputs: number, outputs: number, degree: number, elementwise = false) =>
  new Polynomial(inputs, outputs, { ...loretz2024, degree, elementwise });

/** Ours for each of PyTorch's. */
const models: Readonly<Record<string, () => Module>> = {
  Linear: () => new Linear(3, 2),
  "Linear without bias": () => new Linear(3, 2, { bias: false }),
  Sequential: () => new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2)),
  Flatten: () => new Sequential(new Flatten(), new Linear(4, 2)),
  nested: () => new Sequential(new Sequential(new Linear(3, 4), new Tanh()), new Linear(4, 2)),
  Embedding: () => new Embedding(5, 3),
  LayerNorm: () => new LayerNorm(3, { epsilon: 1e-3 }),
  "LayerNorm of two axes": () => new LayerNorm([2, 2]),
  BatchNorm1d: () => new BatchNorm1d(3, { epsilon: 1e-3 }),
  "BatchNorm1d without affine": () => new BatchNorm1d(3, { affine: false }),
  Dropout: () => new Sequential(new Dropout(0.5), new Linear(3, 2)),
  Identity: () => new Sequential(new Linear(3, 2)),
  ReLU: () => after(new ReLU()),
  LeakyReLU: () => after(new LeakyReLU(0.2)),
  ELU: () => after(new ELU(0.5)),
  GELU: () => after(new GELU()),
  SiLU: () => after(new SiLU()),
  Softplus: () => after(new Softplus()),
  Tanh: () => after(new Tanh()),
  Sigmoid: () => after(new Sigmoid()),
  Softmax: () => after(new Softmax()),
  LogSoftmax: () => after(new LogSoftmax()),
  Polynomial: () => article(3, 2, 3),
  "Polynomial, elementwise": () => article(3, 3, 2, true),
  "polynomial network": () => new Sequential(article(3, 4, 3), article(4, 2, 2), article(2, 2, 3, true)),
  KANLinear: () => new BSpline(3, 2, { grid: 4 }),
  "KANLinear without scaler": () => new BSpline(3, 2, { grid: 4 }),
  Net: () => new Net(),
};

const file = figure("modules.pt");

describe("the same inputs give PyTorch's outputs:", () => {
  const cases = modules();

  test("every network has a row", () => {
    expect(Object.keys(models)).toEqual(Object.keys(cases));
  });

  test.each(Object.keys(models))("%s", (name) => {
    const model = models[name]();
    loadTorch(model, file, { prefix: `${name}.` });
    const { inputs, outputs } = cases[name];
    const got = model.eval().forward(tensor(inputs)).value;
    const wanted = tensor(outputs);
    expect(got.shape).toEqual(wanted.shape);
    expect(got.allClose(wanted, { relative: 2e-6, absolute: 1e-6 }), `${got}\n${wanted}`).toBe(true);
  });
});

test("a layer with a bias for each output takes the article's weights", () => {
  const model = new Polynomial(3, 2, { squash: "none" });
  loadTorch(model, file, { prefix: "Polynomial." });
  const { inputs, outputs } = modules().Polynomial;
  expect(model.forward(tensor(inputs)).value.allClose(tensor(outputs), { relative: 2e-6, absolute: 1e-6 })).toBe(true);
});

describe("names:", () => {
  test("it returns which name became which", () => {
    expect({
      ...loadTorch(new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2)), file, { prefix: "Sequential." }),
    }).toEqual({
      "Sequential.0.weight": "layers.0.weight",
      "Sequential.0.bias": "layers.0.bias",
      "Sequential.2.weight": "layers.2.weight",
      "Sequential.2.bias": "layers.2.bias",
    });
    expect(Object.values(loadTorch(new BatchNorm1d(3), file, { prefix: "BatchNorm1d." }))).toEqual([
      "weight",
      "bias",
      "runningMean",
      "runningVariance",
    ]);
    expect({ ...loadTorch(new BSpline(3, 2, { grid: 4 }), file, { prefix: "KANLinear." }) }).toEqual({
      "KANLinear.base_weight": "baseWeight",
      "KANLinear.spline_weight": "weight",
      "KANLinear.spline_scaler": "weight",
      "KANLinear.grid": "knots",
    });
  });

  test("positions may differ: a Flatten or an Identity on one side, a Sequential around", () => {
    const { tensors } = readTorch(file, { only: ["Sequential.0.weight"] });
    const model = new Sequential(new Flatten(), new Sequential(new Linear(3, 4), new ReLU()), new Linear(4, 2));
    const names = loadTorch(model, file, { prefix: "Sequential." });
    expect(names["Sequential.2.bias"]).toBe("layers.2.bias");
    expect(model.stateDict()["layers.1.layers.0.weight"].equals(tensors["Sequential.0.weight"])).toBe(true);
  });

  test("if all names agree, the order does not matter", () => {
    class Other extends Module {
      output = new Linear(4, 2);
      norm = new LayerNorm(4);
      hidden = new Linear(3, 4);
      forward(x: Input) {
        return this.output.forward(this.norm.forward(this.hidden.forward(x)).tanh());
      }
    }
    const model = new Other();
    loadTorch(model, file, { prefix: "Net." });
    const { inputs, outputs } = modules().Net;
    expect(model.forward(tensor(inputs)).value.allClose(tensor(outputs), { relative: 2e-6, absolute: 1e-6 })).toBe(
      true,
    );
  });

  test("safetensors of PyTorch are loaded in the same way", () => {
    const theirs = encodeSafetensors({ "0.weight": tensor([[1, 2]]), "0.bias": tensor([3]) });
    const model = new Sequential(new Flatten(), new Linear(2, 1));
    loadTorch(model, parseSafetensors(theirs).tensors);
    expect(model.stateDict()["layers.1.weight"].toArray()).toEqual([[1, 2]]);
  });
});

test("of tensors by name, numbers give the order, whatever the order of the names", () => {
  const layers = Array.from({ length: 12 }, (_, k) => new Linear(1, 1, { bias: false, random: new Random(k) }));
  const source = Object.fromEntries(layers.map(({ weight }, k) => [`net.${2 * k}.weight`, weight.value]).toSorted());
  expect(Object.keys(source)[1]).toBe("net.10.weight");
  const model = new Sequential(...layers.map(() => new Linear(1, 1, { bias: false })));
  loadTorch(model, source);
  expect(Object.values(model.stateDict()).map((x) => x.item())).toEqual(
    layers.map(({ weight }) => weight.value.item()),
  );
});

describe("what does not fit is refused, with both sides:", () => {
  class Swapped extends Module {
    output = new Linear(3, 4);
    layerNorm = new LayerNorm(4);
    hidden = new Linear(4, 2);
    forward(x: Input) {
      return this.hidden.forward(x);
    }
  }
  class Two extends Module {
    first = new Linear(1, 1);
    second = new Linear(1, 1);
    forward(x: Input) {
      return this.second.forward(this.first.forward(x));
    }
  }
  const cases: readonly [string, () => unknown][] = [
    ["more modules in the file", () => loadTorch(new Linear(3, 2), file)],
    ["no tensors of that prefix", () => loadTorch(new Linear(3, 2), file, { prefix: "model." })],
    ["another shape", () => loadTorch(new Linear(3, 3), file, { prefix: "Linear." })],
    ["no bias in the model", () => loadTorch(new Linear(3, 2, { bias: false }), file, { prefix: "Linear." })],
    ["no bias in the file", () => loadTorch(new Linear(3, 2), file, { prefix: "Linear without bias." })],
    ["names and order that contradict each other", () => loadTorch(new Swapped(), file, { prefix: "Net." })],
    [
      "other names, in an order that need not be that of the model",
      () => loadTorch(new Sequential(new Linear(1, 1), new Linear(1, 1)), new Two().stateDict()),
    ],
    ["float64", () => loadTorch(new Linear(2, 1), figure("double.pt"))],
  ];

  test.each(cases)("%s", (_, call) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrowErrorMatchingSnapshot();
  });

  test("names of objects, and sizes that no memory holds", () => {
    const x = tensor([1]).expand([2 ** 10, 2 ** 10, 2 ** 10]);
    for (const field of ["spline_weight", "constructor", "__proto__", "weight"]) {
      const source = Object.fromEntries([
        [`a.${field}`, x],
        ["a.base_weight", x],
        ["a.spline_scaler", x],
      ]);
      for (const model of [new BSpline(2, 2), new Polynomial(2, 2), new Linear(2, 2)])
        expect(() => loadTorch(model, source), field).toThrow(ValueError);
    }
    expect(() => loadTorch(new Polynomial(2, 2), { weight: x })).toThrow(ValueError);
  });

  test("nothing is changed", () => {
    const model = new Sequential(new Linear(3, 4), new Linear(4, 3));
    const before = model.stateDict();
    expect(() => loadTorch(model, file, { prefix: "Sequential." })).toThrow(ValueError);
    for (const [name, x] of Object.entries(model.stateDict())) expect(x.equals(before[name])).toBe(true);
  });

  test("float64 is rounded on request", () => {
    const model = new Linear(2, 1);
    loadTorch(model, figure("double.pt"), { round: true });
    expect(model.weight.value.toArray()).toEqual([[Math.fround(0.1), Math.fround(0.2)]]);
    expect(model.weight.value.dtype).toBe("float32");
  });

  test("what is neither a file nor tensors", () => {
    // @ts-expect-error a text is no file
    expect(() => loadTorch(new Linear(1, 1), "model.pt")).toThrowErrorMatchingSnapshot();
    // @ts-expect-error a number is no model
    expect(() => loadTorch(1, {})).toThrowErrorMatchingSnapshot();
    // @ts-expect-error numbers are no tensors
    expect(() => loadTorch(new Linear(1, 1), { weight: 1 })).toThrowErrorMatchingSnapshot();
    expect(() => loadTorch(new Linear(1, 1), { weight: zeros([1, 1]) })).toThrowErrorMatchingSnapshot();
  });
});
