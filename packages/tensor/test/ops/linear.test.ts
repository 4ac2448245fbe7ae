/** The linear layer and its gradients against doubles, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { ones, tensor, uniform, zeros } from "../../src/create.ts";
import "../../src/methods.ts";
import { relu } from "../../src/ops/elementwise.ts";
import { linear, linearBackward } from "../../src/ops/linear.ts";
import { Random } from "../../src/random.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, depths, shapes, sizeOf, tensorOf } from "../arbitraries.ts";
import { expectSameBits, onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, type Index, read, table } from "../reference.ts";
import { expectElsewhere, expectInPlace, placeOf } from "./place.ts";

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

/** The gradient asked for, which must be there. */
function only(gradients: readonly (Tensor | undefined)[], which: number): Tensor {
  expect(gradients.map((gradient) => gradient !== undefined)).toEqual([0, 1, 2].map((k) => k === which));
  const gradient = gradients[which];
  if (gradient === undefined) throw new Error("no gradient");
  return gradient;
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
      const gradient = (which: number) =>
        onBothKernels(() => only(linearBackward(g, x, weight, [which === 0, which === 1, which === 2]), which));
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

describe("a place for the weight's gradient", () => {
  const random = new Random(1);
  const [x, w] = [uniform([70, 60], random), uniform([20, 60], random)];
  const run = (g: Tensor) => (out?: Tensor) => only(linearBackward(g, x, w, [false, out ?? true, false]), 1);

  test("is written if it is pinned and contiguous, and nothing beside it", () => {
    const g = uniform([70, 20], random);
    expectInPlace(run(g), placeOf(w.shape));
    expectElsewhere(run(g), placeOf(w.shape), "plain");
    const [dx, dw, db] = linearBackward(g, x, w, [true, placeOf(w.shape), true]);
    for (const [k, gradient] of [dx, dw, db].entries()) {
      const alone = linearBackward(g, x, w, [k === 0, k === 1, k === 2])[k];
      expect(alone !== undefined && gradient?.equals(alone)).toBe(true);
    }
  });

  test("is left alone if it does not fit, or another form of product runs", () => {
    const g = uniform([70, 20], random);
    for (const place of [
      placeOf(w.shape, [1, 0]),
      placeOf([60, 20]),
      placeOf([19, 60]),
      placeOf([21, 60]),
      zeros(w.shape),
    ])
      expectElsewhere(run(g), place);
    expectElsewhere(run(g), placeOf([1200]));
    expectElsewhere(run(toFloat64(g)), placeOf(w.shape));
    // A wide layer's gradient takes the packed form.
    const [wide, dy] = [uniform([60, 60], random), uniform([70, 60], random)];
    expectElsewhere((out) => only(linearBackward(dy, x, wide, [false, out ?? true, false]), 1), placeOf([60, 60]));
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
  const [gx, gw, gb] = linearBackward(ones([2, 5]), zeros([2, 0]), zeros([5, 0]), [true, true, true]);
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
