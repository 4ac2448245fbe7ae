/**
 * The spline layer against its composite in doubles: forward and all gradients, SIMD against its twin, lists against
 * floats.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { ones, zeros } from "../../src/fill.ts";
import "../../src/methods.ts";
import { normal, uniform } from "../../src/draw.ts";
import { partOf } from "../../src/memory/storage.ts";
import { ByteRows } from "../../src/ops/rows.ts";
import { spline } from "../../src/ops/spline.ts";
import { splineBackward } from "../../src/ops/spline-gradients.ts";
import { permute } from "../../src/ops/view.ts";
import { pinned } from "../../src/pin.ts";
import { Random } from "../../src/random.ts";
import { Tensor } from "../../src/tensor.ts";
import { expectSameBits, onBothKernels, under } from "../kernel-kinds.ts";
import { read } from "../reference.ts";
import { given } from "./gradients.ts";
import { expectInPlace, placeOf } from "./place.ts";

/** A layer, its input, and the gradient of its result. */
interface Layer {
  readonly x: Tensor;
  readonly weight: Tensor;
  /** A scalar 0 if there is no base. */
  readonly base: Tensor;
  readonly knots: Tensor;
  readonly order: number;
  readonly g: Tensor;
}

interface Sizes {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly functions: number;
  readonly order: number;
  readonly base: boolean;
  /** The share of the elements that are 0. */
  readonly zeros: number;
  readonly seed: number;
}

/** Knots from -2 on with steps up to 1, some of which are 0; elements around them. */
function layerOf({ rows, inputs, outputs, functions, order, base, zeros: share, seed }: Sizes): Layer {
  const random = new Random(seed);
  const steps = uniform([inputs, functions + order + 1], random);
  const drawn = uniform([rows, inputs], random, -3, functions);
  return {
    x: drawn.mul(uniform([rows, inputs], random).ge(share)),
    // As layers store weights: the outputs innermost.
    weight: permute(normal([inputs, functions, outputs], random), [2, 0, 1]),
    base: base ? permute(normal([inputs, outputs], random), [1, 0]) : tensor(0),
    knots: steps.mul(steps.gt(0.15)).cumsum(1).sub(2),
    order,
    g: normal([rows, outputs], random),
  };
}

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 20 }),
  inputs: fc.integer({ min: 1, max: 12 }),
  outputs: fc.integer({ min: 1, max: 30 }),
  functions: fc.integer({ min: 1, max: 12 }),
  order: fc.integer({ min: 1, max: 9 }),
  base: fc.boolean(),
  zeros: fc.constantFrom(0, 0.5, 0.9),
  seed: fc.nat(),
});

/** The composite of the forward pass and its gradients, in doubles; slopes by the formula of the derivative. */
function defined({ x, weight, base, knots, order, g }: Layer): Tensor[] {
  const [a, w, t, dy] = [x, weight, knots, g].map(toFloat64);
  const [inputs, count] = t.shape;
  const values = a.bsplines(t, order);
  // B'_k = order (B_k / (t_k+order - t_k) - B_k+1 / (t_k+order+1 - t_k+1)), with the functions of one order less.
  const lower = order > 1 ? a.bsplines(t, order - 1) : steps(a, t);
  const widths = t.slice(1, order, count).sub(t.slice(1, 0, count - order));
  const shares = lower.mul(widths.gt(0).div(widths.add(widths.eq(0)))).mul(order);
  const slopes = shares.slice(2, 0, -1).sub(shares.slice(2, 1));
  const functions = values.shape[2];
  const flat = (weights: Tensor) => weights.reshape([weights.shape[0], inputs * functions]);
  let y = flat(values).matmul(flat(w).transpose());
  let dx = dy.matmul(flat(w)).reshape(values.shape).mul(slopes).sum(2);
  const dw = dy.transpose().matmul(flat(values)).reshape(w.shape);
  if (base.rank === 0) return [y, dx, dw];
  const [v, s] = [toFloat64(base), a.sigmoid()];
  y = y.add(a.mul(s).matmul(v.transpose()));
  dx = dx.add(dy.matmul(v).mul(s.mul(a.mul(s.neg().add(1)).add(1))));
  return [y, dx, dw, dy.transpose().matmul(a.mul(s))];
}

/** The functions of order 0. */
function steps(x: Tensor, knots: Tensor): Tensor {
  const each = x.unsqueeze(-1);
  return each.ge(knots.slice(1, 0, -1)).mul(each.lt(knots.slice(1, 1)));
}

function forward({ x, weight, base, knots, order }: Layer): Tensor {
  return spline(x, weight, base, knots, order);
}

/** The gradient with respect to x (0), weight (1) or base (2). */
function gradient(which: number, { x, weight, base, knots, order, g }: Layer, into?: Tensor): Tensor {
  const wanted = [0, 1, 2].map((k) => (k === which ? { into } : undefined));
  const gradients = splineBackward(wanted, g, g, x, weight, base, knots, order);
  expect(gradients.map((each) => each !== undefined)).toEqual(wanted.map((each) => each !== undefined));
  return given(gradients, which);
}

/** The result and all gradients, from both kinds of kernels. */
function computed(layer: Layer): Tensor[] {
  const last = layer.base.rank === 0 ? 1 : 2;
  return [
    onBothKernels(() => forward(layer)),
    ...[0, 1, 2].slice(0, last + 1).map((k) => onBothKernels(() => gradient(k, layer))),
  ];
}

function expectClose(found: readonly Tensor[], wanted: readonly Tensor[], tolerance: number): void {
  for (const [k, each] of wanted.entries()) {
    expect(found[k].shape).toEqual(each.shape);
    const [got, values] = [read(found[k]).values, read(each).values];
    const size = Math.max(1, ...values.map(Math.abs));
    for (const [i, value] of values.entries())
      expect(Math.abs(got[i] - value), `result ${k}, element ${i}: ${got[i]}, wanted ${value}`).toBeLessThanOrEqual(
        tolerance * size,
      );
  }
}

describe("against the composite, with the same bits from both kinds of kernels", () => {
  test("of any size and order, in float32 and float64", () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const layer = layerOf(drawn);
        // A narrow interval of knots makes slopes as large as rounding errors of x relative to its width.
        expectClose(computed(layer), defined(layer), 3e-4);
        const doubles = { ...layer, x: toFloat64(layer.x), g: toFloat64(layer.g) };
        expectClose(computed(doubles), defined(layer), 1e-11);
      }),
      { numRuns: 40 },
    );
  });

  // More rows than a block has, more inputs than a block of a sum, and more outputs than a strip.
  test.each([
    [515, 3, 7, 8, 3],
    [20, 300, 3, 8, 3],
    [3, 9, 61, 5, 2],
    [40, 3, 5, 70, 3],
  ])("rows %i, inputs %i, outputs %i, functions %i, order %i", (rows, inputs, outputs, functions, order) => {
    const layer = layerOf({ rows, inputs, outputs, functions, order, base: true, zeros: 0.6, seed: rows });
    expectClose(computed(layer), defined(layer), 3e-4);
  });

  test("infinite elements count as far outside the knots, and NaN spreads", () => {
    const layer = {
      ...layerOf({ rows: 3, inputs: 1, outputs: 5, functions: 4, order: 3, base: false, zeros: 0, seed: 1 }),
    };
    const x = tensor([[Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], [Number.NaN]]);
    const y = onBothKernels(() => forward({ ...layer, x }));
    expect([...y.data].map(Number.isNaN)).toEqual(Array.from({ length: 15 }, (_, i) => i >= 10));
    // What is left is rounding: the value at 0 comes and goes.
    expect(Math.max(...[...y.data].slice(0, 10).map(Math.abs))).toBeLessThan(1e-6);
  });

  test("nothing: no rows, no inputs, no outputs", () => {
    for (const [rows, inputs, outputs] of [
      [0, 2, 3],
      [2, 0, 3],
      [2, 3, 0],
    ]) {
      const layer = layerOf({ rows, inputs, outputs, functions: 4, order: 2, base: true, zeros: 0, seed: 1 });
      expectClose(computed(layer), defined(layer), 0);
    }
  });
});

test("bytes whose zeros are skipped by their lists give the bits that their floats give", () => {
  const random = new Random(6);
  const [rows, inputs, outputs] = [300, 100, 12];
  const table = new ByteRows(rows, inputs);
  table.bytes.set(uniform([rows * inputs], random, -400, 256).data.map((value) => Math.max(0, value)));
  const picked = Int32Array.from({ length: rows }, (_, row) => (row * 7) % rows);
  const memory = pinned([rows, inputs]);
  /** As a data loader fills a batch: the rows become floats when something looks at them. */
  const batch = (): Tensor => {
    const x = new Tensor(partOf(memory.storage, 0, memory.size, {}), memory.shape);
    table.gatherInto(picked, x);
    return x;
  };
  // Knots of each input's own, then the same for all, which have a table for all bytes.
  for (const [base, shared] of [
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ]) {
    const each = layerOf({ rows, inputs, outputs, functions: 8, order: 3, base, zeros: 0, seed: 7 });
    const own = each.knots.slice(0, 0, 1).div(4);
    const drawn = shared ? { ...each, knots: own.expand([inputs, 12]).clone() } : each;
    const gradients = base ? [1, 2] : [1];
    const run = (x: Tensor) => [
      forward({ ...drawn, x }),
      ...gradients.map((which) => gradient(which, { ...drawn, x })),
    ];
    const floats = under("plain", () => run(batch().clone()));
    memory.data.fill(-1);
    const found = run(batch());
    expect(memory.data.every((value) => value === -1)).toBe(true);
    for (const [k, each] of found.entries()) expectSameBits(each, floats[k]);
  }
});

test("a place for a gradient is filled, however it lies in memory", () => {
  const layer = layerOf({ rows: 9, inputs: 6, outputs: 5, functions: 4, order: 2, base: true, zeros: 0.3, seed: 2 });
  for (const order of [
    [1, 2, 0],
    [0, 1, 2],
  ])
    expectInPlace((into) => gradient(1, layer, into), placeOf([5, 6, 4], order));
  for (const order of [
    [1, 0],
    [0, 1],
  ])
    expectInPlace((into) => gradient(2, layer, into), placeOf([5, 6], order));
});

test("refusals", () => {
  const call = (x: number[], w: number[], v: Tensor, knots: number[], order: number) => () =>
    spline(zeros(x), zeros(w), v, zeros(knots), order);
  expect(call([2, 3], [4, 3, 5], ones([4, 3]), [3, 8], 3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: spline: needs [batch, inputs], weight [outputs, inputs, functions], base [outputs, inputs] or 0, and, for order 3, knots [inputs, functions + 4], got [2, 3], [4, 3, 5], [4, 3] and [3, 8]]`,
  );
  expect(call([2, 3], [4, 3, 5], ones([3, 4]), [3, 8], 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: spline: needs [batch, inputs], weight [outputs, inputs, functions], base [outputs, inputs] or 0, and, for order 2, knots [inputs, functions + 3], got [2, 3], [4, 3, 5], [3, 4] and [3, 8]]`,
  );
  expect(call([2, 3], [4, 3, 5], ones([4, 3]), [2, 8], 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: spline: needs [..., inputs] and, for order 2, knots [inputs, functions + 3], got [2, 3] and [2, 8]]`,
  );
  expect(call([2, 3], [4, 3, 5], tensor(0), [3, 8], 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: spline: order must be a positive integer, got 0]`,
  );
});
