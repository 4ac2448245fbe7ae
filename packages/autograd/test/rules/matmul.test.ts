/** Matrix products: gradients against differences, and NumPy's rules for batches and vectors. */
import { arange, ones, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { grad, hessian } from "../../src/index.ts";
import { matmulCases } from "../cases/matmul.ts";
import { listOf, testDerivatives } from "../differences.ts";

describe("gradients", () => testDerivatives(matmulCases, 100));

test.each([
  { a: [2, 3], b: [3, 4], y: [2, 4] },
  { a: [3], b: [3, 4], y: [4] },
  { a: [2, 3], b: [3], y: [2] },
  { a: [3], b: [3], y: [] },
  { a: [5, 2, 3], b: [3, 4], y: [5, 2, 4] },
  { a: [5, 1, 2, 3], b: [6, 3, 4], y: [5, 6, 2, 4] },
  { a: [3], b: [5, 3, 4], y: [5, 4] },
  { a: [5, 2, 3], b: [3], y: [5, 2] },
  { a: [5, 2, 0], b: [0, 4], y: [5, 2, 4] },
  { a: [0, 2, 3], b: [3, 4], y: [0, 2, 4] },
])("$a times $b is $y, and the gradients have the shapes of the operands", ({ a, b, y }) => {
  const gradients = grad(
    (left, right) => {
      const product = left.matmul(right);
      expect(product.shape).toEqual(y);
      return product.sum();
    },
    [0, 1],
  )(ones(a), ones(b));
  expect(gradients.map(({ shape }) => shape)).toEqual([a, b]);
});

test("x . A x has gradient (A + A^T) x and hessian A + A^T", () => {
  const a = arange(4).reshape([2, 2]);
  const x = arange(1, 3);
  expect(listOf(grad((v) => v.dot(v.unsqueeze(0).matmul(a.transpose()).squeeze()))(x))).toEqual([6, 15]);
  expect(listOf(hessian((v) => v.dot(v.matmul(a)))(x))).toEqual([0, 3, 3, 6]);
});

test("products of nothing are 0, and so are their gradients", () => {
  const [a, b] = grad((x, y) => x.matmul(y).sum(), [0, 1])(zeros([2, 0]), zeros([0, 3]));
  expect([a.shape, b.shape]).toEqual([
    [2, 0],
    [0, 3],
  ]);
  expect(listOf(grad((x) => x.matmul(zeros([0, 3])).sum())(zeros([4, 2, 0])))).toEqual([]);
});
