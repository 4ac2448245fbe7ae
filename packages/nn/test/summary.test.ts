/** The table of a model's layers, shapes and parameters; and that making it leaves no trace. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import { ones, Random } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  Dropout,
  Flatten,
  type Input,
  LayerNorm,
  Linear,
  Module,
  Polynomial,
  ReLU,
  Sequential,
  summary,
} from "../src/index.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

describe("the table", () => {
  test("of the polynomial network of the article: 63,560 parameters", () => {
    const model = new Sequential(new Polynomial(784, 20), new LayerNorm(20), new Polynomial(20, 10));
    expect(summary(model)).toMatchInlineSnapshot(`
      "layer                 output       parameters
      ---------------------------------------------
      layers.0: Polynomial  [batch, 20]      62,720
      layers.1: LayerNorm   [batch, 20]          40
      layers.2: Polynomial  [batch, 10]         800
      ---------------------------------------------
      total                                  63,560"
    `);
  });

  test("of its linear network: 15,950 parameters", () => {
    const model = new Sequential(new Linear(784, 20), new ReLU(), new LayerNorm(20), new Linear(20, 10));
    expect(summary(model)).toMatchInlineSnapshot(`
      "layer                output       parameters
      --------------------------------------------
      layers.0: Linear     [batch, 20]      15,700
      layers.1: ReLU       [batch, 20]           0
      layers.2: LayerNorm  [batch, 20]          40
      layers.3: Linear     [batch, 10]         210
      --------------------------------------------
      total                                 15,950"
    `);
  });

  test("of modules within modules", () => {
    class Residual extends Module {
      readonly body = new Sequential(new Linear(4, 4), new ReLU());

      forward(x: Input): Variable {
        return this.body.forward(x).add(x);
      }
    }
    expect(summary(new Sequential(new Flatten(), new Residual(), new Linear(4, 2)))).toMatchInlineSnapshot(`
      "layer                           output      parameters
      ------------------------------------------------------
      layers.0: Flatten               [batch, 4]           0
      layers.1.body.layers.0: Linear  [batch, 4]          20
      layers.1.body.layers.1: ReLU    [batch, 4]           0
      layers.2: Linear                [batch, 2]          10
      ------------------------------------------------------
      total                                               30"
    `);
  });

  test("of one layer alone, and of a layer used twice, which counts once", () => {
    expect(summary(new Linear(3, 2))).toMatchInlineSnapshot(`
      "layer   output      parameters
      ------------------------------
      Linear  [batch, 2]           8
      ------------------------------
      total                        8"
    `);
    const shared = new Linear(3, 3);
    expect(summary(new Sequential(shared, new ReLU(), shared))).toMatch(/^total +12$/m);
  });

  test("takes the input's shape where no layer says it; without it, the shapes are unknown", () => {
    const model = new Sequential(new LayerNorm([2, 3]), new ReLU());
    expect(summary(model)).toMatchInlineSnapshot(`
      "layer                output  parameters
      ---------------------------------------
      layers.0: LayerNorm  ?               12
      layers.1: ReLU       ?                0
      ---------------------------------------
      total                                12"
    `);
    expect(summary(model, [2, 3])).toMatchInlineSnapshot(`
      "layer                output         parameters
      ----------------------------------------------
      layers.0: LayerNorm  [batch, 2, 3]          12
      layers.1: ReLU       [batch, 2, 3]           0
      ----------------------------------------------
      total                                       12"
    `);
    expect(summary(new Linear(3, 2), [7, 3])).toMatch(/\[batch, 7, 2\]/);
  });

  test("of a shape that does not fit, the layer's own error", () => {
    expect(refusal(() => summary(new Linear(3, 2), [4]))).toMatch(/^ShapeError: linear/);
  });
});

describe("a summary leaves no trace", () => {
  const random = new Random(1);
  const dropout = new Dropout(0.5, { random });
  const build = () => new Sequential(new Linear(3, 3), dropout, new Linear(3, 2));

  test("dropout draws nothing, whether the model is a module or not", () => {
    const before = random.state;
    summary(build());
    const plain = { layers: build(), forward: (x: Input): Variable => plain.layers.forward(x) };
    summary(plain);
    expect(random.state).toEqual(before);
  });

  test("every module keeps its own mode", () => {
    const model = build().train();
    dropout.eval();
    summary(model);
    expect([model.training, dropout.training]).toEqual([true, false]);
    model.eval();
    summary(model);
    expect([model.training, dropout.training]).toEqual([false, false]);
    dropout.train();
  });

  test("forward is the class's again, or the layer's own if it had one, even if the model fails", () => {
    const double = { forward: (x: Input) => constant(x).mul(2) };
    const { forward } = double;
    const model = new Sequential(new Linear(3, 2), double);
    for (const run of [() => summary(model), () => refusal(() => summary(model, [5]))]) {
      run();
      expect(Object.hasOwn(model.layers[0], "forward")).toBe(false);
      expect(double.forward).toBe(forward);
      expect(model.forward(ones([1, 3])).shape).toEqual([1, 2]);
    }
  });

  test("parameters get no gradients and keep their values", () => {
    const scaling = { scale: variable(3), forward: (x: Input): Variable => constant(x).mul(scaling.scale) };
    const model = new Sequential(new Linear(2, 2), scaling);
    const before = arrays(model);
    summary(model);
    expect(arrays(model)).toEqual(before);
    expect(model.parameters().every(({ grad }) => grad === undefined)).toBe(true);
  });
});
