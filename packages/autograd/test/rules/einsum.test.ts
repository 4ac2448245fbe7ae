/** Einsum: gradients against differences, and against the operations that it stands for. */
import { arange, einsum } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { type Differentiable, grad } from "../../src/index.ts";
import { einsumCases } from "../cases/einsum.ts";
import { listOf, testDerivatives } from "../differences.ts";

describe("gradients", () => testDerivatives(einsumCases, 100));

const [a, b] = [arange(6).reshape([2, 3]), arange(12).reshape([3, 4])];
const twins: Readonly<Record<string, readonly [Differentiable, Differentiable]>> = {
  "ij,jk->ik": [(x, y) => einsum("ij,jk->ik", x, y), (x, y) => x.matmul(y)],
  "ij,jk->ki": [(x, y) => einsum("ij,jk->ki", x, y), (x, y) => x.matmul(y).transpose()],
  "ij,jk->": [(x, y) => einsum("ij,jk->", x, y), (x, y) => x.matmul(y).sum()],
  "ij,kl->kj": [(x, y) => einsum("ij,kl->kj", x, y), (x, y) => y.sum(1).outer(x.sum(0))],
};

test.each(Object.entries(twins))("%s has the gradients of what it stands for", (_, [f, g]) => {
  const gradients = (h: Differentiable) => grad((x, y) => h(x, y).square().sum(), [0, 1])(a, b).map(listOf);
  expect(gradients(f)).toEqual(gradients(g));
});
