/** Free functions and methods with operands of any kind: numbers, tensors and variables in any mix. */
import {
  add,
  concat,
  div,
  dot,
  einsum,
  exp,
  layerNorm,
  matmul,
  mul,
  normal,
  ones,
  outer,
  pow,
  Random,
  relu,
  stack,
  sub,
  sum,
  Tensor,
  tensor,
  where,
  zeros,
} from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { checkGradients, constant, Variable, variable } from "../src/index.ts";
import { listOf } from "./differences.ts";

const t = tensor([3, 4]);

/** f on the variable [1, 2]; the results were worked out by hand. */
interface Mix {
  readonly f: (v: Variable) => Variable;
  readonly value: readonly number[];
  readonly gradient: readonly number[];
}

const mixes: Readonly<Record<string, Mix>> = {
  "exp(variable)": { f: (v) => exp(v), value: [Math.E, Math.E ** 2], gradient: [Math.E, Math.E ** 2] },
  "sum(variable)": { f: (v) => sum(v), value: [3], gradient: [1, 1] },
  "relu(variable)": { f: (v) => relu(v), value: [1, 2], gradient: [1, 1] },
  "add(1, variable)": { f: (v) => add(1, v), value: [2, 3], gradient: [1, 1] },
  "mul(1, variable)": { f: (v) => mul(1, v), value: [1, 2], gradient: [1, 1] },
  "sub(1, variable)": { f: (v) => sub(1, v), value: [0, -1], gradient: [-1, -1] },
  "div(1, variable)": { f: (v) => div(1, v), value: [1, 0.5], gradient: [-1, -0.25] },
  "pow(2, variable)": { f: (v) => pow(2, v), value: [2, 4], gradient: [2 * Math.LN2, 4 * Math.LN2] },
  "mul(tensor, variable)": { f: (v) => mul(t, v), value: [3, 8], gradient: [3, 4] },
  "tensor.mul(variable)": { f: (v) => t.mul(v), value: [3, 8], gradient: [3, 4] },
  "tensor.sub(variable)": { f: (v) => t.sub(v), value: [2, 2], gradient: [-1, -1] },
  "tensor.matmul(variable)": { f: (v) => t.matmul(v), value: [11], gradient: [3, 4] },
  "tensor.dot(variable)": { f: (v) => t.dot(v), value: [11], gradient: [3, 4] },
  "tensor.outer(variable)": { f: (v) => t.outer(v), value: [3, 6, 4, 8], gradient: [7, 7] },
  "tensor.maximum(variable)": { f: (v) => tensor([2, 1]).maximum(v), value: [2, 2], gradient: [0, 1] },
  "tensor.scatterAdd(variable)": {
    f: (v) => t.scatterAdd(v, 0, Int32Array.of(1, 1)),
    value: [3, 7],
    gradient: [1, 1],
  },
  "where(tensor, variable, 0)": { f: (v) => where(tensor([0, 1]), v, 0), value: [0, 2], gradient: [0, 1] },
  "where(tensor, 0, variable)": { f: (v) => where(tensor([0, 1]), 0, v), value: [1, 0], gradient: [1, 0] },
  "tensor.where(variable, 0)": { f: (v) => tensor([0, 1]).where(v, 0), value: [0, 2], gradient: [0, 1] },
  "where(variable, tensor, 0)": { f: (v) => where(v.gt(1), t, 0).add(v.mul(0)), value: [0, 4], gradient: [0, 0] },
  "matmul(tensor, variable)": {
    f: (v) =>
      matmul(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        v,
      ),
    value: [5, 11],
    gradient: [4, 6],
  },
  "dot(variable, tensor)": { f: (v) => dot(v, t), value: [11], gradient: [3, 4] },
  "outer(variable, tensor)": { f: (v) => outer(v, t), value: [3, 4, 6, 8], gradient: [7, 7] },
  "concat([tensor, variable])": { f: (v) => concat([t, v]), value: [3, 4, 1, 2], gradient: [1, 1] },
  "concat([variable, tensor])": { f: (v) => concat([v, t]), value: [1, 2, 3, 4], gradient: [1, 1] },
  "stack([tensor, variable])": { f: (v) => stack([t, v], 1), value: [3, 1, 4, 2], gradient: [1, 1] },
  'einsum("i,i->", tensor, variable)': { f: (v) => einsum("i,i->", t, v), value: [11], gradient: [3, 4] },
  'einsum("i,j", variable, tensor)': { f: (v) => einsum("i,j", v, t), value: [3, 4, 6, 8], gradient: [7, 7] },
};

describe.each(Object.entries(mixes))("%s", (_, { f, value, gradient }) => {
  test("is a variable, with the right value and gradient", () => {
    const v = variable([1, 2]);
    const y = f(v);
    expect(y).toBeInstanceOf(Variable);
    expect(y.requiresGrad).toBe(true);
    expect(y.value.flatten().allClose(tensor([...value]))).toBe(true);
    y.sum().backward();
    expect(v.grad?.allClose(tensor([...gradient]))).toBe(true);
  });

  test("is a variable, though without a gradient, if the variable is a constant", () => {
    const y = f(constant(tensor([1, 2])));
    expect(y).toBeInstanceOf(Variable);
    expect([y.requiresGrad, y.node]).toEqual([false, undefined]);
  });
});

test("tensors and numbers alone give tensors", () => {
  for (const y of [exp(1), exp(t), mul(1, 2), mul(t, 2), t.mul(2), where(t, 1, 0), concat([t]), einsum("i->", t)])
    expect(y).toBeInstanceOf(Tensor);
});

test("numbers take the precision of the variable, wherever they stand", () => {
  const v = variable(Float64Array.of(1));
  for (const y of [mul(0.1, v), mul(v, 0.1), where(v, 0.1, v), where(1, v.mul(0.1), 5)]) expect(y.item()).toBe(0.1);
  expect(mul(0.1, variable([1])).item()).toBe(Math.fround(0.1));
});

test("of three operands any may be the variable", () => {
  const [x, weight, bias] = [normal([2, 3], new Random(1)), ones([3]), zeros([3])];
  for (const k of [0, 1, 2]) {
    const operands = [x, weight, bias].map((own, i) => (i === k ? variable(own) : own));
    const y = layerNorm(operands[0], operands[1], operands[2]);
    expect(y).toBeInstanceOf(Variable);
    expect(listOf(y instanceof Variable ? y : undefined)).toEqual(listOf(layerNorm(x, weight, bias)));
  }
  checkGradients((a, b, c) => layerNorm(a, b, c), [x, weight, bias], { order: 2 });
});

describe("a recorded node", () => {
  const v = variable([[1, 2]]);
  const nameOf = ({ node }: Variable) => (node === "freed" ? undefined : node?.name);

  test("knows the name of its operation", () => {
    const w = variable(ones([3, 2, 2]));
    const results: Readonly<Record<string, Variable>> = {
      exp: v.exp(),
      add: v.add(1),
      mul: tensor([1, 2]).mul(v),
      matmul: v.matmul(v.transpose()),
      sum: v.sum(),
      permute: v.transpose(),
      polynomial: v.polynomial(w),
      linear: v.linear(ones([3, 2]), zeros([3])),
      where: where(v, v, 0),
      concat: concat([v, v]),
      crossEntropy: v.crossEntropy([1]),
    };
    for (const [name, result] of Object.entries(results)) expect(nameOf(result)).toBe(name);
  });

  test("of a composed operation is that of its last primitive", () => {
    expect([v.softmax(), v.mean(), v.logSoftmax()].map(nameOf)).toEqual(["div", "div", "sub"]);
  });

  test("holds the operands, numbers and tensors among them as constants", () => {
    const { node } = mul(2, v);
    const inputs = node === "freed" ? [] : (node?.inputs ?? []);
    expect(inputs.map(({ requiresGrad }) => requiresGrad)).toEqual([false, true]);
    expect(inputs[1]).toBe(v);
  });
});
