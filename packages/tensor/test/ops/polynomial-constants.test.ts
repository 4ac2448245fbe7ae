/** Polynomial layers without constant terms: the bits of the same layers with constant terms of 0. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { zeros } from "../../src/fill.ts";
import { concat } from "../../src/ops/join.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { permute, slice } from "../../src/ops/view.ts";
import { valuesFrom } from "../arbitraries.ts";
import { expectSameBits, onBothKernels } from "../kernel-kinds.ts";
import { type Form, forms } from "./basis.ts";
import { polynomialGradient } from "./gradients.ts";
import "../../src/methods.ts";

const cases = fc.record({
  form: fc.constantFrom<Form>(...forms),
  rows: fc.constantFrom(1, 3, 5, 256, 300),
  inputs: fc.constantFrom(1, 4, 9, 33, 257),
  outputs: fc.constantFrom(1, 4, 7, 20, 70),
  degree: fc.constantFrom(1, 2, 3, 5),
  /** The share of x that is not 0: kernels that skip zeros run from a half down. */
  density: fc.constantFrom(0.1, 1),
  seed: fc.nat({ max: 1e6 }),
});

test("values and gradients", () => {
  fc.assert(
    fc.property(
      cases.filter(({ rows, inputs, outputs, degree }) => rows * inputs * outputs * degree <= 400_000),
      ({ form, rows, inputs, outputs, degree, density, seed }) => {
        const drawn = valuesFrom(seed, rows * inputs);
        const x = tensor(
          drawn.map((value, i) => ((i * 7919 + seed) % 100 < 100 * density ? value : 0)),
          [rows, inputs],
        );
        const stored = tensor(valuesFrom(seed + 1, inputs * degree * outputs), [inputs, degree, outputs]);
        const w = permute(stored, [2, 0, 1]);
        const full = concat([zeros([outputs, inputs, 1]), w], 2);
        const g = tensor(valuesFrom(seed + 2, rows * outputs), [rows, outputs]);
        const { basis, squash } = form;
        expectSameBits(
          onBothKernels(() => polynomial(x, w, basis, squash, false)),
          polynomial(x, full, basis, squash),
        );
        expectSameBits(
          onBothKernels(() => polynomialGradient(form, 0, g, x, w, undefined, false)),
          polynomialGradient(form, 0, g, x, full),
        );
        expectSameBits(
          onBothKernels(() => polynomialGradient(form, 1, g, x, w, undefined, false)),
          slice(polynomialGradient(form, 1, g, x, full), 2, 1, degree + 1),
        );
      },
    ),
    { numRuns: 80 },
  );
});

test("a polynomial of degree 1 without constant terms is a matrix product", () => {
  const [x, w] = [tensor(valuesFrom(1, 15), [3, 5]), tensor(valuesFrom(2, 20), [4, 5])];
  const y = onBothKernels(() => polynomial(x, w.unsqueeze(-1), "monomial", "none", false));
  expectSameBits(y, x.matmul(w.transpose()));
  expect(() => polynomial(x, zeros([4, 5, 0]), "monomial", "none", false)).toThrow(
    "polynomial: needs [batch, inputs] and [outputs, inputs, degree] with degree >= 1, got [3, 5] and [4, 5, 0]",
  );
});
