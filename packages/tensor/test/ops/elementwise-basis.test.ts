/** Elementwise polynomials in any basis against their definition in doubles: forward, gradients, SIMD and its twin. */
import fc from "fast-check";
import { describe, test } from "vitest";
import { ones, zeros } from "../../src/fill.ts";
import { transpose } from "../../src/ops/axes.ts";
import { elementwisePolynomial } from "../../src/ops/polynomial.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, type Index, read, table } from "../reference.ts";
import { type Form, forms, slopesAt, valuesAt } from "./basis.ts";
import { elementwisePolynomialGradient } from "./gradients.ts";

/** x [rows, inputs], weight as layers store it, and g. */
function layerOf([rows, inputs, degree]: readonly number[], options: DrawOptions = {}) {
  return fc.tuple(
    tensorOf([rows, inputs], options),
    tensorOf([degree + 1, inputs], options).map((w) => transpose(w)),
    tensorOf([rows, inputs], options),
  );
}

/** Asserts sums of terms, each of which rounds at most three times, as each sum of them does once. */
function expectSums(got: Tensor, shape: readonly number[], terms: (index: Index) => readonly number[]): void {
  const unit = got.data instanceof Float64Array ? 2 ** -50 : 2 ** -24;
  const sum = (list: readonly number[]) => list.reduce((total, term) => total + term, 0);
  const bounds = table(shape, (index) => (terms(index).length + 4) * unit * sum(terms(index).map(Math.abs)));
  expectTable(
    got,
    table(shape, (index) => sum(terms(index))),
    (_, i) => bounds.values[i],
  );
}

function expectLayer(form: Form, x: Tensor, weight: Tensor, g: Tensor): void {
  const [a, w, dy] = [x, weight, g].map(read);
  const [inputs, terms] = weight.shape;
  const rows = x.shape[0];
  const { basis, squash } = form;
  expectSums(
    onBothKernels(() => elementwisePolynomial(x, weight, basis, squash)),
    x.shape,
    ([b, i]) => valuesAt(form, terms - 1, at(a, [b, i])).map((value, k) => at(w, [i, k]) * value),
  );
  expectSums(
    onBothKernels(() => elementwisePolynomialGradient(form, 0, g, x, weight)),
    x.shape,
    ([b, i]) => slopesAt(form, terms - 1, at(a, [b, i])).map((slope, k) => at(dy, [b, i]) * at(w, [i, k]) * slope),
  );
  expectSums(
    onBothKernels(() => elementwisePolynomialGradient(form, 1, g, x, weight)),
    [inputs, terms],
    ([i, k]) => Array.from({ length: rows }, (_, b) => at(dy, [b, i]) * valuesAt(form, terms - 1, at(a, [b, i]))[k]),
  );
}

describe.each(forms)("$basis, squash $squash", (form) => {
  test.each([1, 2, 3, 6, 20])("degree %d", (degree) => {
    const sizes = fc.tuple(counts, counts).filter(([rows, inputs]) => rows * inputs * degree <= 2000);
    fc.assert(
      fc.property(
        sizes.chain((own) => layerOf([...own, degree])),
        (layer) => expectLayer(form, ...layer),
      ),
      { numRuns: 4 },
    );
  });

  test("across blocks of rows, in double storage, and the same bits for special contents", () => {
    fc.assert(
      fc.property(layerOf([258, 2, 3]), layerOf([5, 4, 4], { double: true }), (one, other) => {
        expectLayer(form, ...one);
        expectLayer(form, ...other);
      }),
      { numRuns: 2 },
    );
    fc.assert(
      fc.property(layerOf([9, 7, 3], { contents: "special" }), ([x, w, g]) => {
        onBothKernels(() => elementwisePolynomial(x, w, form.basis, form.squash));
        onBothKernels(() => elementwisePolynomialGradient(form, 1, g, x, w));
        onBothKernels(() => elementwisePolynomialGradient(form, 0, g, x, w));
      }),
      { numRuns: 10 },
    );
  });
});

test("without rows", () => expectLayer(forms[2], zeros([0, 2]), ones([2, 3]), zeros([0, 2])));
