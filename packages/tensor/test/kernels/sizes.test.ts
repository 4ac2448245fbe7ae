/** Every size from 1 to a few vectors and tiles beyond, one after the other: no remainder is left to chance. */
import { describe, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { transpose } from "../../src/ops/axes.ts";
import {
  abs,
  add,
  ceil,
  floor,
  isInf,
  isNan,
  neg,
  relu,
  round,
  rsqrt,
  sign,
  sqrt,
  square,
  where,
} from "../../src/ops/elementwise.ts";
import {
  acos,
  asin,
  atan,
  cosh,
  exp,
  expm1,
  log,
  log1p,
  log2,
  sigmoid,
  sinh,
  softplus,
  tanh,
} from "../../src/ops/functions.ts";
import { linear } from "../../src/ops/linear.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { elementwisePolynomial, polynomial } from "../../src/ops/polynomial.ts";
import { max, sum } from "../../src/ops/reduce.ts";
import type { Tensor } from "../../src/tensor.ts";
import { valuesFrom } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import {
  elementwisePolynomialGradInput,
  elementwisePolynomialGradWeight,
  polynomialGradInput,
  polynomialGradWeight,
} from "../ops/gradients.ts";

let seed = 0;
const draw = (...shape: number[]): Tensor =>
  tensor(
    Float32Array.from(
      valuesFrom(
        seed++,
        shape.reduce((a, b) => a * b, 1),
      ),
    ),
    shape,
  );

/** Elementwise functions of one operand that have SIMD code. */
const functions = [abs, acos, asin, atan, ceil, cosh, exp, expm1, floor, isInf, isNan, log, log1p, log2, neg, relu]
  .concat([round, rsqrt, sigmoid, sign, sinh, softplus, sqrt, square, tanh])
  .map((f) => (x: Tensor) => f(x));

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 21];

describe("the same bits from both kernels", () => {
  test("elementwise and reductions: rows of every size", () => {
    for (let n = 1; n <= 36; n++) {
      const [x, row, column] = [draw(64, n), draw(n), draw(64, 1)];
      onBothKernels(() => add(x, row));
      onBothKernels(() => add(row, x));
      onBothKernels(() => where(column, x, row));
      onBothKernels(() => sum(x, 0));
      onBothKernels(() => sum(x, 1));
      onBothKernels(() => max(x, 1));
      for (const f of functions) onBothKernels(() => f(x));
    }
  });

  /** Runs a function of tensors on operands that are drawn once. */
  const compare = (f: (...operands: Tensor[]) => Tensor, ...operands: Tensor[]) => onBothKernels(() => f(...operands));

  test.each(["dot", "outer", "outer transposed", "packed"])("matmul, %s form", (form) => {
    for (const m of sizes)
      for (const n of sizes) {
        const k = ((m * 7 + n) % 21) + 1;
        if (form === "dot") compare(matmul, draw(m, k), draw(k, n));
        if (form === "outer") compare(matmul, transpose(draw(k, m)), draw(k, n + 49));
        if (form === "outer transposed") compare(matmul, transpose(draw(k, m + 49)), draw(k, n));
        if (form === "packed") compare(matmul, draw(m + 48, k), draw(k, n + 48));
      }
  });

  test("depths around blocks of 256", () => {
    for (const k of [255, 256, 257, 511, 512, 513]) {
      compare(matmul, draw(3, k), draw(k, 53));
      compare(matmul, draw(50, k), draw(k, 53));
      compare(matmul, draw(5, k), draw(k, 3));
      compare(polynomialGradWeight, draw(k, 3), draw(k, 5), draw(3, 5, 4));
      compare(elementwisePolynomialGradWeight, draw(k, 5), draw(k, 5), draw(5, 4));
    }
  });

  test("linear: every number of outputs", () => {
    for (const relu of [false, true])
      for (const n of sizes)
        compare((x, w, b) => linear(x, w, b, relu), draw(3, (n % 9) + 1), draw(n, (n % 9) + 1), draw(n));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("polynomials of degree %d", (degree) => {
    for (const inputs of sizes) {
      const [outputs, rows] = [((inputs + degree) % 5) + 1, (inputs % 6) + 1];
      const [x, w, g] = [draw(rows, inputs), draw(outputs, inputs, degree + 1), draw(rows, outputs)];
      compare((a, b) => polynomial(a, b), x, w);
      compare(polynomialGradWeight, g, x, w);
      compare(polynomialGradInput, g, x, w);
      const [own, dy] = [draw(inputs, degree + 1), draw(rows, inputs)];
      compare((a, b) => elementwisePolynomial(a, b), x, own);
      compare(elementwisePolynomialGradWeight, dy, x, own);
      compare(elementwisePolynomialGradInput, dy, x, own);
    }
  });
});
