/** Operations of your own: inputs lifted, options passed on, rules differentiated in turn. */
import { maximum, type Operand, type Tensor, tensor, toFloat64 } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { checkGradients, custom, type Fused, grad, type Variable, variable } from "../src/index.ts";
import { apply } from "../src/record.ts";
import { listOf } from "./differences.ts";

const cube = custom<[Variable]>({
  forward: (x) => x.mul(x).mul(x),
  vjp: [(g, _y, x) => g.mul(x.square()).mul(3)],
});

/** a^2 b + c with an option c: gradients with respect to a and b. */
const mixed = custom<[Variable, Variable], [c: number]>({
  forward: (a, b, c) => a.square().mul(b).add(c),
  vjp: [(g, _y, a, b) => g.mul(a).mul(b).mul(2), (g, _y, a) => g.mul(a.square())],
});

describe("custom", () => {
  test("makes a function of variables, tensors and numbers", () => {
    expect(cube(2).item()).toBe(8);
    expect(listOf(cube(tensor([1, 2])))).toEqual([1, 8]);
    expect(cube(2).requiresGrad).toBe(false);
    const x = variable(2);
    cube(x).backward();
    expect(x.grad?.item()).toBe(12);
  });

  test("its derivatives of every order follow from the rule", () => {
    expect([grad(cube), grad(grad(cube)), grad(grad(grad(cube)))].map((f) => f(2).item())).toEqual([12, 12, 6]);
    expect(checkGradients(cube, [tensor([-1, 0.5, 2])], { order: 3 })).toBeLessThan(1e-6);
  });

  test("takes options after the inputs, and sums gradients back to stretched inputs", () => {
    const [a, b] = [variable([1, 2, 3]), variable(10)];
    const y = mixed(a, b, 5);
    expect(listOf(y)).toEqual([15, 45, 95]);
    y.sum().backward();
    expect(listOf(a.grad)).toEqual([20, 40, 60]);
    expect(listOf(b.grad)).toEqual([14]);
  });

  test("gives numbers the precision of the variables next to them", () => {
    const y = mixed(variable(toFloat64(tensor([1]))), 0.1, 0);
    expect(listOf(y)).toEqual([0.1]);
  });

  test("a rule of null lets no gradient through", () => {
    const half = custom<[Variable, Variable]>({
      forward: (a, b) => a.mul(b),
      vjp: [(g, _y, _a, b) => g.mul(b), null],
    });
    const [a, b] = [variable(2), variable(3)];
    half(a, b).backward();
    expect([a.grad?.item(), b.grad]).toEqual([3, undefined]);
  });

  test("only the rules of inputs that require gradients run", () => {
    let runs = 0;
    const counting = custom<[Variable, Variable]>({
      forward: (a, b) => a.mul(b),
      vjp: [
        (g, _y, _a, b) => g.mul(b),
        (g, _y, a) => {
          runs++;
          return g.mul(a);
        },
      ],
    });
    counting(variable(2), 3).backward();
    expect(runs).toBe(0);
    counting(variable(2), variable(3)).backward();
    expect(runs).toBe(1);
  });

  test("refuses what is not an operand", () => {
    const wrong: unknown = "x";
    expect(() => Reflect.apply(cube, undefined, [wrong])).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: custom: expected a tensor, a variable or a number, got "x"; make one with tensor(...)]`,
    );
  });
});

/** max(x, 0)^2 with a fused backward pass that logs each time it runs. */
function rectifiedSquare(log: string[]): (x: Operand) => Variable {
  const rectified = (x: Tensor) => maximum(x, 0);
  const operation = { name: "rectifiedSquare", inputs: 1, forward: (x: Tensor) => rectified(x).square() };
  const fused: Fused<[Variable]> = {
    backward: ([wanted], g, _y, x) => {
      log.push("fused");
      return [wanted ? g.mul(rectified(x)).mul(2) : undefined];
    },
    composite: (x) => {
      log.push("composite");
      return x.relu().square();
    },
    reads: () => [true, false],
  };
  return (x) => apply(operation, fused, [x]);
}

describe("fused operations of your own", () => {
  test("use the fused backward pass once, and the composite to be differentiated again", () => {
    const log: string[] = [];
    const op = rectifiedSquare(log);
    const f = (x: Variable) => op(x).sum();
    const x = variable([-1, 3]);
    f(x).backward();
    expect(listOf(x.grad)).toEqual([0, 6]);
    expect(listOf(grad(f)(tensor([-1, 3])))).toEqual([0, 6]);
    expect(log).toEqual(["fused", "fused"]);
    expect(listOf(grad((v) => grad(f)(v).sum())(tensor([-1, 3])))).toEqual([0, 2]);
    expect(log.slice(2)).toContain("composite");
  });

  test("pass the gradient checker", () => {
    const op = rectifiedSquare([]);
    expect(checkGradients((x) => op(x), [tensor([-1, 0.5, 2])], { order: 2 })).toBeLessThan(1e-7);
  });
});

test("a name must be text, and a rule a function", () => {
  const op: object = { name: 3, forward: (x: Tensor) => x, vjp: [(g: Variable) => g] };
  expect(() => Reflect.apply(custom, undefined, [op])).toThrow(/^custom: name must be/);
  const rules = { ...op, name: "right", vjp: [3] };
  expect(() => Reflect.apply(custom, undefined, [rules])).toThrow(/^custom: vjp must be an array with a function/);
});
