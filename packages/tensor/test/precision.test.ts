/** Precision: one operand in doubles makes the whole computation one in doubles, as if all had been. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../src/copy.ts";
import { arange, ones } from "../src/fill.ts";
import * as ops from "../src/ops/index.ts";
import { concat, stack } from "../src/ops/join.ts";
import type { Tensor } from "../src/tensor.ts";
import { tensorOf } from "./arbitraries.ts";
import { expectSameBits, onBothKernels } from "./kernel-kinds.ts";
import {
  elementwisePolynomialGradInput,
  elementwisePolynomialGradWeight,
  layerNormGradients,
  polynomialGradInput,
  polynomialGradWeight,
} from "./ops/gradients.ts";

/** Each with the shapes of its operands: large enough for the SIMD kernels, were they all in float32. */
const operations: Record<string, [number[][], (...operands: Tensor[]) => Tensor]> = {
  add: [[[9, 9], [9]], ops.add],
  "add of one shape": [
    [
      [9, 9],
      [9, 9],
    ],
    ops.add,
  ],
  where: [[[9, 9], [9], [9, 1]], ops.where],
  matmul: [
    [
      [9, 9],
      [9, 9],
    ],
    ops.matmul,
  ],
  "matmul, packed form": [
    [
      [50, 3],
      [3, 50],
    ],
    ops.matmul,
  ],
  "matmul of batches": [
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    ops.matmul,
  ],
  dot: [[[70], [70]], ops.dot],
  outer: [[[9], [9]], ops.outer],
  linear: [[[9, 5], [6, 5], [6]], (x, weight, bias) => ops.linear(x, weight, bias)],
  elementwisePolynomial: [
    [
      [9, 5],
      [5, 4],
    ],
    (x, weight) => ops.elementwisePolynomial(x, weight),
  ],
  elementwisePolynomialGradWeight: [
    [
      [9, 5],
      [9, 5],
      [5, 4],
    ],
    elementwisePolynomialGradWeight,
  ],
  elementwisePolynomialGradInput: [
    [
      [9, 5],
      [9, 5],
      [5, 4],
    ],
    elementwisePolynomialGradInput,
  ],
  layerNorm: [[[9, 5], [5], [5]], (x, weight, bias) => ops.layerNorm(x, weight, bias, 1e-5)],
  layerNormBackward: [[[9, 5], [9, 5], [5]], (g, x, weight) => layerNormGradients(g, x, weight, 1e-5)[0]],
  polynomial: [
    [
      [9, 5],
      [6, 5, 4],
    ],
    (x, weight) => ops.polynomial(x, weight),
  ],
  polynomialGradWeight: [
    [
      [9, 6],
      [9, 5],
    ],
    (g, x) => polynomialGradWeight(g, x, ones([6, 5, 4])),
  ],
  polynomialGradInput: [
    [
      [9, 6],
      [9, 5],
      [6, 5, 4],
    ],
    polynomialGradInput,
  ],
  concat: [
    [
      [9, 5],
      [3, 5],
    ],
    (...parts) => concat(parts),
  ],
  stack: [
    [
      [9, 5],
      [9, 5],
    ],
    (...parts) => stack(parts),
  ],
};

describe("mixed operands", () => {
  test.each(Object.entries(operations))("%s", (_, [shapes, run]) => {
    const drawn = fc.tuple(...shapes.map((shape) => fc.tuple(tensorOf(shape), fc.boolean())));
    fc.assert(
      fc.property(drawn, (list) => {
        const mixed = list.map(([x, double]) => (double ? toFloat64(x) : x));
        const got = onBothKernels(() => run(...mixed));
        if (list.some(([, double]) => double)) expectSameBits(got, run(...mixed.map((x) => toFloat64(x))));
        else expect(got.data).toBeInstanceOf(Float32Array);
      }),
      { numRuns: 15 },
    );
  });

  test("operands that lie in memory alike, though not in row-major order", () => {
    const [x, y] = [arange(70).reshape([7, 10]), toFloat64(arange(70).reshape([7, 10]))];
    expectSameBits(
      onBothKernels(() => ops.add(x.transpose(), y.transpose())),
      ops.transpose(ops.mul(y, 2)).contiguous(),
    );
  });
});
