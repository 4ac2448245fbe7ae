/** The linear layer and its gradients against doubles, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { uniform } from "../../src/draw.ts";
import { ones, zeros } from "../../src/fill.ts";
import { gt, relu, where } from "../../src/ops/elementwise.ts";
import { linearBackward } from "../../src/ops/gradients.ts";
import { linear } from "../../src/ops/linear.ts";
import { slice } from "../../src/ops/view.ts";
import { Random } from "../../src/random.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, depths, shapes, sizeOf, tensorOf } from "../arbitraries.ts";
import { expectSameBits, onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, type Index, read, table } from "../reference.ts";
import { given, linearGradient } from "./gradients.ts";
import { expectElsewhere, expectInPlace, placeOf } from "./place.ts";
import "../../src/methods.ts";

/** x [..., inputs], weight [outputs, inputs], bias [outputs] and g [..., outputs]. */
function layers(options: DrawOptions = {}) {
  return fc
    .tuple(shapes(0, 2), depths, counts)
    .filter(([lead, inputs, outputs]) => sizeOf(lead) * inputs * outputs <= 30_000)
    .chain(([lead, inputs, outputs]) =>
      fc.tuple(
        tensorOf([...lead, inputs], options),
        tensorOf([outputs, inputs], options),
        tensorOf([outputs], options),
        tensorOf([...lead, outputs], options),
      ),
    );
}

/** |error| <= (count + 2) u sum|terms|, u = 2^-24 (2^-52 in double storage, where the reference errs as well). */
function expectSums(
  got: Tensor,
  shape: readonly number[],
  count: number,
  term: (index: Index, step: number) => number,
) {
  const unit = got.data instanceof Float64Array ? 2 ** -52 : 2 ** -24;
  const sum = (f: (value: number) => number) =>
    table(shape, (index) => {
      let total = 0;
      for (let step = 0; step < count; step++) total += f(term(index, step));
      return total;
    });
  const sizes = sum(Math.abs).values;
  expectTable(
    got,
    sum((value) => value),
    (_, i) => (count + 2) * unit * sizes[i],
  );
}

test("x W^T + b, and the gradients asked for", () => {
  fc.assert(
    fc.property(fc.oneof(layers(), layers({ double: true })), ([x, weight, bias, g]) => {
      const [a, w, b, dy] = [x, weight, bias, g].map(read);
      const [outputs, inputs] = weight.shape;
      const rows = sizeOf(x.shape.slice(0, -1));
      expectSums(
        onBothKernels(() => linear(x, weight, bias)),
        [...x.shape.slice(0, -1), outputs],
        inputs + 1,
        (index, i) =>
          i === inputs ? at(b, index.slice(-1)) : at(a, index.with(-1, i)) * at(w, [index.at(-1) ?? 0, i]),
      );
      const gradient = (which: number) => onBothKernels(() => linearGradient(which, g, x, weight));
      expectSums(
        gradient(0),
        x.shape,
        outputs,
        (index, o) => at(dy, index.with(-1, o)) * at(w, [o, index.at(-1) ?? 0]),
      );
      const row = (values: readonly number[], r: number, size: number, column: number) => values[r * size + column];
      expectSums(
        gradient(1),
        weight.shape,
        rows,
        ([o, i], r) => row(dy.values, r, outputs, o) * row(a.values, r, inputs, i),
      );
      expectSums(gradient(2), [outputs], rows, ([o], r) => row(dy.values, r, outputs, o));
    }),
    { numRuns: 50 },
  );
});

test("with relu, gradients pass where the result is positive", () => {
  fc.assert(
    fc.property(layers(), ([x, weight, bias, g]) => {
      const y = linear(x, weight, bias, true);
      const all = linearBackward([{}, {}, {}], g, y, x, weight, bias, true);
      const passed = where(gt(linear(x, weight, bias), 0), g, 0);
      for (const which of [0, 1, 2]) expectSameBits(given(all, which), linearGradient(which, passed, x, weight));
    }),
    { numRuns: 20 },
  );
});

describe("a place for the weight's gradient", () => {
  const random = new Random(1);
  const [x, w] = [uniform([70, 60], random), uniform([20, 60], random)];
  const run = (g: Tensor) => (into?: Tensor) => linearGradient(1, g, x, w, into);

  test("is filled, and nothing beside it; the other gradients are those without it", () => {
    const g = uniform([70, 20], random);
    expectInPlace(run(g), placeOf(w.shape, [1, 0]));
    const all = linearBackward([{}, { into: placeOf(w.shape) }, {}], g, g, x, w, zeros([20]));
    for (const which of [0, 1, 2]) expectSameBits(given(all, which), linearGradient(which, g, x, w));
  });

  test("is filled however it lies in memory, and from another precision", () => {
    const g = uniform([70, 20], random);
    for (const place of [placeOf(w.shape, [1, 0]), slice(placeOf([20, 61]), 1, 0, 60), zeros(w.shape)])
      expectInPlace(run(g), place);
    expectInPlace(run(toFloat64(g)), toFloat64(zeros(w.shape)));
    expectInPlace(run(toFloat64(g)), placeOf(w.shape));
  });

  test("is left alone if another form of product runs", () => {
    // A wide layer's gradient takes the packed form.
    const [wide, dy] = [uniform([60, 60], random), uniform([70, 60], random)];
    expectElsewhere((into) => linearGradient(1, dy, x, wide, into), placeOf([60, 60]));
  });
});

test("special contents: the same bits from both kernels", () => {
  fc.assert(
    fc.property(layers({ contents: "special" }), ([x, weight, bias]) => {
      onBothKernels(() => linear(x, weight, bias));
    }),
    { numRuns: 50 },
  );
});

test("max(x W^T + b, 0) has the bits of relu behind linear, also of NaN, infinities and zeros of both signs", () => {
  const drawn = (["ordinary", "special", "integer"] as const).map((contents) => layers({ contents }));
  fc.assert(
    fc.property(fc.oneof(...drawn, layers({ double: true })), ([x, weight, bias]) => {
      const pair = onBothKernels(() => relu(linear(x, weight, bias)));
      expectSameBits(
        onBothKernels(() => linear(x, weight, bias, true)),
        pair,
      );
    }),
    { numRuns: 100 },
  );
  // One term of 1 w + b for each output, so that the sums are the special values themselves.
  const sums = [-0, 0, 1, -1, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -(2 ** -149)];
  const y = onBothKernels(() => linear(ones([1, 1]), zeros([8, 1]), tensor(sums), true));
  expect([...y.data]).toEqual([0, 0, 1, 0, Number.NaN, 0, Number.POSITIVE_INFINITY, 0]);
});

test("without inputs the bias is left; without rows nothing is", () => {
  expect([...onBothKernels(() => linear(zeros([2, 0]), zeros([5, 0]), ones([5]))).data]).toEqual(new Array(10).fill(1));
  const nothing = onBothKernels(() => linear(zeros([2, 0]), zeros([2, 0]), tensor([-1, 2]), true));
  expect([...nothing.data]).toEqual([0, 2, 0, 2]);
  const [gx, gw, gb] = linearBackward(
    [{}, {}, {}],
    ones([2, 5]),
    ones([2, 5]),
    zeros([2, 0]),
    zeros([5, 0]),
    ones([5]),
  );
  expect([gx?.shape, gw?.shape, [...(gb?.data ?? [])]]).toEqual([
    [2, 0],
    [5, 0],
    [2, 2, 2, 2, 2],
  ]);
  expect(onBothKernels(() => linear(zeros([0, 3]), zeros([5, 3]), ones([5]))).shape).toEqual([0, 5]);
});

test("refusals", () => {
  expect(() => linear(ones([2, 3]), ones([4, 2]), ones([4]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: linear: needs [..., inputs], [outputs, inputs] and [outputs], got [2, 3], [4, 2] and [4]]`,
  );
  expect(() => linear(ones([2, 3]), ones([4, 3]), ones([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: linear: needs [..., inputs], [outputs, inputs] and [outputs], got [2, 3], [4, 3] and [3]]`,
  );
});
