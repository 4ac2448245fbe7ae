/** Every layer against PyTorch: the output, and the gradients with respect to input and parameters, with both kinds of kernels. */
import { constant, variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  BSpline,
  ELU,
  Embedding,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loadStateDict,
  loretz2024,
  namedParameters,
  Polynomial,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  stateDict,
  Tanh,
} from "../src/index.ts";
import { expectFigures, type LayerCase, layers } from "./figures.ts";
import { kinds, under } from "./kernel-kinds.ts";

function build(figure: LayerCase): Layer {
  switch (figure.layer) {
    case "Linear": {
      const { inFeatures, outFeatures, bias } = figure.options;
      return new Linear(inFeatures, outFeatures, { bias });
    }
    case "LayerNorm":
      return new LayerNorm(figure.options.normalizedShape, { epsilon: figure.options.eps });
    case "Polynomial": {
      const { inFeatures, outFeatures, ...options } = figure.options;
      return new Polynomial(inFeatures, outFeatures, { ...loretz2024, ...options });
    }
    case "BSpline": {
      const { inFeatures, outFeatures, ...options } = figure.options;
      return new BSpline(inFeatures, outFeatures, options);
    }
    case "ELU":
      return new ELU(figure.options.alpha);
    case "LeakyReLU":
      return new LeakyReLU(figure.options.negativeSlope);
    case "Embedding":
      return new Embedding(figure.options.numEmbeddings, figure.options.embeddingDim);
    case "softmax":
      if (figure.options.axis === -1) return new Softmax();
      return { forward: (x) => constant(x).softmax(figure.options.axis) };
    case "logSoftmax":
      if (figure.options.axis === -1) return new LogSoftmax();
      return { forward: (x) => constant(x).logSoftmax(figure.options.axis) };
    default:
      return new { ReLU, GELU, Tanh, Sigmoid, SiLU, Softplus, Flatten }[figure.layer]();
  }
}

test("the defaults are PyTorch's", () => {
  expect(new LayerNorm(3).epsilon).toBe(1e-5);
  expect(new Linear(3, 2).bias?.shape).toEqual([2]);
  expect([new ELU().alpha, new LeakyReLU().slope]).toEqual([1, 0.01]);
});

describe.each(kinds)("with %s kernels", (kind) => {
  test.each(layers.cases)("$name", (figure) => {
    const layer = build(figure);
    const given = Object.fromEntries(Object.entries(figure.parameters).map(([k, v]) => [k, tensor(v)]));
    loadStateDict(layer, { ...stateDict(layer), ...given });
    // PyTorch computed in float64; 4e-7 is a few units in the last place of a sum of terms near 1.
    const tolerance = 4e-7 + figure.float32Deviation;
    under(kind, () => {
      const input = figure.gradInput === undefined ? constant(tensor(figure.input)) : variable(figure.input);
      const output = layer.forward(input);
      expectFigures("output", output.value, figure.output, tolerance);
      output.backward(tensor(figure.gradOutput));
      if (figure.gradInput !== undefined)
        expectFigures("gradInput", input.grad ?? tensor([]), figure.gradInput, tolerance);
      const parameters = namedParameters(layer);
      expect([...parameters.keys()]).toEqual(Object.keys(figure.gradParameters));
      for (const [name, { grad }] of parameters)
        expectFigures(`gradient of ${name}`, grad ?? tensor([]), figure.gradParameters[name], tolerance);
    });
  });
});
