/** Layers without parameters: what they compute, their values and gradients at kinks, and chance in Dropout. */
import { checkGradients, variable } from "@polygrad/autograd";
import { ones, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  Dropout,
  ELU,
  Flatten,
  GELU,
  LeakyReLU,
  Linear,
  manualSeed,
  ReLU,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from "../src/index.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

const plain = [ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus, Tanh, Sigmoid, Flatten] as const;

test.each([...plain, Dropout])("%o has no parameters and takes tensors", (Class) => {
  expect(new Class().parameters()).toEqual([]);
  expect(new Class().eval().forward(tensor([[0, 0]])).shape).toEqual([1, 2]);
});

test("Flatten keeps the batch, also an empty one, and refuses an input with only one axis", () => {
  expect(new Flatten().forward(ones([2, 3, 4])).shape).toEqual([2, 12]);
  expect(new Flatten().forward(ones([0, 3, 4])).shape).toEqual([0, 12]);
  expect(refusal(() => new Flatten().forward(ones([3])))).toMatchInlineSnapshot(
    `"ShapeError: flatten: axis 1 is out of range for rank 1; use -1 to 0"`,
  );
});

test("the slope and alpha are those given, in the precision of the input", () => {
  const x = tensor(Float64Array.of(-2, 2));
  expect(new LeakyReLU(0.3).forward(x).value.toArray()).toEqual([-0.6, 2]);
  expect(new ELU(0.3).forward(x).value.toArray()).toEqual([expect.closeTo(0.3 * Math.expm1(-2), 15), 2]);
});

/** The values and the derivatives where formulas meet their kinks, overflow, or multiply Infinity by 0. */
describe("at 0, far out, and at infinity", () => {
  const far = [Number.NEGATIVE_INFINITY, -1e4, -0, 0, 1e4, Number.POSITIVE_INFINITY];
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  // Limits of x / (1 + e^-x), of its derivative, and so on; at 0 as PyTorch has them.
  test.each([
    ["SiLU", new SiLU(), [0, 0, 0, 0, 1e4, high], [0, 0, 0.5, 0.5, 1, 1]],
    ["ELU", new ELU(0.5), [-0.5, -0.5, 0, 0, 1e4, high], [0, 0, 0.5, 0.5, 1, 1]],
    ["LeakyReLU", new LeakyReLU(0.25), [low, -2500, 0, 0, 1e4, high], [0.25, 0.25, 0.25, 0.25, 1, 1]],
    ["Softplus", new Softplus(), [0, 0, Math.LN2, Math.LN2, 1e4, high], [0, 0, 0.5, 0.5, 1, 1]],
    ["ReLU", new ReLU(), [0, 0, 0, 0, 1e4, high], [0, 0, 0, 0, 1, 1]],
  ] as const)("%s", (_, layer, values, slopes) => {
    const x = variable(Float64Array.from(far));
    const y = layer.forward(x);
    y.sum().backward();
    const plus = (list: Iterable<number>) => Array.from(list, (value) => value + 0);
    expect(plus(y.value.data)).toEqual(values);
    expect(plus(x.grad?.data ?? [])).toEqual(slopes);
    expect(layer.forward(tensor(far)).value.allClose(tensor(values.map(Math.fround)), { absolute: 1e-7 })).toBe(true);
    expect(layer.forward(tensor([Number.NaN])).item()).toBeNaN();
  });

  test("beyond 1024, where SiLU changes its formula, it stays x", () => {
    const xs = [1023, 1023.75, 1024, 1024.25, 1500, 2047.5, 123456, 1e30];
    expect(new SiLU().forward(tensor(xs)).value.toArray()).toEqual(xs.map(Math.fround));
    checkGradients((x) => new SiLU().forward(x), [tensor([1020, 1030, -1020, -1030])], { order: 2, tolerance: 1e-5 });
  });
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

  test("with probability 1 sets all elements and all gradients to 0", () => {
    const x = variable([1, -2, 3]);
    const y = new Dropout(1).forward(x);
    y.sum().backward();
    expect([y.value.abs().toArray(), x.grad?.abs().toArray()]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test("the same seed drops the same elements, call by call; two layers, and two calls, drop different ones", () => {
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

  test("the number of its calls does not change weights that are drawn later", () => {
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

  test("scales in the precision of its input", () => {
    const x = tensor(Float64Array.from({ length: 64 }, () => 1));
    const { data } = new Dropout(0.3, { random: new Random(1) }).forward(x).value;
    expect([...new Set(data)].sort()).toEqual([0, 1 / 0.7]);
  });

  test("refuses anything that is not a probability", () => {
    for (const p of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal(() => new Dropout(p))).toMatch(
        /^ValueError: Dropout: the probability must be a number from 0 to 1, got/,
      );
    expect(refusal(() => new Dropout(50))).toMatchInlineSnapshot(
      `"ValueError: Dropout: the probability must be a number from 0 to 1, got 50"`,
    );
  });
});

test("activations refuse settings and inputs that do not fit, and say what arrived", () => {
  expect(refusal(() => new ELU(Number.NaN))).toMatchInlineSnapshot(`"ValueError: ELU: alpha must be finite, got NaN"`);
  expect(refusal(() => new LeakyReLU(Number.POSITIVE_INFINITY))).toMatchInlineSnapshot(
    `"ValueError: LeakyReLU: the slope must be finite, got Infinity"`,
  );
  // @ts-expect-error nested arrays are not a tensor
  expect(refusal(() => new SiLU().forward([[1, 2]]))).toMatchInlineSnapshot(
    `"ArgumentError: SiLU: the input must be a tensor or a variable, got an array of 1; make one with tensor(...)"`,
  );
  // @ts-expect-error a seed is not a generator
  expect(refusal(() => new Dropout(0.5, { random: 3 }))).toMatchInlineSnapshot(
    `"ArgumentError: Dropout: random must be a generator, such as new Random(seed), got 3"`,
  );
  // @ts-expect-error the generator is missing
  expect(refusal(() => new Dropout(0.5).reseed())).toMatchInlineSnapshot(
    `"ArgumentError: Dropout: random must be a generator, such as new Random(seed), got undefined"`,
  );
});
