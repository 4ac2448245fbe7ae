/** The gradient checker, tested with wrong gradients that it must find. */
import { eye, normal, Random, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import {
  checkGradients,
  custom,
  type Differentiable,
  GradientError,
  GradientMismatch,
  type Op,
  type Variable,
} from "../src/index.ts";

const points = [tensor([0.5, -1.2, 2]), tensor([1.5, 0.7, -0.4])];

/** a b^2, right; the planted mistakes replace one of its rules. */
const right: Op<[Variable, Variable]> = {
  forward: (a, b) => a.mul(b).mul(b),
  vjp: [(g, _y, _a, b) => g.mul(b.square()), (g, _y, a, b) => g.mul(a).mul(b).mul(2)],
};

type Rules = Op<[Variable, Variable]>["vjp"];
const [byA, byB] = right.vjp;

interface Mistake {
  readonly what: string;
  readonly vjp: Rules;
  readonly order: number;
  readonly input: number;
  readonly index: number;
}

/** All but the second element of a gradient as they should be. */
const oneOff = tensor([1, 1.001, 1]);

const mistakes: readonly Mistake[] = [
  { what: "a factor missing", vjp: [byA, (g, _y, a, b) => g.mul(a).mul(b)], order: 1, input: 1, index: 0 },
  { what: "a wrong sign", vjp: [(g, _y, _a, b) => g.mul(b.square()).neg(), byB], order: 1, input: 0, index: 0 },
  { what: "a term too many", vjp: [(g, _y, a, b) => g.mul(b.square()).add(a), byB], order: 1, input: 0, index: 0 },
  { what: "the incoming gradient forgotten", vjp: [(_g, _y, _a, b) => b.square(), byB], order: 1, input: 0, index: 0 },
  { what: "the gradient of the other input", vjp: [byB, byA], order: 1, input: 0, index: 0 },
  { what: "no gradient at all", vjp: [byA, null], order: 1, input: 1, index: 0 },
  {
    what: "a constant instead of 0",
    vjp: [(g, _y, a, b) => g.mul(b.square()).add(a.sub(0.5)), byB],
    order: 1,
    input: 0,
    index: 1,
  },
  {
    what: "one element a thousandth off",
    vjp: [(g, _y, _a, b) => g.mul(b.square()).mul(oneOff), byB],
    order: 1,
    input: 0,
    index: 1,
  },
  {
    what: "NaN",
    vjp: [(g, _y, _a, b) => g.mul(b.square()).div(b.sub(b)), byB],
    order: 1,
    input: 0,
    index: 0,
  },
  {
    what: "a second derivative lost: the right values, detached",
    vjp: [(g, _y, _a, b) => g.mul(b.detach().square()), byB],
    order: 2,
    input: 1,
    index: 0,
  },
  {
    what: "a second derivative lost through the incoming gradient",
    vjp: [byA, (g, _y, a, b) => g.detach().mul(a).mul(b).mul(2)],
    order: 2,
    input: 0,
    index: 0,
  },
];

describe("wrong gradients are found", () => {
  test("and the right ones pass, to third order", () => {
    expect(checkGradients(custom(right), points, { order: 3 })).toBeLessThan(1e-7);
  });

  test.each(mistakes)("$what", ({ vjp, order, input, index }) => {
    const wrong = custom<[Variable, Variable]>({ ...right, vjp });
    // Squared, so that the incoming gradient depends on the inputs.
    const f: Differentiable = (a, b) => wrong(a, b).square();
    if (order === 2) expect(checkGradients(f, points)).toBeLessThan(1e-7);
    const check = () => checkGradients(f, points, { order: 2, name: "a b^2" });
    expect(check).toThrow(GradientMismatch);
    expect(check).toThrow(`order ${order} of a b^2: the gradient with respect to input ${input} at index ${index} is `);
  });

  test("in the last element of a matrix, too", () => {
    const wrong = custom<[Variable]>({
      forward: (x) => x.square(),
      vjp: [
        (g, _y, x) =>
          g.mul(x).mul(
            eye(3)
              .mul(tensor([0, 0, 1e-4]))
              .add(2),
          ),
      ],
    });
    expect(() => checkGradients(wrong, [normal([3, 3], new Random(2))])).toThrow(
      "with respect to input 0 at index 8 is",
    );
  });

  test("that cancel in the sum of all elements", () => {
    const wrong = custom<[Variable]>({ forward: (x) => x.softmax(0), vjp: [(g) => g.mul(0)] });
    expect(() => checkGradients(wrong, [points[0]])).toThrow(GradientMismatch);
    const second = custom<[Variable]>({
      forward: (x) => x.softmax(0),
      vjp: [(g, y) => y.detach().mul(g.sub(g.mul(y.detach()).sum()))],
    });
    expect(() => checkGradients((x) => second(x).mul(2), [points[0]], { order: 2 })).toThrow("order 2 of");
  });

  test("in a third derivative only", () => {
    const wrong = custom<[Variable]>({ forward: (x) => x.exp(), vjp: [(g, _y, x) => grad2(x).mul(g)] });
    const grad2 = custom<[Variable]>({ forward: (x) => x.exp(), vjp: [(g, y) => g.mul(y.detach())] });
    const at = [tensor([0.3])];
    expect(checkGradients(wrong, at, { order: 2 })).toBeLessThan(1e-6);
    expect(() => checkGradients(wrong, at, { order: 3 })).toThrow("order 3 of");
  });
});

describe("the error", () => {
  const double = custom<[Variable]>({ forward: (x) => x.mul(3), vjp: [(g) => g.mul(2)] });
  const tripled = (x: Variable) => double(x).sum();

  test("names operation, order, input, index and both values", () => {
    const failure = () => checkGradients(tripled, [tensor([0.5])], { tolerance: 1e-3 });
    expect(failure).toThrow(
      /^checkGradients: order 1 of tripled: the gradient with respect to input 0 at index 0 is (-?[\d.]+), but central differences give (-?[\d.]+); check the rule for that input$/,
    );
    const [, found, numeric] = /is (\S+), but central differences give (\S+); check/.exec(messageOf(failure)) ?? [];
    expect(Number(numeric) / Number(found)).toBeCloseTo(1.5, 6);
  });

  test("calls a function without a name `the function`", () => {
    expect(() => checkGradients((x) => double(x), [tensor([1])])).toThrow("order 1 of the function:");
  });

  test("is a GradientError with a name of its own", () => {
    const error = new GradientMismatch("x");
    expect(error).toBeInstanceOf(GradientError);
    expect(error.name).toBe("GradientMismatch");
  });
});

function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
  return "";
}

describe("what may be set", () => {
  const slightly = custom<[Variable]>({ forward: (x) => x.square(), vjp: [(g, _y, x) => g.mul(x).mul(2.0002)] });

  test("the tolerance, relative to the values", () => {
    expect(() => checkGradients(slightly, [tensor([3])])).toThrow(GradientMismatch);
    const worst = checkGradients(slightly, [tensor([3])], { tolerance: 1e-3 });
    expect(worst).toBeGreaterThan(5e-5);
    expect(worst).toBeLessThan(2e-4);
  });

  test("the step: at a kink only a wide one notices", () => {
    const f: Differentiable = (x) => x.abs();
    expect(checkGradients(f, [tensor([0.01])])).toBeLessThan(1e-9);
    expect(() => checkGradients(f, [tensor([0.01])], { step: 0.1 })).toThrow(GradientMismatch);
    expect(checkGradients((x) => x.pow(5), [tensor([1.1])], { step: 1e-4, tolerance: 1e-5 })).toBeGreaterThan(1e-9);
  });
});

test("the points are not changed, and may be float32 views", () => {
  const x = normal([2, 3], new Random(4));
  const before = x.clone();
  expect(checkGradients((v) => v.exp().sum(), [x.transpose()], { order: 2 })).toBeLessThan(1e-6);
  expect(x.equals(before)).toBe(true);
});

test("functions of nothing, and constant functions, pass", () => {
  expect(checkGradients((x) => x.square(), [zeros([0, 3])], { order: 2 })).toBe(0);
  expect(checkGradients((x) => x.detach(), [zeros([0])], { order: 2 })).toBe(0);
  expect(checkGradients((x) => x.mul(0), [tensor([1, 2])], { order: 2 })).toBe(0);
});

test("order 1 may be asked for, and a point is needed", () => {
  const f: Differentiable = (x) => x.square();
  expect(checkGradients(f, [tensor([1, 2])], { order: 1 })).toBe(checkGradients(f, [tensor([1, 2])]));
  expect(() => checkGradients(f, [tensor(1)], { order: 11 })).toThrow(/order must be/);
  expect(() => checkGradients(f, [])).toThrow("checkGradients: needs an array of tensors, the point, got");
});
