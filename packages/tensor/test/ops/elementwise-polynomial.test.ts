/** Elementwise polynomials against their definition in doubles: forward and both gradients, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ones, zeros } from "../../src/fill.ts";
import { transpose } from "../../src/ops/axes.ts";
import { elementwisePolynomial } from "../../src/ops/polynomial.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, depths, shapes, sizeOf, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, type Index, read, table } from "../reference.ts";
import { elementwisePolynomialGradInput, elementwisePolynomialGradWeight } from "./gradients.ts";

/** x [...lead, inputs], weight [inputs, degree + 1], its memory as drawn or running as [degree + 1, inputs], and g like x. */
function layers(
  lead: fc.Arbitrary<readonly number[]>,
  degree: fc.Arbitrary<number>,
  options: DrawOptions = {},
): fc.Arbitrary<[Tensor, Tensor, Tensor]> {
  return fc
    .tuple(lead, counts, degree)
    .filter(([before, inputs, d]) => sizeOf(before) * inputs * d <= 20_000)
    .chain(([before, inputs, d]) =>
      fc.tuple(
        tensorOf([...before, inputs], options),
        fc.oneof(
          tensorOf([inputs, d + 1], options),
          tensorOf([d + 1, inputs], options).map((w) => transpose(w)),
        ),
        tensorOf([...before, inputs], options),
      ),
    );
}

/**
 * Asserts sums of terms. |error| <= (count + 2 degree + 2) u sum|terms|: a term goes through at most 2 degree + 2
 * roundings, and as many more as there are additions. u = 2^-24, or 2^-52 in double storage, where the reference errs too.
 */
function expectSums(
  got: Tensor,
  shape: readonly number[],
  terms: (index: Index) => readonly number[],
  degree: number,
): void {
  const unit = got.data instanceof Float64Array ? 2 ** -52 : 2 ** -24;
  const sum = (list: readonly number[]) => list.reduce((total, term) => total + term, 0);
  const bounds = table(shape, (index) => {
    const list = terms(index);
    return (list.length + 2 * degree + 2) * unit * sum(list.map(Math.abs));
  });
  expectTable(
    got,
    table(shape, (index) => sum(terms(index))),
    (_, i) => bounds.values[i],
  );
}

const list = <T>(length: number, f: (k: number) => T): T[] => Array.from({ length }, (_, k) => f(k));

function expectDefinition(x: Tensor, weight: Tensor, g: Tensor): void {
  const [a, w, dy] = [x, weight, g].map(read);
  const [inputs, terms] = weight.shape;
  const rows = sizeOf(x.shape.slice(0, -1));
  const column = (index: Index) => index.at(-1) ?? 0;
  expectSums(
    onBothKernels(() => elementwisePolynomial(x, weight)),
    x.shape,
    (index) => list(terms, (d) => at(w, [column(index), d]) * at(a, index) ** d),
    terms,
  );
  expectSums(
    onBothKernels(() => elementwisePolynomialGradInput(g, x, weight)),
    x.shape,
    (index) => list(terms - 1, (k) => at(dy, index) * (k + 1) * at(w, [column(index), k + 1]) * at(a, index) ** k),
    terms,
  );
  expectSums(
    onBothKernels(() => elementwisePolynomialGradWeight(g, x, weight)),
    weight.shape,
    ([i, d]) => list(rows, (b) => dy.values[b * inputs + i] * a.values[b * inputs + i] ** d),
    terms,
  );
}

const degrees = fc.integer({ min: 1, max: 6 });
const batches = depths.map((rows) => [rows]);

describe("against the definition", () => {
  test.each([1, 2, 3, 4, 5, 6])("degree %d", (degree) => {
    fc.assert(
      fc.property(layers(batches, fc.constant(degree)), (layer) => expectDefinition(...layer)),
      { numRuns: 12 },
    );
  });

  // Batches across one and two blocks of rows; sizes that are no multiple of a vector or of the rows taken at a time.
  test.each([
    [256, 5, 3],
    [257, 9, 3],
    [258, 4, 6],
    [515, 3, 2],
    [600, 6, 1],
    [7, 70, 5],
    [1, 33, 3],
  ])("batch %d, inputs %d, degree %d", (rows, inputs, degree) => {
    const layer = fc.tuple(tensorOf([rows, inputs]), tensorOf([inputs, degree + 1]), tensorOf([rows, inputs]));
    fc.assert(
      fc.property(layer, ([x, weight, g]) => expectDefinition(x, weight, g)),
      { numRuns: 3 },
    );
  });

  test("inputs of any rank", () => {
    fc.assert(
      fc.property(layers(shapes(0, 3), degrees), (layer) => expectDefinition(...layer)),
      { numRuns: 40 },
    );
  });

  test("in double storage", () => {
    fc.assert(
      fc.property(layers(batches, degrees, { double: true }), (layer) => expectDefinition(...layer)),
      { numRuns: 20 },
    );
  });

  test("special contents: the same bits from both kernels", () => {
    fc.assert(
      fc.property(layers(batches, degrees, { contents: "special" }), ([x, weight, g]) => {
        onBothKernels(() => elementwisePolynomial(x, weight));
        onBothKernels(() => elementwisePolynomialGradWeight(g, x, weight));
        onBothKernels(() => elementwisePolynomialGradInput(g, x, weight));
      }),
      { numRuns: 40 },
    );
  });

  test("nothing: no rows, no inputs", () => {
    for (const shape of [
      [0, 3],
      [2, 0],
      [3, 0, 2],
    ])
      expectDefinition(ones(shape), ones([shape[shape.length - 1], 3]), ones(shape));
  });
});

test("refusals", () => {
  expect(() => elementwisePolynomial(zeros([2, 3]), zeros([4, 3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: elementwisePolynomial: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, got [2, 3] and [4, 3]]`,
  );
  expect(() => elementwisePolynomial(zeros([2, 3]), zeros([3, 1]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: elementwisePolynomial: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, got [2, 3] and [3, 1]]`,
  );
  expect(() => elementwisePolynomial(zeros([]), zeros([1, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: elementwisePolynomial: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, got [] and [1, 2]]`,
  );
  expect(() => elementwisePolynomial(zeros([2, 3]), zeros([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: elementwisePolynomial: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, got [2, 3] and [3]]`,
  );
  for (const gradient of [elementwisePolynomialGradInput, elementwisePolynomialGradWeight])
    expect(() => gradient(zeros([1, 3]), zeros([2, 3]), zeros([3, 2]))).toThrow(
      "the gradient must be [2, 3], got [1, 3]",
    );
});
