/** Initialisers: their bounds and deviations against PyTorch, the article's, and their seeds. */
import { normal, Random, type Shape, type Tensor, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  gain,
  kaimingNormal,
  kaimingUniform,
  Linear,
  linearUniform,
  manualSeed,
  polynomialUniform,
  xavierNormal,
  xavierUniform,
} from "../src/index.ts";
import { type InitCase, init } from "./figures.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

function draw(figure: InitCase, random: Random): Tensor {
  switch (figure.name) {
    case "xavierUniform":
      return xavierUniform(figure.shape, random, figure.options.gain);
    case "xavierNormal":
      return xavierNormal(figure.shape, random, figure.options.gain);
    default: {
      const { a, ...rest } = figure.options;
      const options = a === undefined ? rest : { ...rest, slope: a };
      return (figure.name === "kaimingUniform" ? kaimingUniform : kaimingNormal)(figure.shape, random, options);
    }
  }
}

/** At least that many values, from one stream. */
function sample(count: number, drawn: (random: Random) => Tensor): number[] {
  const random = new Random(1);
  const values: number[] = [];
  while (values.length < count) values.push(...drawn(random).data);
  return values;
}

const N = 30_000;

/** Even on [-bound, bound]: never beyond, within 0.1 % of both ends, centred. */
function expectUniform(values: readonly number[], bound: number): void {
  const [low, high] = values.reduce(([l, h], x) => [Math.min(l, x), Math.max(h, x)], [0, 0]);
  expect(Math.max(-low, high)).toBeLessThanOrEqual(bound * (1 + 2 ** -24));
  // All n values miss the outer 0.05 % of the interval with probability (1 - 0.0005)^n < 4e-7.
  expect(Math.min(-low, high)).toBeGreaterThan(bound * 0.999);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * values.length));
}

/** Normal around 0: mean, deviation and the share beyond two deviations, each within 5 of its standard errors. */
function expectNormal(values: readonly number[], std: number): void {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / n);
  const beyond = values.filter((x) => Math.abs(x) > 2 * std).length / n;
  expect(Math.abs(mean)).toBeLessThan((5 * std) / Math.sqrt(n));
  expect(Math.abs(deviation / std - 1)).toBeLessThan(5 / Math.sqrt(2 * n));
  expect(Math.abs(beyond - 0.0455)).toBeLessThan(5 * Math.sqrt((0.0455 * 0.9545) / n));
}

/** The factor between what was drawn and what the same stream gives on [-1, 1] or with deviation 1: exact but for rounding. */
function expectScale(drawn: Tensor, unit: Tensor, scale: number): void {
  expect(drawn.shape).toEqual(unit.shape);
  expect(drawn.allClose(unit.mul(scale), { relative: 1e-6, absolute: 1e-7 * scale })).toBe(true);
}

describe("PyTorch's figures", () => {
  test.each(init.cases)("$name of $shape, $options", (figure) => {
    const { bound, std, shape } = figure;
    const drawn = draw(figure, new Random(7));
    const values = sample(N, (random) => draw(figure, random));
    if (bound !== undefined) {
      expectUniform(values, bound);
      expectScale(drawn, uniform(shape, new Random(7), -1, 1), bound);
    } else if (std !== undefined) {
      expectNormal(values, std);
      expectScale(drawn, normal(shape, new Random(7)), std);
    } else expect.fail("neither a bound nor a deviation");
  });

  test.each(init.gains)("the gain of $nonlinearity, slope $a", ({ nonlinearity, a, gain: figure }) => {
    expect(a === undefined ? gain(nonlinearity) : gain(nonlinearity, a)).toBeCloseTo(figure, 14);
  });

  test.each(init.linear)("a linear layer $inFeatures -> $outFeatures", (figure) => {
    const { inFeatures, outFeatures, weightBound, biasBound } = figure;
    const [random, again] = [new Random(7), new Random(7)];
    const { weight, bias } = new Linear(inFeatures, outFeatures, { random });
    expectScale(weight.value, uniform([outFeatures, inFeatures], again, -1, 1), weightBound);
    expectScale(bias?.value ?? uniform([0], again), uniform([outFeatures], again, -1, 1), biasBound);
    expectUniform(
      sample(N, (stream) => new Linear(inFeatures, outFeatures, { random: stream }).weight.value),
      weightBound,
    );
  });

  test("the defaults are PyTorch's: gain 1, fan in, leaky with slope 0", () => {
    const shape: Shape = [4, 6];
    const seeded = (): Random => new Random(3);
    expect(xavierUniform(shape, seeded()).equals(xavierUniform(shape, seeded(), 1))).toBe(true);
    expect(xavierNormal(shape, seeded()).equals(xavierNormal(shape, seeded(), 1))).toBe(true);
    const spelt = { mode: "fanIn", nonlinearity: "leakyRelu", slope: 0 } as const;
    expect(kaimingUniform(shape, seeded()).equals(kaimingUniform(shape, seeded(), spelt))).toBe(true);
    expect(kaimingNormal(shape, seeded()).equals(kaimingNormal(shape, seeded(), spelt))).toBe(true);
  });
});

test("the article's initialiser: 0.01 for degrees 0 and 1, 0.01 / d^2 above", () => {
  const weights = polynomialUniform([N / 3, 3, 8], new Random(2));
  for (const [degree, divisor] of [1, 1, 4, 9, 16, 25, 36, 49].entries())
    expectUniform([...weights.select(-1, degree).clone().data], 0.01 / divisor);
});

test("the bound of a linear layer with 0 inputs is 0", () => {
  expect(linearUniform([2], new Random(0), 0).toArray()).toEqual([0, 0]);
});

describe("seeds", () => {
  test("layers draw from one generator, which manualSeed reseeds", () => {
    manualSeed(5);
    const [first, second] = [new Linear(3, 2), new Linear(3, 2)];
    manualSeed(5);
    const again = new Linear(3, 2);
    manualSeed(6);
    const other = new Linear(3, 2);
    manualSeed(0);
    expect(arrays(again)).toEqual(arrays(first));
    expect(second.weight.value.equals(first.weight.value)).toBe(false);
    expect(other.weight.value.equals(first.weight.value)).toBe(false);
  });

  test("a seed always draws the same numbers", () => {
    const { weight, bias } = new Linear(2, 2, { random: new Random(1) });
    expect([weight.value.toArray(), bias?.value.toArray()]).toMatchInlineSnapshot(`
      [
        [
          [
            -0.14895564317703247,
            -0.2385144978761673,
          ],
          [
            -0.4981566071510315,
            -0.35536909103393555,
          ],
        ],
        [
          -0.4710979163646698,
          0.6713932156562805,
        ],
      ]
    `);
  });
});

test("initialisers refuse shapes, settings and generators that do not fit, and say what arrived", () => {
  const random = new Random(0);
  for (const initialise of [xavierUniform, xavierNormal, kaimingUniform, kaimingNormal])
    for (const shape of [[], [3]])
      expect(refusal(() => initialise(shape, random))).toMatch(/^ValueError: init: fan in/);
  expect(refusal(() => kaimingNormal([3], random))).toMatchInlineSnapshot(
    `"ValueError: init: fan in and fan out need a weight of two axes or more, got shape [3]; use another initialiser"`,
  );
  // @ts-expect-error not a nonlinearity
  expect(refusal(() => gain("swish"))).toMatchInlineSnapshot(
    `"ArgumentError: gain: the nonlinearity must be "linear" or "sigmoid" or "tanh" or "relu" or "leakyRelu" or "selu", got "swish""`,
  );
  expect(refusal(() => gain("leakyRelu", Number.NaN))).toMatchInlineSnapshot(
    `"ValueError: gain: the slope must be finite, got NaN"`,
  );
  expect(refusal(() => polynomialUniform([], random))).toMatchInlineSnapshot(
    `"ValueError: polynomialUniform: needs a shape of one axis or more, the last for the powers, got []"`,
  );
  // @ts-expect-error a number is not a shape
  expect(refusal(() => xavierUniform(3, random))).toMatchInlineSnapshot(
    `"ArgumentError: xavierUniform: the shape must be an array of integers, such as [2, 3], got 3"`,
  );
  expect(refusal(() => kaimingNormal([3, -1], random))).toMatchInlineSnapshot(
    `"ShapeError: kaimingNormal: [3, -1] is not a shape; sizes are integers from 0 up"`,
  );
  // @ts-expect-error a seed is not a generator
  expect(refusal(() => xavierNormal([3, 2], 7))).toMatchInlineSnapshot(
    `"ArgumentError: xavierNormal: random must be a generator, such as new Random(seed), got 7"`,
  );
  // @ts-expect-error PyTorch's name
  expect(refusal(() => kaimingUniform([3, 2], random, { a: 0.1 }))).toMatchInlineSnapshot(
    `"ArgumentError: kaimingUniform: there is no option "a"; the options are mode, nonlinearity, slope"`,
  );
  expect(refusal(() => linearUniform([3], random, -1))).toMatchInlineSnapshot(
    `"ValueError: linearUniform: inputs must be an integer from 0 up, got -1"`,
  );
  expect(refusal(() => manualSeed(0.5))).toMatchInlineSnapshot(
    `"ValueError: manualSeed: the seed must be an integer from 0 up, got 0.5"`,
  );
});
