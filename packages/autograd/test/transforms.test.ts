/** Derivatives as functions of functions: known derivatives, nesting, and what is refused. */
import { arange, normal, ones, Random, tensor, toFloat64, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  constant,
  type Differentiable,
  GradientError,
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

describe("grad", () => {
  test("four times of sin is sin", () => {
    let f: Differentiable = (x) => x.sin();
    for (let n = 0; n < 4; n++) f = grad(f);
    for (const x of [-2, 0, 0.5, 3]) {
      const point = toFloat64(tensor(x));
      expect(f(constant(point)).item()).toBeCloseTo(Math.sin(x), 12);
    }
  });

  test("with respect to one argument, another, or several in any order", () => {
    const f: Differentiable = (a, b, c) => a.mul(b.square()).mul(c);
    expect(grad(f)(2, 3, 5).item()).toBe(45);
    expect(grad(f, 1)(2, 3, 5).item()).toBe(60);
    expect(grad(f, [2, 0])(2, 3, 5).map((g) => g.item())).toEqual([18, 45]);
  });

  test("has the shape of the argument; a result of one element will do", () => {
    expect(grad((x) => x.sum(undefined, { keepDims: true }))(zeros([2, 3])).shape).toEqual([2, 3]);
  });

  test("with respect to what the result does not depend on is 0", () => {
    const [a, b] = grad((x, _y) => x.square(), [0, 1])(3, ones([2]));
    expect([a.item(), ...listOf(b)]).toEqual([6, 0, 0]);
    expect(grad(() => constant(7))(3).item()).toBe(0);
    expect(grad((x) => x.detach())(3).item()).toBe(0);
    expect(grad((x) => noGrad(() => x.square()))(3).item()).toBe(0);
  });

  test("keeps apart two arguments that are one variable", () => {
    const x = variable(3);
    expect(grad((a, b) => a.mul(b.square()), [0, 1])(x, x).map((g) => g.item())).toEqual([9, 18]);
  });

  test("leaves the grad of variables alone", () => {
    const x = variable(3);
    grad((v) => v.square())(x);
    expect(x.grad).toBeUndefined();
  });

  test("refuses results of many elements, no variables, and arguments that are not there", () => {
    expect(() => grad((x) => x)(tensor([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: grad: the function must return one number, got shape [2]; sum() it, or use jacobian]`,
    );
    expect(() => valueAndGrad((x) => x)(tensor([1, 2]))).toThrow(GradientError);
    const wrong: unknown = (x: Variable) => x.value;
    expect(() => Reflect.apply(grad, undefined, [wrong])(1)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: grad: the function must return a variable, not its value; got a Tensor]`,
    );
    expect(() => grad((x) => x, 1)(1)).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: grad: there is no argument 1: the function got 1; count them from 0]`,
    );
    expect(() => grad((x) => x, [0, 2])(1, 2)).toThrow(GradientError);
  });
});

test("valueAndGrad gives both, of one argument or of several", () => {
  const [value, slope] = valueAndGrad((x) => x.square())(3);
  expect([value.item(), slope.item()]).toEqual([9, 6]);
  const [product, slopes] = valueAndGrad((a, b) => a.mul(b), [0, 1])(2, 5);
  expect([product.item(), ...slopes.map((g) => g.item())]).toEqual([10, 5, 2]);
});

describe("vjp", () => {
  test("gives the value, and gradients of all arguments for any seed", () => {
    const [y, pullback] = vjp((a, b) => a.mul(b), tensor([1, 2]), tensor([3, 4]));
    expect(listOf(y)).toEqual([3, 8]);
    expect(pullback(tensor([1, 10])).map(listOf)).toEqual([
      [3, 40],
      [1, 20],
    ]);
    expect(pullback(tensor([0, 1])).map(listOf)).toEqual([
      [0, 4],
      [0, 2],
    ]);
  });

  test("refuses seeds of another shape", () => {
    const [, pullback] = vjp((x) => x.mul(2), tensor([1, 2]));
    expect(() => pullback(1)).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: vjp: the seed gradient has shape [], the result [2]; they must agree]`,
    );
    expect(() => pullback(ones([1, 2]))).toThrow(GradientError);
  });

  test("can be differentiated with respect to its seed", () => {
    const f = (u: Variable) => vjp((x) => x.square(), tensor([1, 2]))[1](u)[0].sum();
    expect(listOf(grad(f)(tensor([5, 5])))).toEqual([2, 4]);
  });
});

describe("jvp", () => {
  const f: Differentiable = (x, y) => x.matmul(y).sin().sum(0);
  const [x, y, v, w] = [1, 2, 3, 4].map((seed) => toFloat64(normal([3, 3], new Random(seed))));

  test("is the jacobians times the tangents", () => {
    const [value, direction] = jvp(f, [x, y], [v, w]);
    expect(listOf(value)).toEqual(listOf(f(constant(x), constant(y))));
    const byX = jacobian((a) => f(a, constant(y)))(x)
      .reshape([3, 9])
      .matmul(v.reshape([9]));
    const byY = jacobian((b) => f(constant(x), b))(y)
      .reshape([3, 9])
      .matmul(w.reshape([9]));
    expect(direction.value.allClose(byX.add(byY).value, { relative: 1e-12, absolute: 1e-12 })).toBe(true);
  });

  test("of arguments of different shapes adds up one number for each", () => {
    const squares: Differentiable = (a, b) => a.square().sum().add(b.square().sum());
    const [value, direction] = jvp(squares, [tensor([1, 2]), tensor([[3], [4], [5]])], [ones([2]), ones([3, 1])]);
    expect([value.item(), direction.item()]).toEqual([55, 2 * (1 + 2) + 2 * (3 + 4 + 5)]);
  });

  test("of what does not depend on the arguments is 0", () => {
    expect(jvp(() => constant(3), [1], [1]).map((part) => part.item())).toEqual([3, 0]);
  });

  test("can be differentiated: the derivative of the derivative", () => {
    const slope: Differentiable = (a) => jvp((b) => b.pow(4), [a], [1])[1];
    expect(grad(slope)(2).item()).toBe(48);
    expect(grad((t) => jvp((b) => b.pow(4), [2], [t])[1])(1).item()).toBe(32);
  });

  test("takes one tangent for each argument, of its shape", () => {
    expect(() => jvp(f, [x, y], [v])).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: jvp: got 2 arguments but 1 tangents; pass one for each]`,
    );
    expect(() => jvp((a) => a.mul(2), [tensor([1, 2])], [1])).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: jvp: tangent 0 has shape [], its argument [2]; they must agree]`,
    );
    expect(() => jvp((a) => a.mul(2), [1, 2], [1, ones([2])])).toThrow("jvp: tangent 1 has shape [2]");
  });
});

describe("jacobian", () => {
  test("has the shape of the result, then that of the argument", () => {
    const a = toFloat64(normal([2, 3], new Random(1)));
    const full = jacobian((x) => x.transpose().matmul(x))(a);
    expect(full.shape).toEqual([3, 3, 2, 3]);
    // d (A^T A)[i, j] / d A[k, l] = [i = l] A[k, j] + [j = l] A[k, i]
    const at = (i: number, j: number) => a.select(0, i).select(0, j).item();
    for (const [i, j, k, l] of [
      [0, 1, 1, 0],
      [2, 2, 0, 2],
      [0, 1, 1, 2],
      [1, 0, 1, 0],
    ])
      expect(full.select(0, i).select(0, j).select(0, k).select(0, l).item()).toBeCloseTo(
        (i === l ? at(k, j) : 0) + (j === l ? at(k, i) : 0),
        12,
      );
  });

  test("of a scalar is its gradient, of an elementwise function diagonal", () => {
    expect(jacobian((x) => x.square().sum())(tensor([1, 2])).value.toArray()).toEqual([2, 4]);
    expect(jacobian((x) => x.square())(tensor([1, 2])).value.toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
  });

  test("of nothing is empty", () => {
    expect(jacobian((x) => x.square())(zeros([0, 2])).shape).toEqual([0, 2, 0, 2]);
    expect(jacobian((x) => x.sum(0))(zeros([0, 2])).shape).toEqual([2, 0, 2]);
  });
});

describe("hessian", () => {
  test("of a quadratic form x . A x is A + A^T", () => {
    const a = arange(9).reshape([3, 3]);
    const second = hessian((x) => x.dot(x.matmul(a)))(tensor([1, -2, 3]));
    expect(second.value.equals(a.add(a.transpose()))).toBe(true);
  });

  test("is symmetric, and has the argument's shape twice", () => {
    const f: Differentiable = (x) => x.matmul(x).tanh().mul(x.exp()).sum();
    const second = hessian(f)(toFloat64(normal([3, 3], new Random(6))));
    expect(second.shape).toEqual([3, 3, 3, 3]);
    const matrix = second.reshape([9, 9]).value;
    expect(matrix.allClose(matrix.transpose(), { relative: 1e-12, absolute: 1e-12 })).toBe(true);
  });

  test("of a hessian is the fourth derivative", () => {
    expect(hessian(hessian((x) => x.pow(5)))(2).item()).toBe(240);
  });
});

test("vjp of a function without arguments is refused", () => {
  expect(() => vjp(() => constant(1))).toThrow("vjp: there is no argument 0: the function got 0");
});
