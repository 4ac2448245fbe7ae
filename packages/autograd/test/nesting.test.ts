/** Derivatives inside derivatives: whose variable is whose, and which results want gradients. */
import { ones, type Tensor, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  constant,
  type Differentiable,
  grad,
  hessian,
  jacobian,
  jvp,
  noGrad,
  type Variable,
  valueAndGrad,
  variable,
  vjp,
} from "../src/index.ts";
import { listOf } from "./differences.ts";

const double = (...values: number[]): Tensor => tensor(Float64Array.from(values));

describe("nesting", () => {
  test("inner and outer variables are not confused (Siskind & Pearlmutter 2005)", () => {
    expect(grad((x) => x.mul(grad((y) => x.add(y))(1)))(1).item()).toBe(1);
    expect(grad((x) => x.mul(grad((y) => x.mul(y))(2)))(3).item()).toBe(6);
    expect(grad((x) => grad((y) => x.mul(y).mul(y))(x))(5).item()).toBe(20);
  });

  test("nor by jvp in jvp (Siskind & Pearlmutter 2005)", () => {
    const slope = (f: Differentiable, at: Parameters<typeof jvp>[1][0]) => jvp(f, [at], [1])[1];
    expect(slope((x) => x.mul(slope((y) => x.add(y), 1)), 1).item()).toBe(1);
    expect(slope((x) => x.mul(slope((y) => x.mul(y), 2)), 3).item()).toBe(6);
  });

  test("functions made by differentiating keep their own variables (Manzyuk et al. 2019)", () => {
    // s(u)(f)(x) = f(x + u); D s(0) is D itself, however often it is applied.
    const shift =
      (u: Variable) =>
      (f: Differentiable): Differentiable =>
      (x) =>
        f(x.add(u));
    const derivative =
      (f: Differentiable): Differentiable =>
      (x) =>
        grad((u) => shift(u)(f)(x))(0);
    expect(derivative((x) => x.exp())(constant(double(1))).item()).toBeCloseTo(Math.E, 12);
    expect(derivative(derivative((x) => x.exp()))(constant(double(1))).item()).toBeCloseTo(Math.E, 12);
  });

  test("a variable captured by the function gets its gradient from outside", () => {
    const w = variable(3);
    const slope = grad((x) => x.mul(w).square())(2);
    expect(slope.item()).toBe(36);
    slope.backward();
    expect(w.grad?.item()).toBe(24);
  });

  test("an inner gradient can be part of a loss, as in a gradient penalty", () => {
    const penalty: Differentiable = (w) =>
      grad((x) => x.mul(w).exp().sum())(tensor([0, 0]))
        .square()
        .sum();
    expect(listOf(grad(penalty)(tensor([2, -3])))).toEqual([4, -6]);
  });

  test("works under noGrad, whose results are constants", () => {
    const x = variable(2);
    const second = noGrad(() => grad(grad((v) => v.pow(3)))(x));
    expect([second.item(), second.requiresGrad]).toEqual([12, false]);
    expect(noGrad(() => hessian((v) => v.pow(3))(2)).item()).toBe(12);
    expect(noGrad(() => jvp((v) => v.pow(3), [2], [1]))[1].item()).toBe(12);
  });
});

describe("derivatives at tensors and numbers require no gradients", () => {
  const f: Differentiable = (x) => x.pow(3).mul(x.sin()).sum();
  const fused: Differentiable = (x) =>
    constant(ones([2, 3]))
      .polynomial(x.reshape([1, 3, 1]).mul(ones([1, 3, 3])))
      .square()
      .square()
      .sum();
  const results = (g: Differentiable, x: Tensor | Variable) => [
    grad(g)(x),
    ...valueAndGrad(g)(x),
    jacobian(g)(x),
    hessian(g)(x),
    ...jvp(g, [x], [ones([3])]),
    vjp(g, x)[0],
    ...vjp(g, x)[1](1),
  ];

  test.each([f, fused])("%#: of tensors", (g) => {
    expect(results(g, tensor([1, 2, 3])).map(({ requiresGrad }) => requiresGrad)).toEqual(Array(9).fill(false));
  });

  test.each([f, fused])("%#: but of variables it does, and can be differentiated", (g) => {
    const x = variable([1, 2, 3]);
    for (const result of results(g, x)) {
      expect(result.requiresGrad).toBe(true);
      x.zeroGrad();
      result.sum().backward(undefined, { retainGraph: true }); // a value and its gradient share a graph
      expect(x.grad?.shape).toEqual([3]);
    }
  });

  test("of numbers", () => {
    expect(grad((x) => x.exp())(0).requiresGrad).toBe(false);
    expect(grad(grad((x) => x.exp()))(0).requiresGrad).toBe(false);
  });
});
