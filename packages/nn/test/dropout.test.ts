/** Dropout: what it drops and scales, and that its masks depend on its key, its counter and positions alone. */
import { variable } from "@polygrad/autograd";
import { ones, Random, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Dropout, Linear, manualSeed } from "../src/index.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

const N = 40_000;

/** What a layer makes of 64 ones, in each of two calls. */
const twoMasks = (layer: Dropout) => [0, 1].map(() => layer.forward(ones([64])).value.toArray());

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

  test("has no parameters, and takes tensors, also empty ones and views", () => {
    const layer = new Dropout(0.5, { random: new Random(1) });
    expect(layer.parameters()).toEqual([]);
    expect(layer.forward(zeros([0, 3])).shape).toEqual([0, 3]);
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).transpose();
    layer.reseed(new Random(2));
    const y = layer.forward(x).value;
    layer.reseed(new Random(2));
    expect(y.equals(x.mul(layer.forward(ones([3, 2])).value))).toBe(true);
  });

  test("passes its input through in evaluation, and with probability 0", () => {
    const x = variable([1, 2, 3]);
    expect(new Dropout(0.5).eval().forward(x)).toBe(x);
    expect(new Dropout(0).forward(x)).toBe(x);
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

  test("scales in the precision of its input", () => {
    const x = tensor(Float64Array.from({ length: 64 }, () => 1));
    const { data } = new Dropout(0.3, { random: new Random(1) }).forward(x).value;
    expect([...new Set(data)].sort()).toEqual([0, 1 / 0.7]);
  });

  test("refuses anything that is not a probability or not a generator", () => {
    for (const p of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal(() => new Dropout(p))).toMatch(
        /^ValueError: Dropout: the probability must be a number from 0 to 1, got/,
      );
    expect(refusal(() => new Dropout(50))).toMatchInlineSnapshot(
      `"ValueError: Dropout: the probability must be a number from 0 to 1, got 50"`,
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
});

describe("the masks", () => {
  test("are the same for the same seed, call by call, on both kernels; other calls and layers have others", () => {
    const seeded = () => twoMasks(new Dropout(0.5, { random: new Random(3) }));
    for (const kind of kinds) expect(under(kind, seeded)).toEqual(seeded());
    expect(seeded()[0]).not.toEqual(seeded()[1]);
    manualSeed(4);
    const [a, b] = [twoMasks(new Dropout()), twoMasks(new Dropout())];
    manualSeed(4);
    expect(twoMasks(new Dropout(0.5))).toEqual(a);
    manualSeed(0);
    expect(b[0]).not.toEqual(a[0]);
  });

  test("follow from a key and a counter, which continue a run", () => {
    const layer = new Dropout(0.5, { random: new Random(3) });
    const { key } = layer;
    // Two outputs of the generator: 21 bits of the first above 32 of the second.
    const random = new Random(3);
    expect(key).toBe((random.uint32() >>> 11) * 2 ** 32 + random.uint32());
    twoMasks(layer);
    expect(layer).toMatchObject({ key, counter: 2 });
    const continued = Object.assign(new Dropout(0.5), JSON.parse(JSON.stringify({ key, counter: layer.counter })));
    expect(twoMasks(continued)).toEqual(twoMasks(layer));
  });

  test("do not change what else is drawn from the generator, and evaluation skips none", () => {
    const random = new Random(7);
    const layer = new Dropout(0.5, { random });
    const { state } = random;
    const masks = twoMasks(layer);
    expect(random.state).toEqual(state);
    layer.reseed(new Random(7));
    layer.eval().forward(ones([64]));
    expect(layer.counter).toBe(0);
    expect(twoMasks(layer.train())).toEqual(masks);
  });

  test("the number of calls does not change weights that are drawn later", () => {
    const later = (calls: number) => {
      manualSeed(5);
      const layer = new Dropout();
      for (let call = 0; call < calls; call++) layer.forward(ones([3]));
      return arrays(new Linear(3, 2));
    };
    expect(later(4)).toEqual(later(0));
    manualSeed(0);
  });

  test("of a reseeded layer are those of a new layer with that generator", () => {
    const layer = new Dropout(0.5, { random: new Random(7) });
    const before = twoMasks(layer);
    const random = new Random(8);
    layer.reseed(random);
    expect(twoMasks(layer)).toEqual(twoMasks(new Dropout(0.5, { random: new Random(8) })));
    // Two layers that are reseeded from one generator differ.
    const { key } = layer;
    layer.reseed(random);
    expect(layer.key).not.toBe(key);
    layer.reseed(new Random(7));
    expect(twoMasks(layer)).toEqual(before);
  });
});
