/** The polynomials of a basis at every element, against their definition in doubles. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { zeros } from "../../src/fill.ts";
import { polynomials } from "../../src/ops/basis.ts";
import { powers } from "../../src/ops/polynomial.ts";
import { tensors } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, read, table } from "../reference.ts";
import { forms, valuesAt } from "./basis.ts";

describe.each(forms.filter(({ squash }) => squash === "none"))("$basis", (form) => {
  test.each([0, 1, 2, 3, 6])("degree %d, on a new last axis", (degree) => {
    fc.assert(
      fc.property(fc.oneof(tensors({}, 0, 3), tensors({ double: true }, 0, 3)), (x) => {
        const t = read(x);
        const all = (index: readonly number[]) => valuesAt(form, degree, at(t, index.slice(0, -1)));
        const shape = [...x.shape, degree + 1];
        const unit = x.data instanceof Float64Array ? 2 ** -52 : 2 ** -24;
        // The step from phi_k to phi_(k+1) has five roundings, and takes on the errors of two values at most |a x| + b times.
        const bound = (index: readonly number[]) => {
          const [k, size] = [index[x.rank], Math.abs(at(t, index.slice(0, -1)))];
          return k < 2 ? 0 : 5 * unit * k * (2 * size + 1) ** k;
        };
        const bounds = table(shape, bound);
        expectTable(
          onBothKernels(() => polynomials(x, degree, form.basis)),
          table(shape, (index) => all(index)[index[x.rank]]),
          (_, i) => bounds.values[i],
        );
      }),
      { numRuns: 20 },
    );
  });
});

test("the basis is that of the powers by default", () => {
  const x = tensor([-2, 0.5, 3]);
  expect(polynomials(x, 4).toArray()).toEqual(powers(x, 4).toArray());
  expect(polynomials(tensor([0, 0.5]), 2, "chebyshev").toArray()).toEqual([
    [1, 0, -1],
    [1, 0.5, -0.5],
  ]);
});

test("refusals", () => {
  expect(() => polynomials(zeros([2]), -1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: polynomials: degree must be an integer from 0 to 10000, got -1]`,
  );
  expect(() => polynomials(zeros([2]), Number.MAX_SAFE_INTEGER)).toThrow("degree must be an integer from 0 to 10000");
  // @ts-expect-error there is no such basis
  expect(() => polynomials(zeros([2]), 2, "fourier")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: polynomials: basis must be "monomial" or "chebyshev" or "legendre" or "hermite", got "fourier"]`,
  );
});
