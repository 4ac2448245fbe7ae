/** Layer normalisation: mean 0 and variance 1 of every row, and what it refuses. (Gradients: gradients.test.ts.) */
import { normal, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { LayerNorm } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const random = new Random(1);

describe("LayerNorm", () => {
  test("starts with weight 1 and bias 0: rows leave it with mean 0 and variance 1", () => {
    const layer = new LayerNorm([4, 5]);
    expect([layer.weight.shape, layer.bias.shape]).toEqual([
      [4, 5],
      [4, 5],
    ]);
    const y = layer.forward(normal([3, 4, 5], random, 7, 3)).value.reshape([3, 20]);
    expect(y.mean(1).allClose(tensor([0, 0, 0]), { absolute: 1e-6 })).toBe(true);
    // The variance is short of 1 by epsilon / (variance + epsilon), here 1e-6 and less.
    expect(y.variance(1, { correction: 0 }).allClose(tensor([1, 1, 1]), { relative: 1e-5 })).toBe(true);
  });

  test("one size is one axis", () => {
    expect(new LayerNorm(6).weight.shape).toEqual([6]);
    expect([...new LayerNorm(6).namedParameters().keys()]).toEqual(["weight", "bias"]);
  });

  test("a constant row becomes the bias", () => {
    const layer = Object.assign(new LayerNorm(3), { bias: tensor([1, 2, 3]) });
    expect(layer.forward(tensor([[8, 8, 8]])).value.toArray()).toEqual([[1, 2, 3]]);
  });

  test("epsilon is added to the variance: 1e-5 by default", () => {
    const x = tensor([[-1, 1]]);
    expect(new LayerNorm(2, { epsilon: 3 }).forward(x).value.toArray()).toEqual([[-0.5, 0.5]]);
    expect(new LayerNorm(2).forward(x).value.toArray()).toEqual([
      [-1, 1].map((v) => Math.fround(v / Math.sqrt(1.00001))),
    ]);
  });

  test("refuses sizes, options and inputs that do not fit, and says what arrived", () => {
    for (const size of [0, -1, 2.5, Number.NaN]) {
      expect(refusal(() => new LayerNorm(size))).toMatch(
        /^ValueError: LayerNorm: size must be a positive integer, got/,
      );
      expect(refusal(() => new LayerNorm([3, size]))).toMatch(/^ValueError: LayerNorm: size/);
    }
    expect(refusal(() => new LayerNorm([]))).toMatchInlineSnapshot(
      `"ShapeError: LayerNorm: needs the sizes of one axis or more, got []"`,
    );
    // @ts-expect-error PyTorch's name
    expect(refusal(() => new LayerNorm(4, { eps: 1e-6 }))).toMatchInlineSnapshot(
      `"ArgumentError: LayerNorm: there is no option "eps"; the options are epsilon"`,
    );
    expect(refusal(() => new LayerNorm(4, { epsilon: -1 }))).toMatchInlineSnapshot(
      `"ValueError: LayerNorm: epsilon must lie in [0, Infinity), got -1"`,
    );
    // @ts-expect-error the shape is missing
    expect(refusal(() => new LayerNorm())).toMatchInlineSnapshot(
      `"ArgumentError: LayerNorm: shape must be the size of the last axis, or an array of sizes, got undefined"`,
    );
    expect(refusal(() => new LayerNorm([1e9, 1e9]))).toMatchInlineSnapshot(
      `"MemoryError: ones: [1000000000, 1000000000] has 1000000000000000000 elements; a tensor has at most 2^30"`,
    );
    expect(refusal(() => new LayerNorm(3).forward(tensor([[1, 2]])))).toMatchInlineSnapshot(
      `"ShapeError: layerNorm: the last axes of [1, 2] must be those of weight [3] and bias [3]"`,
    );
  });
});
