/** The embedding: rows by index, gradients that add up, its initial weight, and what it refuses. */
import { constant, variable } from "@polygrad/autograd";
import { normal, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Embedding, Flatten, Linear, Sequential, SGD } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const random = new Random(1);

describe("Embedding", () => {
  const layer = new Embedding(4, 2, { random });
  layer.loadStateDict({
    weight: tensor([
      [0, 1],
      [10, 11],
      [20, 21],
      [30, 31],
    ]),
  });
  const rows = (places: Parameters<Embedding["forward"]>[0]) => layer.forward(places).value.toArray();

  test("looks up indices of any shape and any kind of array", () => {
    const wanted = [
      [20, 21],
      [0, 1],
      [20, 21],
    ];
    for (const places of [[2, 0, 2], Int32Array.of(2, 0, 2), Uint8Array.of(2, 0, 2), tensor([2, 0, 2])])
      expect(rows(places)).toEqual(wanted);
    expect(rows(tensor([[2, 0, 2]]).transpose())).toEqual(wanted.map((row) => [row]));
    expect(rows(constant(tensor(Float64Array.of(2, 0, 2))))).toEqual(wanted);
    expect(rows([[3], [1]])).toEqual([[[30, 31]], [[10, 11]]]);
    expect(rows(1)).toEqual([10, 11]);
    // A part of a larger tensor.
    expect(rows(tensor([9, 3, 1, 9]).slice(0, 1, 3))).toEqual([
      [30, 31],
      [10, 11],
    ]);
  });

  test("returns an empty tensor for no indices", () => {
    expect(layer.forward([]).shape).toEqual([0, 2]);
    expect(layer.forward(tensor([]).reshape([3, 0])).shape).toEqual([3, 0, 2]);
  });

  test("the gradient of a row is the sum over all places of its index, and 0 if it does not occur", () => {
    layer.zeroGrad();
    layer
      .forward([1, 3, 1])
      .mul(tensor([[1], [10], [100]]))
      .sum()
      .backward();
    expect(layer.weight.grad?.toArray()).toEqual([
      [0, 0],
      [101, 101],
      [0, 0],
      [10, 10],
    ]);
  });

  test("starts with N(0, 1)", () => {
    const { value } = new Embedding(300, 100, { random }).weight;
    const [mean, deviation] = [value.mean().item(), Math.sqrt(value.square().mean().item())];
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(value.size));
    expect(Math.abs(deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * value.size));
    const seeded = () => new Embedding(3, 2, { random: new Random(5) }).weight.value;
    expect(seeded().equals(normal([3, 2], new Random(5)))).toBe(true);
  });

  test("trains in a Sequential, on tensors of integers as a dataset gives them", () => {
    const model = new Sequential(
      new Embedding(3, 4, { random }),
      new Flatten(),
      new Linear(8, 1, { random, bias: false }),
    );
    const [pairs, sums] = [
      tensor([
        [0, 1],
        [2, 2],
        [1, 0],
      ]),
      tensor([[1], [4], [1]]),
    ];
    const optimiser = new SGD(model.parameters(), { learningRate: 0.03 });
    const loss = () => model.forward(pairs).sub(sums).square().mean();
    for (let step = 0; step < 300; step++) {
      optimiser.zeroGrad();
      loss().backward();
      optimiser.step();
    }
    expect(loss().item()).toBeLessThan(1e-3);
  });

  test("refuses sizes, options and indices that do not fit, and says what arrived", () => {
    expect(refusal(() => new Embedding(0, 2))).toMatchInlineSnapshot(
      `"ValueError: Embedding: count must be a positive integer, got 0"`,
    );
    expect(refusal(() => new Embedding(3, 2.5))).toMatchInlineSnapshot(
      `"ValueError: Embedding: size must be a positive integer, got 2.5"`,
    );
    // @ts-expect-error not an option
    expect(refusal(() => new Embedding(3, 2, { paddingIdx: 0 }))).toMatchInlineSnapshot(
      `"ArgumentError: Embedding: there is no option "paddingIdx"; the options are random"`,
    );
    expect(refusal(() => layer.forward([0, 4]))).toMatchInlineSnapshot(
      `"ValueError: Embedding: index 4 at position 1 is not an integer from 0 to 3"`,
    );
    expect(refusal(() => layer.forward(tensor([[-1], [0]])))).toMatchInlineSnapshot(
      `"ValueError: Embedding: index -1 at position 0 is not an integer from 0 to 3"`,
    );
    expect(refusal(() => layer.forward([0.5]))).toMatchInlineSnapshot(
      `"ValueError: Embedding: index 0.5 at position 0 is not an integer from 0 to 3"`,
    );
    expect(refusal(() => layer.forward([Number.NaN]))).toMatchInlineSnapshot(
      `"ValueError: Embedding: index NaN at position 0 is not an integer from 0 to 3"`,
    );
    expect(refusal(() => layer.forward([[0, 1], [2]]))).toMatchInlineSnapshot(
      `"ShapeError: tensor: ragged nesting: expected 2 entries at depth 1, got 1 entries"`,
    );
    expect(refusal(() => layer.forward(variable([1, 2])))).toMatchInlineSnapshot(
      `"GradientError: Embedding: indices have no gradient, but these require one; pass a tensor, or detach()"`,
    );
    // @ts-expect-error text
    expect(refusal(() => layer.forward("ab"))).toMatchInlineSnapshot(
      `"ArgumentError: Embedding: indices must be integers in a tensor, an array or nested arrays, got "ab""`,
    );
    // @ts-expect-error the indices are missing
    expect(refusal(() => layer.forward())).toMatchInlineSnapshot(
      `"ArgumentError: Embedding: indices must be integers in a tensor, an array or nested arrays, got undefined"`,
    );
  });
});
