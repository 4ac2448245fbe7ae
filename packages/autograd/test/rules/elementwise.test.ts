/** Elementwise operations: gradients against differences where they are smooth, and PyTorch's choices where they are not. */
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { constant, type Differentiable, grad, variable } from "../../src/index.ts";
import { elementwiseCases } from "../cases/elementwise.ts";
import { listOf, testDerivatives } from "../differences.ts";

/** The derivatives of an elementwise function at several points. */
const slopes = (f: Differentiable, at: number[]): number[] => listOf(grad((x) => f(x).sum())(tensor(at)));

describe("gradients", () => testDerivatives(elementwiseCases));

describe("kinks", () => {
  test("relu has slope 0 at 0", () => {
    expect(slopes((x) => x.relu(), [-1, -0, 0, 1e-30])).toEqual([0, 0, 0, 1]);
  });

  test("abs and sign have slope 0 at 0", () => {
    expect(slopes((x) => x.abs(), [-2, 0, 2])).toEqual([-1, 0, 1]);
    expect(slopes((x) => x.sign().add(x.mul(0)), [-2, 0, 2])).toEqual([0, 0, 0]);
  });

  test("clamp passes the gradient on its bounds", () => {
    expect(slopes((x) => x.clamp(-1, 1), [-2, -1, 0, 1, 2])).toEqual([0, 1, 1, 1, 0]);
    expect(slopes((x) => x.clamp(-1), [-2, -1, 0, 1, 2])).toEqual([0, 1, 1, 1, 1]);
    expect(slopes((x) => x.clamp(Number.NEGATIVE_INFINITY, 1), [-2, -1, 0, 1, 2])).toEqual([1, 1, 1, 1, 0]);
    expect(slopes((x) => x.clamp(undefined, 1), [-2, -1, 0, 1, 2])).toEqual([1, 1, 1, 1, 0]);
  });

  test.each(["maximum", "minimum"] as const)("%s gives equals a half each", (name) => {
    const [a, b] = grad(
      (x, y) =>
        x[name](y)
          .mul(tensor([2, 4, 8]))
          .sum(),
      [0, 1],
    )(tensor([1, 2, 3]), tensor([3, 2, 1]));
    const larger = name === "maximum";
    expect(listOf(a)).toEqual(larger ? [0, 2, 8] : [2, 2, 0]);
    expect(listOf(b)).toEqual(larger ? [2, 2, 0] : [0, 2, 8]);
  });

  test("x.maximum(x) has slope 1, and so has x.minimum(x)", () => {
    expect(slopes((x) => x.maximum(x), [1, -2])).toEqual([1, 1]);
    expect(slopes((x) => x.minimum(x), [1, -2])).toEqual([1, 1]);
  });

  test("where gives all to the branch taken, even if the other is infinite or NaN", () => {
    const [yes, no] = grad((a, b) => constant(1).where(a, b), [0, 1])(Number.POSITIVE_INFINITY, Number.NaN);
    expect([yes.item(), no.item()]).toEqual([1, 0]);
  });
});

test.each(["round", "floor", "ceil", "isNan", "isInf"] as const)(
  "%s lets no gradient through, also on its steps",
  (name) => {
    const x = variable([-1.5, -1, 0, 0.5, 1, Number.NaN, Number.POSITIVE_INFINITY]);
    const y = x[name]();
    expect(y.requiresGrad).toBe(true);
    y.sum().backward();
    expect(x.grad).toBeUndefined();
  },
);
