/** The polynomial layer against its definition in doubles: forward and both gradients, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { uniform } from "../../src/draw.ts";
import { ones, zeros } from "../../src/fill.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { permute, slice } from "../../src/ops/view.ts";
import { Random } from "../../src/random.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, depths, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, type Index, read, type Table, table } from "../reference.ts";
import { polynomialGradInput, polynomialGradWeight } from "./gradients.ts";
import { expectInPlace, placeOf } from "./place.ts";

/** The weight as drawn, or with its memory running as [outputs, degree + 1, inputs], or as layers store it. */
function weightOf(outputs: number, inputs: number, terms: number, options: DrawOptions): fc.Arbitrary<Tensor> {
  const physical = tensorOf([outputs, terms, inputs], options).map((w) => permute(w, [0, 2, 1]));
  const stored = tensorOf([inputs, terms, outputs], options).map((w) => permute(w, [2, 0, 1]));
  return fc.oneof(tensorOf([outputs, inputs, terms], options), physical, stored);
}

/** x [batch, inputs], weight [outputs, inputs, degree + 1] and g [batch, outputs]. */
function layers(degree: fc.Arbitrary<number>, options: DrawOptions = {}, rows = depths) {
  return fc
    .tuple(rows, counts, counts, degree)
    .filter(([batch, inputs, outputs, d]) => batch * inputs * outputs * d <= 15_000)
    .chain(([batch, inputs, outputs, d]) =>
      fc.tuple(
        tensorOf([batch, inputs], options),
        weightOf(outputs, inputs, d + 1, options),
        tensorOf([batch, outputs], options),
      ),
    );
}

/** Sums of f over `count`, once of the terms and once of their sizes. */
function sums(shape: readonly number[], count: number, terms: (index: Index, step: number) => number[]) {
  const sum = (f: (term: number) => number) =>
    table(shape, (index) => {
      let total = 0;
      for (let step = 0; step < count; step++) for (const term of terms(index, step)) total += f(term);
      return total;
    });
  return { wanted: sum((x) => x), sizes: sum(Math.abs) };
}

/**
 * |error| <= (count + 2 degree + 2) u sum|terms|: each term goes through at most 2 degree roundings and count additions.
 * u = 2^-24, or 2^-52 in double storage, where the reference errs as well.
 */
function expectSums(result: Tensor, { wanted, sizes }: { wanted: Table; sizes: Table }, count: number, degree: number) {
  const unit = result.data instanceof Float64Array ? 2 ** -52 : 2 ** -24;
  expectTable(result, wanted, (_, i) => (count + 2 * degree + 2) * unit * sizes.values[i]);
}

function expectForward(x: Tensor, w: Tensor): void {
  const [a, c] = [read(x), read(w)];
  const [outputs, inputs, terms] = w.shape;
  const reference = sums([x.shape[0], outputs], inputs, ([b, o], i) =>
    Array.from({ length: terms }, (_, d) => at(c, [o, i, d]) * at(a, [b, i]) ** d),
  );
  expectSums(
    onBothKernels(() => polynomial(x, w)),
    reference,
    inputs,
    terms,
  );
}

function expectGradWeight(g: Tensor, x: Tensor, w: Tensor): void {
  const [dy, a] = [read(g), read(x)];
  const reference = sums(w.shape, x.shape[0], ([o, i, d], b) => [at(dy, [b, o]) * at(a, [b, i]) ** d]);
  expectSums(
    onBothKernels(() => polynomialGradWeight(g, x, w)),
    reference,
    x.shape[0],
    w.shape[2],
  );
}

function expectGradInput(g: Tensor, x: Tensor, w: Tensor): void {
  const [dy, a, c] = [read(g), read(x), read(w)];
  const reference = sums(x.shape, w.shape[0], ([b, i], o) =>
    Array.from(
      { length: w.shape[2] - 1 },
      (_, k) => at(dy, [b, o]) * (k + 1) * at(c, [o, i, k + 1]) * at(a, [b, i]) ** k,
    ),
  );
  expectSums(
    onBothKernels(() => polynomialGradInput(g, x, w)),
    reference,
    w.shape[0],
    w.shape[2],
  );
}

const degrees = fc.integer({ min: 1, max: 9 });

describe("against the definition", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("degree %d", (degree) => {
    fc.assert(
      fc.property(layers(fc.constant(degree)), ([x, w, g]) => {
        expectForward(x, w);
        expectGradWeight(g, x, w);
        expectGradInput(g, x, w);
      }),
      { numRuns: 6 },
    );
  });

  // Batches across one and two blocks of rows; inputs and outputs that are no multiple of any tile.
  test.each([
    [256, 5, 3, 3],
    [257, 9, 5, 3],
    [600, 6, 2, 2],
    [513, 17, 1, 4],
    [3, 33, 18, 3],
    [7, 70, 6, 5],
  ])("batch %d, inputs %d, outputs %d, degree %d", (rows, inputs, outputs, degree) => {
    const layer = fc.tuple(
      tensorOf([rows, inputs]),
      weightOf(outputs, inputs, degree + 1, {}),
      tensorOf([rows, outputs]),
    );
    fc.assert(
      fc.property(layer, ([x, w, g]) => {
        expectForward(x, w);
        expectGradWeight(g, x, w);
        expectGradInput(g, x, w);
      }),
      { numRuns: 2 },
    );
  });

  test("in double storage", () => {
    fc.assert(
      fc.property(layers(degrees, { double: true }, counts), ([x, w, g]) => {
        expectForward(x, w);
        expectGradWeight(g, x, w);
        expectGradInput(g, x, w);
      }),
      { numRuns: 20 },
    );
  });

  test("special contents: the same bits from both kernels", () => {
    fc.assert(
      fc.property(layers(degrees, { contents: "special" }), ([x, w, g]) => {
        onBothKernels(() => polynomial(x, w));
        onBothKernels(() => polynomialGradWeight(g, x, w));
        onBothKernels(() => polynomialGradInput(g, x, w));
      }),
      { numRuns: 25 },
    );
  });

  test("nothing: no rows, no inputs, no outputs", () => {
    for (const [rows, inputs, outputs] of [
      [0, 2, 3],
      [2, 0, 3],
      [2, 3, 0],
    ]) {
      const [x, w, g] = [ones([rows, inputs]), ones([outputs, inputs, 3]), ones([rows, outputs])];
      expectForward(x, w);
      expectGradWeight(g, x, w);
      expectGradInput(g, x, w);
    }
  });
});

test("of a degree so high that the weights of one input do not fit into the cache", () => {
  const random = new Random(2);
  const [x, w, g] = [
    [5, 3],
    [64, 3, 101],
    [5, 64],
  ].map((shape) => uniform(shape, random, -1, 1));
  expectForward(x, w);
  expectGradWeight(g, x, w);
});

describe("a place for the weight's gradient", () => {
  const run = (g: Tensor, x: Tensor, w: Tensor) => (into?: Tensor) => polynomialGradWeight(g, x, w, into);

  test("is filled if it lies in memory as such weights do, and nothing beside it", () => {
    fc.assert(
      fc.property(layers(degrees), ([x, w, g]) => expectInPlace(run(g, x, w), placeOf(w.shape, [1, 2, 0]))),
      { numRuns: 30 },
    );
  });

  test("is filled however it lies in memory, also without rows, and from another precision", () => {
    const [x, w, g] = [uniform([9, 6], new Random(1)), ones([5, 6, 4]), uniform([9, 5], new Random(2))];
    const ordinary = permute(zeros([5, 4, 6]), [0, 2, 1]);
    const places = () => [
      ordinary,
      placeOf(w.shape),
      placeOf(w.shape, [0, 2, 1]),
      placeOf(w.shape, [1, 2, 0]),
      slice(placeOf([5, 6, 8]), 2, 0, 4),
    ];
    for (const place of places()) {
      expectInPlace(run(g, x, w), place);
      expectInPlace(run(toFloat64(g), x, w), place);
      expectInPlace(run(toFloat64(g), x, w), toFloat64(place));
      expectInPlace(run(ones([0, 5]), ones([0, 6]), w), place);
      expect(read(place).values).toEqual(new Array(120).fill(0));
    }
  });
});

test("refusals", () => {
  expect(() => polynomial(zeros([2, 3]), zeros([4, 5, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: polynomial: needs [batch, inputs] and [outputs, inputs, degree + 1] with degree >= 1, got [2, 3] and [4, 5, 3]]`,
  );
  expect(() => polynomial(zeros([2, 3]), zeros([4, 3, 1]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: polynomial: needs [batch, inputs] and [outputs, inputs, degree + 1] with degree >= 1, got [2, 3] and [4, 3, 1]]`,
  );
  expect(() => polynomial(tensor([1]), zeros([4, 3, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: polynomial: needs [batch, inputs] and [outputs, inputs, degree + 1] with degree >= 1, got [1] and [4, 3, 2]]`,
  );
  expect(() => polynomialGradInput(zeros([2, 4]), zeros([2, 3]), zeros([4, 2, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: polynomial: needs [batch, inputs] and [outputs, inputs, degree + 1] with degree >= 1, got [2, 3] and [4, 2, 2]]`,
  );
});
