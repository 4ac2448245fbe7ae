/**
 * The layer of B-splines: its definition, its start, its grid, and what it refuses. (Basis functions: autograd's
 * splines.test.ts.)
 */
import { constant } from "@polygrad/autograd";
import { assign, normal, Random, type Tensor, tensor, toFloat64, uniform } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BSpline, loadStateDict, stateDict } from "../src/index.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";

/** What the layer is defined to compute, in float64. */
function defined(layer: BSpline, x: Tensor): Float64Array {
  const at = toFloat64(x);
  const bases = at.bsplines(toFloat64(layer.knots.value), layer.order).flatten(1);
  let y = bases.matmul(toFloat64(layer.weight.value).flatten(1).transpose());
  if (layer.baseWeight) y = y.add(at.mul(at.sigmoid()).matmul(toFloat64(layer.baseWeight.value).transpose()));
  return Float64Array.from(y.clone().data);
}

const cases = fc.record({
  grid: fc.integer({ min: 1, max: 7 }),
  order: fc.integer({ min: 1, max: 5 }),
  base: fc.boolean(),
  inputs: fc.integer({ min: 1, max: 9 }),
  outputs: fc.integer({ min: 1, max: 9 }),
  batch: fc.integer({ min: 0, max: 9 }),
  seed: fc.nat(),
});

describe.each(kinds)("with %s kernels", (kind) => {
  test("the layer computes its definition, inside the range and outside, at zeros, on even and uneven knots", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ grid, order, base, inputs, outputs, batch, seed }, uneven) => {
        const random = new Random(seed);
        const layer = new BSpline(inputs, outputs, { grid, order, base, random, range: [-1, 1.5] });
        assign(layer.weight.value, uniform(layer.weight.shape, random, -1, 1));
        const drawn = uniform([batch, inputs], random, -3, 3);
        const x = drawn.mul(drawn.gt(-0.5));
        if (uneven) layer.updateGrid(normal([20, inputs], random));
        const y = under(kind, () => layer.forward(x).value);
        expect(y.shape).toEqual([batch, outputs]);
        const wanted = defined(layer, x);
        // Sums of at most 9 terms up to 3, of functions that err by some roundings for each order.
        for (const [i, value] of y.clone().data.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(2e-5);
      }),
    );
  });
});

test("the last axis is mapped, whatever stands before it", () => {
  const random = new Random(4);
  const layer = new BSpline(3, 2, { random });
  const x = normal([4, 5, 3], random);
  const y = layer.forward(x).value;
  expect(y.shape).toEqual([4, 5, 2]);
  expect(layer.forward(x.select(0, 2)).value.allClose(y.select(0, 2))).toBe(true);
  expect(layer.forward(x.select(0, 2).select(0, 1)).value.allClose(y.select(0, 2).select(0, 1))).toBe(true);
});

/**
 * Coefficients that make the splines of a layer the power x^order: products of the knots inside a function (Marsden).
 */
function makePower(layer: BSpline): void {
  const { order, weight, knots } = layer;
  const products = toFloat64(knots.value).data;
  const count = knots.shape[1];
  const at = (i: number, k: number) =>
    Array.from({ length: order }, (_, j) => products[i * count + k + 1 + j]).reduce((a, b) => a * b, 1);
  const [outputs, inputs, functions] = weight.shape;
  const values = Array.from({ length: outputs * inputs * functions }, (_, n) =>
    at(Math.floor(n / functions) % inputs, n % functions),
  );
  assign(weight.value, tensor(Float32Array.from(values), weight.shape));
}

describe("updateGrid", () => {
  const random = new Random(8);
  const data = uniform([300, 2], random, -0.9, 0.7);

  test("mixes quantiles with a uniform grid, wider than the data by a margin", () => {
    const layer = new BSpline(1, 1, { grid: 2, order: 2 });
    const x = tensor([[0], [4], [1], [2], [3.5]]);
    const knots = () => [...layer.knots.value.clone().data];
    layer.updateGrid(x, { adaptive: 0, margin: 0.5 });
    expect(knots()).toEqual([-5.5, -3, -0.5, 2, 4.5, 7, 9.5]);
    layer.updateGrid(x, { adaptive: 0.5, margin: 1 });
    expect(knots()).toEqual([-6.5, -3.5, -0.5, 2, 4.5, 7.5, 10.5]);
    // Quantiles at 0, 4/3, 8/3 and 4: 0, 1 + 1/3, 2 + 2/3 * 1.5, 4.
    const finer = new BSpline(1, 1, { grid: 3, order: 1 });
    finer.updateGrid(x, { adaptive: 0.75, margin: 1 });
    const [a, b, c, d] = [-0.25, 0.75 * (4 / 3) + 0.25, 0.75 * 3 + 0.25 * 3, 4.25];
    expect([...finer.knots.value.clone().data]).toEqual([a - 2, a, b, c, d, d + 2].map(Math.fround));
  });

  test.each([1, 2, 3, 4])("keeps a polynomial of the splines' order, %i, wherever the data are", (order) => {
    const layer = new BSpline(2, 1, { order, base: false, random });
    makePower(layer);
    const before = layer.forward(data).value;
    const powers = data.pow(order).sum(1, { keepDims: true });
    expect(before.allClose(powers, { absolute: 2e-6 })).toBe(true);
    layer.updateGrid(data);
    expect(layer.forward(data).value.allClose(powers, { absolute: 5e-6 })).toBe(true);
    layer.updateGrid(data.mul(0.9), { adaptive: 0.3, margin: 0.1 });
    expect(
      layer
        .forward(data.mul(0.9))
        .value.allClose(data.mul(0.9).pow(order).sum(1, { keepDims: true }), { absolute: 1e-5 }),
    ).toBe(true);
  });

  test("fits as well as the splines can: the normal equations of the change hold at the data", () => {
    const layer = new BSpline(1, 1, { random, base: false });
    assign(layer.weight.value, uniform(layer.weight.shape, random, -1, 1));
    const x = uniform([400, 1], random, -0.8, 0.9);
    const before = toFloat64(layer.forward(x).value);
    layer.updateGrid(x);
    const bases = toFloat64(x).bsplines(toFloat64(layer.knots.value), 3).squeeze(1);
    const residual = toFloat64(layer.forward(x).value).sub(before);
    expect(residual.norm().item()).toBeGreaterThan(0.01);
    expect(bases.transpose().matmul(residual).abs().max().item()).toBeLessThan(1e-4);
  });

  test("keeps the old splines where there are no data, as nearly as their values at a few points tell", () => {
    const layer = new BSpline(1, 1, { order: 3, grid: 12, base: false });
    makePower(layer);
    const two = tensor([[-0.7], [0.7]]);
    layer.updateGrid(two, { adaptive: 0 });
    const y = layer.forward(tensor([[-0.7], [-0.35], [0], [0.35], [0.7]])).value.clone().data;
    // Schoenberg's approximation of x^3 is off by about x h^2 / 2 with h = 1.42 / 12.
    for (const [i, x] of [-0.7, -0.35, 0, 0.35, 0.7].entries())
      expect(Math.abs(y[i] - x ** 3), `at ${x}`).toBeLessThan(i % 4 === 0 ? 1e-5 : 0.005);
  });

  test("constant inputs, a single row and inputs outside the old knots leave finite, ascending knots", () => {
    const layer = new BSpline(3, 2, { random });
    layer.updateGrid(tensor([[0, 5, -30]]));
    const x = tensor([
      [0, 5, -30],
      [0, 5.5, -30],
    ]);
    layer.updateGrid(x);
    const knots = layer.knots.value;
    expect(
      knots
        .slice(1, 1)
        .gt(knots.slice(1, 0, -1))
        .min()
        .item(),
    ).toBe(1);
    expect(layer.forward(x).value.isNan().sum().item()).toBe(0);
    expect(layer.weight.value.isNan().sum().item()).toBe(0);
  });

  test("gives the same bits for the same data", () => {
    const updated = () => {
      const layer = new BSpline(2, 3, { random: new Random(3) });
      layer.updateGrid(data);
      return [layer.knots.value.toArray(), layer.weight.value.toArray()];
    };
    expect(updated()).toEqual(updated());
  });

  test("refuses options and data that make no grid", () => {
    const layer = new BSpline(2, 1);
    expect(
      [
        // @ts-expect-error misspelt
        () => layer.updateGrid(data, { adaptiv: 1 }),
        () => layer.updateGrid(data, { adaptive: 1 }),
        () => layer.updateGrid(data, { margin: 0 }),
        () => layer.updateGrid(tensor([[1, Number.NaN]])),
        () => layer.updateGrid(tensor([[1, 2, 3]])),
        () => layer.updateGrid(data.slice(0, 0, 0)),
      ].map(refusal),
    ).toMatchInlineSnapshot(`
      [
        "ArgumentError: updateGrid: there is no option "adaptiv"; the options are adaptive, margin",
        "ValueError: updateGrid: adaptive must lie in [0, 1), got 1",
        "ValueError: updateGrid: margin must be above 0, got 0",
        "ValueError: updateGrid: the data must be finite, got an element that is not",
        "ShapeError: updateGrid: needs [..., 2], got [1, 3]",
        "ShapeError: updateGrid: needs data, got [0, 2]",
      ]
    `);
  });
});

describe("the start", () => {
  test("has the defaults, shapes and spreads that the documentation gives", () => {
    const layer = new BSpline(40, 30, { random: new Random(1) });
    expect([layer.grid, layer.order, layer.weight.shape, layer.baseWeight?.shape, layer.knots.shape]).toEqual([
      5,
      3,
      [30, 40, 8],
      [30, 40],
      [40, 12],
    ]);
    const spread = (x: Tensor) => [x.abs().max().item(), x.std().item()];
    const [most, deviation] = spread(layer.weight.value);
    expect(most).toBeLessThanOrEqual(0.01);
    expect(deviation).toBeCloseTo(0.01 / Math.sqrt(3), 4);
    const [mostOfBase, deviationOfBase] = spread(layer.baseWeight?.value ?? tensor(0));
    expect(mostOfBase).toBeLessThanOrEqual(1 / Math.sqrt(40));
    expect(deviationOfBase).toBeCloseTo(1 / Math.sqrt(120), 2);
    expect(new BSpline(2, 2, { base: false }).baseWeight).toBeUndefined();
  });

  test("the mean of the sum of squared cubic functions is 151/315", () => {
    const x = constant(
      tensor(
        Float64Array.from({ length: 2000 }, (_, i) => -1 + (i + 0.5) / 1000),
        [2000, 1],
      ),
    );
    const knots = toFloat64(new BSpline(1, 1).knots.value);
    expect(x.bsplines(knots, 3).square().sum(-1).mean().item()).toBeCloseTo(151 / 315, 6);
  });

  test("knots are saved and loaded with the parameters", () => {
    const layer = new BSpline(2, 1, { random: new Random(1) });
    layer.updateGrid(uniform([50, 2], new Random(2), 0, 4));
    const saved = stateDict(layer);
    expect(Object.keys(saved)).toEqual(["weight", "baseWeight", "knots"]);
    const other = new BSpline(2, 1);
    loadStateDict(other, saved);
    const x = normal([5, 2], new Random(3));
    expect(other.forward(x).value.toArray()).toEqual(layer.forward(x).value.toArray());
  });

  test("refuses sizes and options that make no layer", () => {
    expect(
      [
        () => new BSpline(0, 1),
        () => new BSpline(1, 1.5),
        () => new BSpline(1, 1, { grid: 0 }),
        () => new BSpline(1, 1, { order: 0 }),
        () => new BSpline(1, 1, { range: [1, 1] }),
        () => new BSpline(1, 1, { range: [0, Number.POSITIVE_INFINITY] }),
        // @ts-expect-error one number
        () => new BSpline(1, 1, { range: 1 }),
        // @ts-expect-error misspelt
        () => new BSpline(1, 1, { degree: 3 }),
        () => new BSpline(3, 1).forward(tensor([[1, 2]])),
      ].map(refusal),
    ).toMatchInlineSnapshot(`
      [
        "ValueError: BSpline: inputs must be a positive integer, got 0",
        "ValueError: BSpline: outputs must be a positive integer, got 1.5",
        "ValueError: BSpline: grid must be a positive integer, got 0",
        "ValueError: BSpline: order must be a positive integer, got 0",
        "ValueError: BSpline: range must ascend, got [1, 1]",
        "ValueError: BSpline: range's high end must be finite, got Infinity",
        "ArgumentError: BSpline: range must be an array [low, high], got 1",
        "ArgumentError: BSpline: there is no option "degree"; the options are grid, order, range, base, random",
        "ShapeError: BSpline: needs [..., 3], got [1, 2]",
      ]
    `);
  });
});
