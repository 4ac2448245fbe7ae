/** Elementwise operations: gradients against differences where they are smooth, and PyTorch's choices where they are not. */
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { constant, type Differentiable, grad, hessian } from "../../src/index.ts";
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

describe("pow where the base is 0", () => {
  test.each([
    { exponent: 0, derivatives: [1, 0, 0, 0, 0] },
    { exponent: 1, derivatives: [0, 1, 0, 0, 0] },
    { exponent: 2, derivatives: [0, 0, 2, 0, 0] },
    { exponent: 3, derivatives: [0, 0, 0, 6, 0] },
  ])("x^$exponent has the derivatives $derivatives of every order", ({ exponent, derivatives }) => {
    let f: Differentiable = (x) => x.pow(exponent);
    for (const value of derivatives) {
      expect(f(constant(0)).item()).toBe(value);
      f = grad(f);
    }
  });

  test("is infinite for exponents below 1, and 0 by the exponent", () => {
    expect(slopes((x) => x.pow(0.5), [0])).toEqual([Number.POSITIVE_INFINITY]);
    expect(slopes((x) => x.pow(-1), [0])).toEqual([Number.NEGATIVE_INFINITY]);
    expect(listOf(grad((b) => constant(0).pow(b).sum())(tensor([0, 1, 2.5])))).toEqual([0, 0, 0]);
  });

  test("has its mixed second derivative where the exponent is 0", () => {
    expect(grad((b) => grad((a) => a.pow(b))(2))(0).item()).toBeCloseTo(1 / 2, 6);
  });
});

test("poles and edges give infinite slopes, not NaN", () => {
  expect(slopes((x) => x.sqrt(), [0])).toEqual([Number.POSITIVE_INFINITY]);
  expect(slopes((x) => x.log(), [0])).toEqual([Number.POSITIVE_INFINITY]);
  expect(slopes((x) => x.rsqrt(), [0])).toEqual([Number.NEGATIVE_INFINITY]);
});

test("saturated functions have slopes of 0 or 1, not NaN", () => {
  const far = [-1e4, 1e4];
  expect(slopes((x) => x.sigmoid(), far)).toEqual([0, 0]);
  expect(slopes((x) => x.tanh(), far)).toEqual([0, 0]);
  expect(slopes((x) => x.erf(), far)).toEqual([0, 0]);
  expect(slopes((x) => x.softplus(), far)).toEqual([0, 1]);
  expect(slopes((x) => x.gelu(), far)).toEqual([0, 1]);
});

test("the slope of sigmoid keeps its accuracy where sigmoid is nearly 1", () => {
  expect(slopes((x) => x.sigmoid(), [20])[0] / Math.exp(-20)).toBeCloseTo(1, 5);
});

test("the second derivative of a composition is that of the chain rule", () => {
  const x = 0.7;
  const second = hessian((v) => v.square().sin())(x).item();
  expect(second).toBeCloseTo(2 * Math.cos(x * x) - 4 * x * x * Math.sin(x * x), 5);
});
