/** SIMD kernels run where they should, plain ones where they must: seen by whether they take scratch memory. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { full } from "../../src/fill.ts";
import { heap } from "../../src/memory/heap.ts";
import { Scratch } from "../../src/memory/scratch.ts";
import { transpose } from "../../src/ops/axes.ts";
import { crossEntropy } from "../../src/ops/cross-entropy.ts";
import { dropoutMask } from "../../src/ops/dropout-mask.ts";
import { add, where } from "../../src/ops/elementwise.ts";
import { exp } from "../../src/ops/functions.ts";
import { layerNorm } from "../../src/ops/layer-norm.ts";
import { linear } from "../../src/ops/linear.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { elementwisePolynomial, polynomial } from "../../src/ops/polynomial.ts";
import { norm, sum } from "../../src/ops/reduce.ts";
import { permute } from "../../src/ops/view.ts";
import { pin } from "../../src/pin.ts";
import type { Tensor } from "../../src/tensor.ts";
import { under } from "../kernel-kinds.ts";
import {
  crossEntropyGradient,
  elementwisePolynomialGradInput,
  elementwisePolynomialGradWeight,
  layerNormGradients,
  polynomialGradInput,
  polynomialGradWeight,
} from "../ops/gradients.ts";

afterEach(() => vi.restoreAllMocks());

/** How often `run` takes memory. */
function allocations(run: () => void): number {
  const spy = vi.spyOn(Scratch.prototype, "allocate");
  run();
  const count = spy.mock.calls.length;
  spy.mockRestore();
  return count;
}

const [x, y, row] = [full([100, 100], 0.5), full([100, 100], 0.25), full([100], 2)];
const [few, layer, own] = [full([100, 5], 1), full([5, 100, 4], 0.5), full([100, 4], 0.5)];
const labels = new Array<number>(100).fill(3);

const operations: Record<string, (as: (t: Tensor) => Tensor) => unknown> = {
  add: (as) => add(as(x), as(y)),
  "add of a transposed": (as) => add(as(x), transpose(as(y))),
  exp: (as) => exp(as(x)),
  where: (as) => where(as(x), as(row), 1),
  "sum of rows": (as) => sum(as(x), 1),
  "norm of columns": (as) => norm(as(x), 0),
  "matmul, flat form": (as) => matmul(as(x), as(few)),
  "matmul, flat form, few rows": (as) => matmul(transpose(as(few)), as(x)),
  "matmul, packed form": (as) => matmul(as(x), as(y)),
  linear: (as) => linear(as(x), as(y), as(row)),
  "linear with relu": (as) => linear(as(x), as(y), as(row), true),
  polynomial: (as) => polynomial(as(x), as(layer)),
  polynomialGradWeight: (as) => polynomialGradWeight(as(few), as(x), as(layer)),
  polynomialGradInput: (as) => polynomialGradInput(as(few), as(x), as(layer)),
  elementwisePolynomial: (as) => elementwisePolynomial(as(x), as(own)),
  elementwisePolynomialGradWeight: (as) => elementwisePolynomialGradWeight(as(y), as(x), as(own)),
  elementwisePolynomialGradInput: (as) => elementwisePolynomialGradInput(as(y), as(x), as(own)),
  layerNorm: (as) => layerNorm(as(x), as(row), as(row), 1e-5),
  layerNormBackward: (as) => layerNormGradients(as(y), as(x), as(row), 1e-5),
  crossEntropy: (as) => crossEntropy(as(x), labels),
  dropoutMask: (as) => dropoutMask(as(x), 0.5, () => ({ key: 1, counter: 2 })),
  crossEntropyBackward: (as) => crossEntropyGradient(as(full([], 1)), as(x), labels),
};

describe.each(Object.entries(operations))("%s", (_, run) => {
  test("is a SIMD kernel, but not if the plain kernels are chosen, nor in double storage", () => {
    expect(under("simd", () => allocations(() => run((t) => t)))).toBeGreaterThan(0);
    expect(under("plain", () => allocations(() => run((t) => t)))).toBe(0);
    expect(under("simd", () => allocations(() => run(toFloat64)))).toBe(0);
  });
});

test("pinned operands stay where they are: only the result takes memory", () => {
  const [a, b] = [pin(x), pin(y)];
  expect(under("simd", () => allocations(() => add(a, b)))).toBe(1);
  expect(under("simd", () => allocations(() => add(x, y)))).toBe(3);
  const weight = permute(pin(permute(layer, [1, 2, 0])), [2, 0, 1]);
  const pinned = under("simd", () => allocations(() => polynomial(a, weight)));
  expect(under("simd", () => allocations(() => polynomial(x, layer)))).toBe(pinned + 2);
});

test("what a call took comes back, even if it fails", () => {
  const before = heap().used;
  for (const run of Object.values(operations)) under("simd", () => run((t) => t));
  vi.spyOn(heap(), "floats", "get").mockImplementation(() => {
    throw new Error("no memory");
  });
  expect(() => under("simd", () => add(x, y))).toThrow("no memory");
  expect(heap().used).toBe(before);
});
