/** Methods: every operation of the table is one, with inputs lifted and options passed on. */
import * as k from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Variable, variable } from "../src/index.ts";
import { listOf } from "./differences.ts";

/** The operations: primitive and composed ones say how many operands or results they have. */
const operations = Object.entries(k)
  .filter(([, value]) => typeof value === "function" && ("inputs" in value || "several" in value))
  .map(([name]) => name);

test.each([...operations, "argmax", "argmin", "argsort", "argTopK", "toArray", "equals", "allClose"])(
  "variables have the method %s",
  (name) => {
    expect(Reflect.get(variable(1), name)).toBeTypeOf("function");
    expect(Object.hasOwn(Variable.prototype, name)).toBe(true);
  },
);

test("reading a variable reads its value", () => {
  const x = variable([
    [3, 1, 2],
    [4, 6, 5],
  ]);
  expect([...x.argmax(1)]).toEqual([0, 1]);
  expect([...x.argmin()]).toEqual([1]);
  expect([...x.argsort()]).toEqual([1, 2, 0, 0, 2, 1]);
  expect([...x.argTopK(1, 0)]).toEqual([1, 1, 1]);
  expect(x.toArray()).toEqual([
    [3, 1, 2],
    [4, 6, 5],
  ]);
  expect([x.equals(x.value), x.value.equals(x), x.equals(x.add(1)), x.allClose(x.add(1e-7))]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test("methods are not enumerable: a variable shows its fields only", () => {
  expect(Object.keys(variable(1)).toSorted()).toEqual(["node", "number"]);
  const names: string[] = [];
  for (const name in variable(1)) names.push(name);
  expect(names.toSorted()).toEqual(["node", "number"]);
});

describe("operands", () => {
  const x = variable([1, 2]);

  test("may be variables, tensors and numbers", () => {
    expect(listOf(x.add(variable([10, 20])))).toEqual([11, 22]);
    expect(listOf(x.add(k.tensor([10, 20])))).toEqual([11, 22]);
    expect(listOf(x.add(10))).toEqual([11, 12]);
  });

  test("that are tensors or numbers count as constants", () => {
    const y = x.mul(k.tensor([3, 4])).add(5);
    y.sum().backward();
    expect(listOf(x.grad)).toEqual([3, 4]);
  });

  test("come before options", () => {
    const source = k.tensor([7]);
    expect(listOf(x.scatterAdd(source, 0, Int32Array.of(1)))).toEqual([1, 9]);
    expect(listOf(x.clamp(1.5))).toEqual([1.5, 2]);
    expect(listOf(x.gt(1).where(5, x))).toEqual([1, 5]);
  });

  test("of numbers have the precision of the variable", () => {
    const double = variable(k.toFloat64(k.tensor([1])));
    expect(listOf(double.add(0.1))).toEqual([1.1]);
    expect(double.add(0.1).value.data).toBeInstanceOf(Float64Array);
  });
});

test("functions of the table lose their first argument", () => {
  const x = variable([1, 2, 3, 4]);
  expect(x.mean().item()).toBe(2.5);
  expect(x.variance(0, { correction: 0 }).item()).toBe(1.25);
  expect(x.select(0, 2).item()).toBe(3);
  expect(x.split([1, 3]).map((piece) => piece.size)).toEqual([1, 3]);
});

test("values are those of the tensor operations, to the last bit", () => {
  const a = k.normal([5, 20], new k.Random(1));
  const b = k.uniform([5, 20], new k.Random(2), 0.5, 2);
  const [x, y] = [variable(a), variable(b)];
  const pairs: [Variable, k.Tensor][] = [
    [x.exp(), a.exp()],
    [x.gelu(), a.gelu()],
    [y.log(), b.log()],
    [x.div(y), a.div(b)],
    [y.pow(x), b.pow(a)],
    [x.matmul(y.transpose()), a.matmul(b.transpose())],
    [x.softmax(), a.softmax()],
    [x.logSumExp(1), a.logSumExp(1)],
    [x.mean(0), a.mean(0)],
    [x.std(1), a.std(1)],
    [x.norm(), a.norm()],
    [x.cumsum(1), a.cumsum(1)],
    [x.maximum(y), a.maximum(b)],
  ];
  for (const [variable, tensor] of pairs) expect(variable.value.equals(tensor)).toBe(true);
});
