/** The table of a model's layers, shapes and parameters; and that making it leaves no trace. */
import { constant, type Variable, variable } from "@polygrad/autograd";
import { ones } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  Dropout,
  Embedding,
  Flatten,
  type Input,
  LayerNorm,
  Linear,
  loretz2024,
  Module,
  Polynomial,
  ReLU,
  Sequential,
  summary,
} from "../src/index.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

class Pair extends Module {
  readonly left = new Linear(3, 2);
  readonly right = new Linear(4, 2);

  forward(x: Input, z: Input): Variable {
    return this.left.forward(x).add(this.right.forward(z).sum(1));
  }
}

describe("the table", () => {
  test("of the polynomial network of the article: 63,560 parameters", () => {
    const model = new Sequential(
      new Polynomial(784, 20, loretz2024),
      new LayerNorm(20),
      new Polynomial(20, 10, loretz2024),
    );
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

  test("of a model with several inputs, one shape for each", () => {
    expect(summary(new Pair(), [3], [5, 4])).toMatchInlineSnapshot(`
      "layer          output         parameters
      ----------------------------------------
      left: Linear   [batch, 2]              8
      right: Linear  [batch, 5, 2]          10
      ----------------------------------------
      total                                 18"
    `);
  });

  test("of an embedding, whose inputs are integers of any shape", () => {
    const model = new Sequential(new Embedding(27, 10), new Flatten(), new Linear(30, 27));
    expect(summary(model)).toMatch(/^layers.2: Linear +\? +837$/m);
    expect(summary(model, [3])).toMatchInlineSnapshot(`
      "layer                output          parameters
      -----------------------------------------------
      layers.0: Embedding  [batch, 3, 10]         270
      layers.1: Flatten    [batch, 30]              0
      layers.2: Linear     [batch, 27]            837
      -----------------------------------------------
      total                                     1,107"
    `);
  });

  test("refuses models that take more inputs, shapes that are not shapes and models without forward, and says what arrived", () => {
    expect(refusal(() => summary(new Pair()))).toMatchInlineSnapshot(
      `"ShapeError: summary: the model takes 2 inputs, and fails with 1 (Linear: the input must be a tensor or a variable, got undefined; make one with tensor(...)); pass the shape of each, without the batch: summary(model, [3], [3])"`,
    );
    expect(refusal(() => summary(new Pair(), [3]))).toMatchInlineSnapshot(
      `"ShapeError: summary: the model takes 2 inputs, and fails with 1 (Linear: the input must be a tensor or a variable, got undefined; make one with tensor(...)); pass the shape of each, without the batch: summary(model, [3], [3])"`,
    );
    // @ts-expect-error a size is not a shape
    expect(refusal(() => summary(new Linear(3, 2), 3))).toMatchInlineSnapshot(
      `"ArgumentError: summary: the shape must be an array of integers, such as [2, 3], got 3"`,
    );
    expect(refusal(() => summary(new Linear(3, 2), [-3]))).toMatchInlineSnapshot(
      `"ShapeError: summary: [-3] is not a shape; sizes are integers from 0 up"`,
    );
    expect(refusal(() => summary(new Linear(3, 2), [1e9, 3]))).toMatchInlineSnapshot(
      `"MemoryError: summary: [1000000000, 3] has 3000000000 elements; a tensor has at most 2^30"`,
    );
    // @ts-expect-error the model is undefined
    expect(refusal(() => summary(undefined))).toMatchInlineSnapshot(
      `"ArgumentError: summary: the model must have a method forward, got undefined"`,
    );
    // @ts-expect-error without forward
    expect(refusal(() => summary({ layers: [] }))).toMatchInlineSnapshot(
      `"ArgumentError: summary: the model must have a method forward, got an object"`,
    );
    // @ts-expect-error forward returns undefined
    expect(refusal(() => summary({ forward: () => undefined }, [3]))).toMatchInlineSnapshot(
      `"ArgumentError: summary: the result of forward must be a tensor or a variable, got undefined; make one with tensor(...)"`,
    );
  });

  test("of a shape that does not fit, the layer's own error", () => {
    expect(refusal(() => summary(new Linear(3, 2), [4]))).toMatch(/^ShapeError: linear/);
  });
});

describe("a summary leaves no trace", () => {
  const dropout = new Dropout(0.5);
  const build = () => new Sequential(new Linear(3, 3), dropout, new Linear(3, 2));

  test("dropout draws nothing, whether the model is a module or not", () => {
    summary(build());
    const plain = { layers: build(), forward: (x: Input): Variable => plain.layers.forward(x) };
    summary(plain);
    expect(dropout.counter).toBe(0);
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

test("runs the model on one sample", () => {
  let shape: readonly number[] = [];
  class Watching extends Module {
    forward(x: Input): Variable {
      const y = constant(x);
      shape = y.shape;
      return y;
    }
  }
  summary(new Watching(), [2, 3]);
  expect(shape).toEqual([1, 2, 3]);
});
