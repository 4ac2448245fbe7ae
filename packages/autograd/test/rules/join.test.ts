/** Joining: gradients against differences, mixtures of variables and tensors, tensors alone. */
import { concat, ShapeError, stack, Tensor, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Variable, variable } from "../../src/index.ts";
import { joinCases } from "../cases/join.ts";
import { listOf, testDerivatives } from "../differences.ts";

describe("gradients", () => testDerivatives(joinCases, 100));

test("of tensors alone the result is a tensor", () => {
  expect(concat([tensor([1]), tensor([2])])).toBeInstanceOf(Tensor);
  expect(stack([tensor([1]), tensor([2])])).toBeInstanceOf(Tensor);
});

test("one variable among tensors makes the result a variable", () => {
  const x = variable([1, 2]);
  const joined = concat([tensor([5]), x, tensor([6])]);
  expect(joined).toBeInstanceOf(Variable);
  expect(listOf(joined)).toEqual([5, 1, 2, 6]);
  joined
    .mul(tensor([1, 2, 3, 4]))
    .sum()
    .backward();
  expect(listOf(x.grad)).toEqual([2, 3]);
  expect(stack([tensor([5, 5]), x], -1).shape).toEqual([2, 2]);
});

test("a variable joined to itself collects both gradients", () => {
  const x = variable([1, 2]);
  stack([x, x])
    .mul(
      tensor([
        [1, 2],
        [10, 20],
      ]),
    )
    .sum()
    .backward();
  expect(listOf(x.grad)).toEqual([11, 22]);
});

test("parts that do not fit, and no parts, are refused", () => {
  expect(() => concat([variable(zeros([2, 3])), variable(zeros([2, 4]))])).toThrow(ShapeError);
  expect(() => stack([variable(zeros([2])), variable(zeros([3]))])).toThrow(ShapeError);
  expect(() => concat([])).toThrow(ShapeError);
});
