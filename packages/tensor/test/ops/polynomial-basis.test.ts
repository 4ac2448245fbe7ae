/** Polynomial layers in any basis against their definition in doubles: forward and both gradients, SIMD and its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ones, zeros } from "../../src/fill.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { permute } from "../../src/ops/view.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, type Index, read, table } from "../reference.ts";
import { type Form, forms, slopesAt, valuesAt } from "./basis.ts";
import { polynomialGradient } from "./gradients.ts";

/** x, of which about a half is 0, weight as layers store it, and g. */
function layerOf([rows, inputs, outputs, degree]: readonly number[], options: DrawOptions = {}) {
  return fc
    .tuple(
      tensorOf([rows, inputs], options),
      tensorOf([inputs, degree + 1, outputs], options).map((w) => permute(w, [2, 0, 1])),
      tensorOf([rows, outputs], options),
      fc.boolean(),
    )
    .map(([x, w, g, thin]): [Tensor, Tensor, Tensor] => [thin ? x.mul(x.gt(0.25)) : x, w, g]);
}

/**
 * Asserts sums of terms. Each product, each sum over k and each sum of terms rounds; phi_k and phi_k(0) round once, and so
 * does their difference: |error| <= (terms + 2 degree + 6) u sum of |w| (|phi_k| + 2 |phi_k(0)|).
 */
function expectSums(
  got: Tensor,
  shape: readonly number[],
  terms: (index: Index) => readonly (readonly [term: number, size: number])[],
): void {
  const unit = got.data instanceof Float64Array ? 2 ** -50 : 2 ** -24;
  const bounds = table(shape, (index) => {
    const all = terms(index);
    return (2 * all.length + 6) * unit * all.reduce((sum, [, size]) => sum + size, 0);
  });
  const wanted = table(shape, (index) => terms(index).reduce((sum, [term]) => sum + term, 0));
  expectTable(got, wanted, (_, i) => bounds.values[i]);
}

function expectLayer(form: Form, x: Tensor, w: Tensor, g: Tensor): void {
  const [a, c, dy] = [x, w, g].map(read);
  const [outputs, inputs, terms] = w.shape;
  const rows = x.shape[0];
  const known = new Map<number, { values: number[]; slopes: number[] }>();
  const phi = (value: number) => {
    const own = known.get(value) ?? {
      values: valuesAt(form, terms - 1, value),
      slopes: slopesAt(form, terms - 1, value),
    };
    known.set(value, own);
    return own;
  };
  const atZero = valuesAt(form, terms - 1, 0);
  const range = (count: number) => Array.from({ length: count }, (_, k) => k);
  const sized = (factor: number, value: number, k: number): readonly [number, number] => [
    factor * value,
    Math.abs(factor) * (Math.abs(value) + 2 * Math.abs(atZero[k])),
  ];
  const { basis, squash } = form;
  expectSums(
    onBothKernels(() => polynomial(x, w, basis, squash)),
    [rows, outputs],
    ([b, o]) =>
      range(inputs).flatMap((i) => phi(at(a, [b, i])).values.map((value, k) => sized(at(c, [o, i, k]), value, k))),
  );
  expectSums(
    onBothKernels(() => polynomialGradient(form, 1, g, x, w)),
    w.shape,
    ([o, i, k]) => range(rows).map((b) => sized(at(dy, [b, o]), phi(at(a, [b, i])).values[k], k)),
  );
  expectSums(
    onBothKernels(() => polynomialGradient(form, 0, g, x, w)),
    x.shape,
    ([b, i]) =>
      range(outputs).flatMap((o) =>
        phi(at(a, [b, i])).slopes.map((slope, k) => sized(at(dy, [b, o]) * at(c, [o, i, k]), slope, k)),
      ),
  );
}

describe.each(forms)("$basis, squash $squash", (form) => {
  test.each([1, 2, 3, 4, 5, 6])("degree %d", (degree) => {
    const sizes = fc
      .tuple(counts, counts, counts)
      .filter(([rows, inputs, outputs]) => rows * inputs * outputs * degree <= 6000);
    fc.assert(
      fc.property(
        sizes.chain((own) => layerOf([...own, degree])),
        ([x, w, g]) => expectLayer(form, x, w, g),
      ),
      { numRuns: 4 },
    );
  });

  // Across blocks of rows and of columns, strips of outputs, and sizes that are not multiples of a vector.
  test.each([
    [257, 3, 2, 3],
    [2, 260, 3, 2],
    [5, 2, 30, 3],
    [6, 3, 5, 20],
  ])("%d rows, %d inputs, %d outputs, degree %d", (...sizes) => {
    fc.assert(
      fc.property(layerOf(sizes), ([x, w, g]) => expectLayer(form, x, w, g)),
      { numRuns: 2 },
    );
  });

  test("in double storage", () => {
    const doubles = layerOf([5, 4, 3, 4], { double: true });
    fc.assert(
      fc.property(doubles, ([x, w, g]) => expectLayer(form, x, w, g)),
      { numRuns: 5 },
    );
  });

  test("special contents: the same bits from both kernels", () => {
    fc.assert(
      fc.property(
        fc
          .tuple(counts, counts, counts)
          .chain((own) => layerOf([...own.map((n) => Math.min(n, 12)), 3], { contents: "special" })),
        ([x, w, g]) => {
          onBothKernels(() => polynomial(x, w, form.basis, form.squash));
          onBothKernels(() => polynomialGradient(form, 1, g, x, w));
          onBothKernels(() => polynomialGradient(form, 0, g, x, w));
        },
      ),
      { numRuns: 10 },
    );
  });
});

test("a weight that is not finite makes the outputs not finite, also where x is 0", () => {
  const w = ones([1, 1, 3]);
  w.data[1] = Number.POSITIVE_INFINITY;
  const y = onBothKernels(() => polynomial(zeros([2, 1]), w, "chebyshev"));
  expect([...y.data]).toEqual([Number.NaN, Number.NaN]);
});

test("nothing: no rows, no inputs, no outputs", () => {
  for (const [rows, inputs, outputs] of [
    [0, 2, 3],
    [2, 0, 3],
    [2, 3, 0],
  ])
    expectLayer(forms[3], ones([rows, inputs]), ones([outputs, inputs, 3]), ones([rows, outputs]));
});

test("refusals", () => {
  // @ts-expect-error there is no such basis
  expect(() => polynomial(zeros([2, 3]), zeros([4, 3, 3]), "fourier")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: polynomial: basis must be "monomial" or "chebyshev" or "legendre" or "hermite", got "fourier"]`,
  );
  // @ts-expect-error there is no such squash
  expect(() => polynomial(zeros([2, 3]), zeros([4, 3, 3]), "legendre", "relu")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: polynomial: squash must be "none" or "tanh", got "relu"]`,
  );
});
