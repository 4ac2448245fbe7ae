/** `gradients`: of results that are there already, to any order, and what it refuses. */
import { ones, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { constant, custom, GradientError, grad, gradients, type Variable, variable } from "../src/index.ts";
import { listOf } from "./differences.ts";

describe("gradients", () => {
  test("of a result that is there, with respect to several variables in any order", () => {
    const [x, w] = [variable([1, 2]), variable([3, 4])];
    const y = x.square().mul(w).sum();
    const [byW, byX] = gradients(y, [w, x]);
    expect([listOf(byW), listOf(byX)]).toEqual([
      [1, 4],
      [6, 16],
    ]);
    expect([x.grad, w.grad, byX.requiresGrad]).toEqual([undefined, undefined, false]);
  });

  test("with createGraph, the second and third derivative: those of x^4", () => {
    const x = variable([3]);
    const y = x.square().square().sum();
    const [first] = gradients(y, [x], { createGraph: true });
    const [second] = gradients(first.sum(), [x], { createGraph: true });
    const [third] = gradients(second.sum(), [x]);
    expect([first, second, third].map((g) => g.item())).toEqual([108, 108, 72]);
  });

  test("a gradient penalty: the penalty's gradients reach the weights", () => {
    // f = w . x, df/dx = w, penalty = |w|^2, d penalty / dw = 2 w.
    const [x, w] = [variable([1, 2]), variable([3, -4])];
    const [slope] = gradients(x.mul(w).sum(), [x], { createGraph: true });
    slope.square().sum().backward();
    expect(listOf(w.grad)).toEqual([6, -8]);
  });

  test("agrees with grad of the function", () => {
    const f = (x: Variable) => x.sin().mul(x.exp()).sum();
    const x = variable(tensor([0.3, -1.2], { dtype: "float64" }));
    expect(listOf(gradients(f(x), [x])[0])).toEqual(listOf(grad(f)(x.value)));
  });

  test("with respect to results on the way: the walk ends there", () => {
    const x = variable([2]);
    const half = x.square();
    const y = half.mul(5).sum();
    const [byHalf] = gradients(y, [half], { retainGraph: true });
    expect(listOf(byHalf)).toEqual([5]);
    expect(listOf(gradients(y, [x])[0])).toEqual([20]);
  });

  test("with a seed: a tensor, a number for a scalar, or a variable that it can be differentiated by", () => {
    const x = variable([1, 2]);
    const seed = variable([10, 100]);
    const [g] = gradients(x.square(), [x], { seed, createGraph: true });
    expect(listOf(g)).toEqual([20, 400]);
    expect(listOf(gradients(g.sum(), [seed])[0])).toEqual([2, 4]);
    expect(listOf(gradients(x.sum(), [x], { seed: 3 })[0])).toEqual([3, 3]);
  });

  test("frees the graph unless asked to keep it", () => {
    const x = variable([1, 2]);
    const y = x.square().sum();
    gradients(y, [x], { retainGraph: true });
    gradients(y, [x]);
    expect(() => gradients(y, [x])).toThrow(/freed/);
  });

  test("does no work for what is not asked for: a rule of another branch does not run", () => {
    const [x, w] = [variable([1, 2]), variable([3, 4])];
    let runs = 0;
    const counted = custom<[Variable]>({
      forward: (a) => a.clone(),
      vjp: [
        (g) => {
          runs++;
          return g;
        },
      ],
    });
    const y = x.mul(2).add(counted(w.exp())).sum();
    const [g] = gradients(y, [x], { createGraph: true });
    expect([listOf(g), runs]).toEqual([[2, 2], 0]);
    gradients(y, [w]);
    expect(runs).toBe(1);
  });
});

test("refusals", () => {
  const [x, other] = [variable([1, 2]), variable([3, 4])];
  const y = () => x.square();
  expect(() => gradients(y().sum(), [x, other])).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: gradients: the result does not depend on variable 1, of shape [2]; leave it out, or compute the result from that very variable, not from its value]`,
  );
  expect(() => gradients(y(), [x])).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: gradients: a result of shape [2] needs a seed of that shape; pass { seed }, or sum() it]`,
  );
  expect(() => gradients(y(), [x], { seed: ones([3]) })).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: gradients: the seed has shape [3], the result [2]; they must agree]`,
  );
  expect(() => gradients(constant(3), [x])).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: gradients: the result requires no gradients; make an input with variable(), and compute outside noGrad]`,
  );
  expect(() => gradients(y().sum(), [x.detach()])).toThrow(GradientError);
  // @ts-expect-error: one variable is not a list.
  expect(() => gradients(y().sum(), x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: gradients: needs a result and an array of variables, gradients(y, [x]), got a Variable and a Variable]`,
  );
  // @ts-expect-error: misspelt.
  expect(() => gradients(y().sum(), [x], { create_graph: true })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: gradients: there is no option "create_graph"; the options are seed, createGraph, retainGraph]`,
  );
});
