/** Layers without parameters: what they compute, and chance in Dropout. (PyTorch's figures are in layers.test.ts.) */
import { variable } from "@polygrad/autograd";
import { ones, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Dropout, Flatten, GELU, Linear, manualSeed, ReLU, Sigmoid, Tanh } from "../src/index.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

test.each([ReLU, GELU, Tanh, Sigmoid, Flatten, Dropout])("%o has no parameters and takes tensors", (Class) => {
  expect(new Class().parameters()).toEqual([]);
  expect(new Class().eval().forward(tensor([[0, 0]])).shape).toEqual([1, 2]);
});

test("Flatten keeps the batch, also an empty one, and refuses what has no other axis", () => {
  expect(new Flatten().forward(ones([2, 3, 4])).shape).toEqual([2, 12]);
  expect(new Flatten().forward(ones([0, 3, 4])).shape).toEqual([0, 12]);
  expect(refusal(() => new Flatten().forward(ones([3])))).toMatchInlineSnapshot(
    `"ShapeError: flatten: axis 1 is out of range for rank 1; use -1 to 0"`,
  );
});

const N = 40_000;

describe("Dropout", () => {
  test.each([0.1, 0.5, 0.8])("drops a share of %d, give or take 5 standard deviations, and scales up the rest", (p) => {
    const x = variable(ones([N / 100, 100]));
    const y = new Dropout(p, { random: new Random(1) }).forward(x);
    const kept = Math.fround(1 / (1 - p));
    const dropped = [...y.value.data].filter((value) => value === 0).length;
    expect([...new Set(y.value.data)].sort()).toEqual([0, kept]);
    expect(Math.abs(dropped - N * p)).toBeLessThan(5 * Math.sqrt(N * p * (1 - p)));
    // The gradient passes where the value did.
    y.sum().backward();
    expect(x.grad?.equals(y.value)).toBe(true);
  });

  test("drops elements of a row independently of each other and of the next row", () => {
    const mask = new Dropout(0.5, { random: new Random(2) }).forward(ones([N / 2, 2])).value.gt(0);
    const [a, b] = [mask.select(1, 0), mask.select(1, 1)];
    const later = b.slice(0, 1);
    // Two fair coins agree in half the n cases, give or take sqrt(n) / 2.
    for (const [first, second] of [
      [a, b],
      [a.slice(0, 0, -1), later],
    ] as const) {
      const agreed = first.eq(second).sum().item();
      expect(Math.abs(agreed - first.size / 2)).toBeLessThan(2.5 * Math.sqrt(first.size));
    }
  });

  test("passes its input through in evaluation, and with probability 0", () => {
    const x = variable([1, 2, 3]);
    expect(new Dropout(0.5).eval().forward(x)).toBe(x);
    expect(new Dropout(0).forward(x)).toBe(x);
  });

  test("evaluation draws nothing", () => {
    const random = new Random(1);
    const before = random.state;
    new Dropout(0.5, { random }).eval().forward(ones([10]));
    expect(random.state).toEqual(before);
  });

  test("with probability 1 leaves nothing, not even of the gradient", () => {
    const x = variable([1, -2, 3]);
    const y = new Dropout(1).forward(x);
    y.sum().backward();
    expect([y.value.abs().toArray(), x.grad?.abs().toArray()]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test("the same seed drops the same, call by call; two layers, and two calls, drop differently", () => {
    const x = ones([64]);
    const run = (layer: Dropout) => [layer.forward(x), layer.forward(x)].map(({ value }) => value.toArray());
    const seeded = () => run(new Dropout(0.5, { random: new Random(3) }));
    expect(seeded()).toEqual(seeded());
    expect(seeded()[0]).not.toEqual(seeded()[1]);
    manualSeed(4);
    const [a, b] = [run(new Dropout()), run(new Dropout())];
    manualSeed(4);
    expect(run(new Dropout(0.5))).toEqual(a);
    manualSeed(0);
    expect(b[0]).not.toEqual(a[0]);
  });

  test("how often it has dropped changes no weights drawn later", () => {
    const later = (calls: number) => {
      manualSeed(5);
      const layer = new Dropout();
      for (let call = 0; call < calls; call++) layer.forward(ones([3]));
      return arrays(new Linear(3, 2));
    };
    expect(later(4)).toEqual(later(0));
    manualSeed(0);
  });

  test("reseeded, it drops what a new layer with that stream drops, and draws from that stream alone", () => {
    const [x, first, second] = [ones([64]), new Random(7), new Random(8)];
    const masks = (layer: Dropout) => [0, 1].map(() => layer.forward(x).value.toArray());
    const layer = new Dropout(0.5, { random: first });
    const before = masks(layer);
    const state = first.state;
    layer.reseed(second);
    expect(masks(layer)).toEqual(masks(new Dropout(0.5, { random: new Random(8) })));
    expect(first.state).toEqual(state);
    expect(second.state).not.toEqual(new Random(8).state);
    layer.reseed(new Random(7));
    expect(masks(layer)).toEqual(before);
    // Evaluation draws nothing from the new stream either.
    const third = new Random(9);
    layer.reseed(third);
    layer.eval().forward(x);
    expect(third.state).toEqual(new Random(9).state);
  });

  test("refuses what is not a probability", () => {
    for (const p of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal(() => new Dropout(p))).toMatch(
        /^ValueError: Dropout: the probability must lie between 0 and 1, got/,
      );
    expect(refusal(() => new Dropout(50))).toMatchInlineSnapshot(
      `"ValueError: Dropout: the probability must lie between 0 and 1, got 50"`,
    );
  });
});
