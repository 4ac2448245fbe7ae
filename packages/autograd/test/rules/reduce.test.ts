/** Reductions: gradients against differences, and what happens at ties, zeros, infinities and constant rows. */
import { tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { type Differentiable, grad, hessian, type Variable, variable } from "../../src/index.ts";
import { reduceCases } from "../cases/reduce.ts";
import { listOf, testDerivatives } from "../differences.ts";

const gradient = (f: Differentiable, at: number[] | number[][]): number[] =>
  listOf(grad((x) => f(x).sum())(tensor(at)));
const second = (f: Differentiable, at: number[]): number[] => listOf(hessian(f)(tensor(at)));
const low = Number.NEGATIVE_INFINITY;

describe("gradients", () => testDerivatives(reduceCases));

describe("ties of max and min", () => {
  const rows = [
    [1, 3, 3],
    [5, 5, 5],
    [4, 2, 1],
  ];

  test("share equally along an axis", () => {
    const third = Math.fround(1 / 3);
    expect(gradient((x) => x.max(1), rows)).toEqual([0, 0.5, 0.5, third, third, third, 1, 0, 0]);
    expect(gradient((x) => x.min(-1, { keepDims: true }), rows)).toEqual([1, 0, 0, third, third, third, 0, 0, 1]);
  });

  test("share equally among all", () => {
    expect(gradient((x) => x.max(), rows)).toEqual([0, 0, 0, ...Array(3).fill(Math.fround(1 / 3)), 0, 0, 0]);
    expect(gradient((x) => x.min(), rows)).toEqual([0.5, 0, 0, 0, 0, 0, 0, 0, 0.5]);
  });

  test("do not count values apart by one unit in the last place", () => {
    expect(gradient((x) => x.max(), [1, 1 + 2 ** -23])).toEqual([0, 1]);
  });
});

describe("prod", () => {
  test("with one 0: the product of the others stands there, 0 elsewhere", () => {
    expect(gradient((x) => x.prod(), [2, 0, 3])).toEqual([0, 6, 0]);
  });

  test("with two zeros: 0 everywhere", () => {
    expect(gradient((x) => x.prod(), [2, 0, 0])).toEqual([0, 0, 0]);
  });

  test("of 0 alone: 1", () => {
    expect(gradient((x) => x.prod(), [0])).toEqual([1]);
  });

  test("zeros in one row leave the others alone, whatever the order of the axes", () => {
    const rows = [
      [2, 0, 3],
      [4, 5, 6],
    ];
    expect(gradient((x) => x.prod(1), rows)).toEqual([0, 6, 0, 30, 24, 20]);
    expect(gradient((x) => x.transpose().prod(0), rows)).toEqual([0, 6, 0, 30, 24, 20]);
    expect(gradient((x) => x.prod([1, 0]), rows)).toEqual([0, 720, 0, 0, 0, 0]);
  });

  test("underflows and overflows in float32 without harm to the gradient", () => {
    expect(gradient((x) => x.prod(), [1e-25, 1e-25])).toEqual([1e-25, 1e-25].map(Math.fround));
    expect(gradient((x) => x.prod(), [1e25, 1e25, 1e-25])).toEqual([1, 1].concat(Infinity).map(Math.fround));
    expect(gradient((x) => x.prod(), [1e-30, 1e-30, 1e30, 2])).toEqual([2, 2, 2e-30 * 1e-30, 1e-30].map(Math.fround));
  });

  test("the second derivative at two zeros is the product of the rest", () => {
    expect(second((x) => x.prod(), [0, 0, 3])).toEqual([0, 3, 0, 3, 0, 0, 0, 0, 0]);
  });
});

describe("norm and std where they are 0", () => {
  test("have gradient 0", () => {
    expect(gradient((x) => x.norm(), [0, 0])).toEqual([0, 0]);
    expect(gradient((x) => x.std(), [2, 2, 2])).toEqual([0, 0, 0]);
  });

  test("also in one row of several", () => {
    const rows = [
      [0, 0],
      [3, -4],
    ];
    expect(gradient((x) => x.norm(1), rows)).toEqual([0, 0, 0.6, -0.8].map(Math.fround));
    expect(
      gradient(
        (x) => x.std(1, { correction: 0 }),
        [
          [2, 2],
          [0, 4],
        ],
      ),
    ).toEqual([0, 0, -0.5, 0.5]);
  });

  test("have second derivative 0, not NaN", () => {
    expect(second((x) => x.norm(), [0, 0])).toEqual([0, 0, 0, 0]);
    expect(second((x) => x.std(), [1, 1])).toEqual([0, 0, 0, 0]);
  });
});

describe("entries of -Infinity, which masks write", () => {
  test("have no share in logSumExp, to second order", () => {
    expect(gradient((x) => x.logSumExp(), [low, 0, 0])).toEqual([0, 0.5, 0.5]);
    const unsigned = second((x) => x.logSumExp(), [low, 0, 0]).map((value) => value + 0); // -0 + 0 is 0
    expect(unsigned).toEqual([0, 0, 0, 0, 0.25, -0.25, 0, -0.25, 0.25]);
  });

  test("have no share in softmax", () => {
    expect(gradient((x) => x.softmax().mul(tensor([7, 1, 0])), [low, 0, 0])).toEqual([0, 0.25, -0.25]);
  });

  test("have the share 0 in logSoftmax, where they are not asked for", () => {
    expect(gradient((x) => x.logSoftmax().slice(0, 1), [low, 0, 0])).toEqual([0, 0, 0]);
  });
});

test("large arguments do not overflow in logSumExp, softmax and logSoftmax", () => {
  expect(gradient((x) => x.logSumExp(), [1000, 1000])).toEqual([0.5, 0.5]);
  expect(gradient((x) => x.softmax().select(0, 0), [1000, 1000])).toEqual([0.25, -0.25]);
  expect(gradient((x) => x.logSoftmax().select(0, 0), [1000, 1000])).toEqual([0.5, -0.5]);
});

test("no gradient flows through the shift of softmax, logSoftmax and logSumExp", () => {
  expect(gradient((x) => x.softmax().select(0, 0), [1e4, 0]).map(Math.abs)).toEqual([0, 0]);
  expect(gradient((x) => x.logSoftmax().select(0, 0), [1e4, 0])).toEqual([0, 0]);
  expect(gradient((x) => x.logSoftmax().select(0, 1), [1e4, 0])).toEqual([-1, 1]);
  expect(gradient((x) => x.logSumExp(), [1e4, 0])).toEqual([1, 0]);
  // Where two are the largest, the gradient of their maximum would be shared between them.
  expect(gradient((x) => x.logSumExp(), [1e4, 1e4, 0])).toEqual([0.5, 0.5, 0]);
  expect(second((x) => x.softmax().select(0, 0), [1e4, 0])).toEqual([0, 0, 0, 0].map(() => expect.closeTo(0, 12)));
  const visited: string[] = [];
  const names = (y: Variable): void => {
    if (y.node === undefined || y.node === "freed") return;
    visited.push(y.node.name);
    for (const input of y.node.inputs) names(input);
  };
  names(variable([1e4, 0]).softmax());
  expect(visited).toContain("exp");
  expect(visited).not.toContain("max");
});

describe("std of very large and very small values, whose squares leave float32", () => {
  // PyTorch's figures.
  test("does not overflow", () => {
    const x = variable([1e20, 2e20, 4e20]);
    const y = x.std();
    y.backward();
    expect(y.item() / 1e20).toBeCloseTo(1.53, 2);
    // (x - mean) / (2 std): [-4/3, -1/3, 5/3] / (2 * 1.5275).
    for (const [i, wanted] of [-0.436, -0.109, 0.546].entries()) expect(listOf(x.grad)[i]).toBeCloseTo(wanted, 3);
  });

  test("does not vanish", () => {
    const x = variable([1e-25, 2e-25, 4e-25]);
    const y = x.std();
    y.backward();
    expect(y.item() / 1e-25).toBeCloseTo(1.53, 2);
    for (const [i, wanted] of [-0.436, -0.109, 0.546].entries()) expect(listOf(x.grad)[i]).toBeCloseTo(wanted, 3);
  });
});

test("reducing an empty axis gives gradients of its shape: none", () => {
  for (const f of [
    (x) => x.sum(0),
    (x) => x.prod(0),
    (x) => x.norm(0),
    (x) => x.mean(0),
    (x) => x.max(1),
  ] satisfies Differentiable[])
    expect(grad((x) => f(x).sum())(zeros([0, 3])).shape).toEqual([0, 3]);
});

test("mean, variance and std have the values of the tensor operations, to the last bit", () => {
  const x = tensor(Array.from({ length: 7 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]));
  for (const axes of [undefined, 0, 1, [0, 1]]) {
    const along = axes === undefined ? [] : [axes];
    grad((v) => {
      expect(listOf(v.mean(...along))).toEqual(listOf(x.mean(...along)));
      expect(listOf(v.variance(...along))).toEqual(listOf(x.variance(...along)));
      expect(listOf(v.std(...along))).toEqual(listOf(x.std(...along)));
      return v.sum();
    })(x);
  }
});
