/** Elementwise functions: gradients against differences, and what happens at poles, edges and far away. */
import { tensor, toFloat64 } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { constant, type Differentiable, grad, hessian } from "../../src/index.ts";
import { functionCases } from "../cases/functions.ts";
import { listOf, testDerivatives } from "../differences.ts";

/** The derivatives of an elementwise function at several points. */
const slopes = (f: Differentiable, at: number[]): number[] => listOf(grad((x) => f(x).sum())(tensor(at)));

describe("gradients", () => testDerivatives(functionCases));

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

  test("powers to the constant 0 have slope 0 also where 1 / x overflows, and at infinity, to second order", () => {
    const awkward = [0, 1e-40, -1e-40, 1e-25, Number.POSITIVE_INFINITY];
    expect(slopes((x) => x.pow(0), awkward)).toEqual([0, 0, 0, 0, 0]);
    expect(slopes((x) => grad((v) => v.pow(0).sum())(x), awkward)).toEqual([0, 0, 0, 0, 0]);
    expect(slopes((x) => x.powers(1), awkward)).toEqual([1, 1, 1, 1, 1]);
    expect(slopes((x) => grad((v) => v.powers(1).sum())(x), awkward.slice(0, 4))).toEqual([0, 0, 0, 0]);
    const doubles = tensor(Float64Array.of(5e-324, -1e-310, 1e-200));
    expect(listOf(grad((x) => x.powers(3).sum())(doubles))).toEqual([1, 1, 1]);
    expect(listOf(grad((x) => grad((v) => v.powers(3).sum())(x).sum())(doubles))).toEqual([2, 2, 2]);
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

test("the slopes of asin and acos keep their digits near -1 and 1, and are infinite there", () => {
  const slope = (f: Differentiable, at: number) => grad(f)(toFloat64(tensor(Float64Array.of(at), []))).item();
  const e = 2 ** -40;
  for (const x of [1 - e, e - 1]) {
    expect(slope((v) => v.asin(), x) * Math.sqrt(2 * e - e * e)).toBeCloseTo(1, 14);
    expect(slope((v) => v.acos(), x) * Math.sqrt(2 * e - e * e)).toBeCloseTo(-1, 14);
  }
  expect(slopes((v) => v.asin(), [-1, 1])).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(slopes((v) => v.acos(), [-1, 1])).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

test("atan has slope 0 at infinity, and the slope of log2 is 1 / (x ln 2)", () => {
  expect(slopes((v) => v.atan(), [Number.NEGATIVE_INFINITY, 0, 1, Number.POSITIVE_INFINITY])).toEqual([0, 1, 0.5, 0]);
  expect(slopes((v) => v.log2(), [1])[0]).toBeCloseTo(1 / Math.LN2, 6);
});
