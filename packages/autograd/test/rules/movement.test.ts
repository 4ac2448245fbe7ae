/** Operations that move elements: gradients against differences, views of views, and what is refused. */
import { arange, ShapeError, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { grad, type Variable, variable } from "../../src/index.ts";
import { movementCases } from "../cases/movement.ts";
import { listOf, testDerivatives } from "../differences.ts";

describe("gradients", () => testDerivatives(movementCases));

test("a chain of views sends every gradient back where its element came from", () => {
  const x = arange(24).reshape([2, 3, 4]);
  const picked = grad((v) =>
    v.permute([2, 0, 1]).slice(0, 3, 0, -2).flip(1).transpose().reshape([4, 3]).select(0, 1).select(0, 2).sum(),
  )(x);
  expect(listOf(picked).reduce((sum, value) => sum + value)).toBe(1);
  const at = listOf(picked).indexOf(1);
  const value = x.permute([2, 0, 1]).slice(0, 3, 0, -2).flip(1).transpose().reshape([4, 3]).select(0, 1).select(0, 2);
  expect(value.item()).toBe(at);
});

test("elements taken several times collect several gradients", () => {
  const indices = Int32Array.of(1, 1, 0, 1);
  expect(listOf(grad((x) => x.indexSelect(0, indices).sum())(zeros([3])))).toEqual([1, 3, 0]);
  expect(listOf(grad((x) => x.gather(0, indices).sum())(zeros([3])))).toEqual([1, 3, 0]);
  expect(listOf(grad((x) => x.expand([4, -1]).sum())(zeros([3])))).toEqual([4, 4, 4]);
});

test("split gives variables whose pieces add up to the whole gradient", () => {
  const x = variable(zeros([5]));
  const [first, second, third] = x.split(2);
  expect([first, second, third].map(({ shape }) => shape)).toEqual([[2], [2], [1]]);
  first.mul(2).sum().add(third.mul(3).sum()).backward();
  expect(listOf(x.grad)).toEqual([2, 2, 0, 0, 3]);
});

test("select takes negative indices and refuses those out of range", () => {
  expect(listOf(grad((x) => x.select(1, -1).sum())(zeros([2, 2])))).toEqual([0, 1, 0, 1]);
  const x = variable(zeros([2, 2]));
  expect(() => x.select(1, 2)).toThrow(ShapeError);
  expect(() => x.select(1, -3)).toThrow(/select: index -3 is out of range for axis 1/);
});

test("view refuses what only reshape can do", () => {
  const x = variable(zeros([2, 3]));
  expect(() => x.transpose().view([6])).toThrow(ShapeError);
  expect(x.transpose().reshape([6]).shape).toEqual([6]);
});

test("of no elements, picked slices have gradients of the shape of x, to second order", () => {
  for (const shape of [
    [5, 0],
    [2, 0],
    [0, 3],
  ]) {
    const x = variable(zeros(shape));
    const picked = (v: Variable) =>
      v
        .indexSelect(shape[0] > 0 ? 0 : 1, [0, 1])
        .square()
        .sum();
    picked(x).backward();
    expect(x.grad?.shape).toEqual(shape);
    expect(grad((v) => grad(picked)(v).sum())(zeros(shape)).shape).toEqual(shape);
  }
});
