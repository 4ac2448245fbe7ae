/** Methods are the free functions, all of them, with the same results and types. */
import { describe, expect, expectTypeOf, test } from "vitest";
import * as library from "../src/index.ts";
import * as operations from "../src/ops/index.ts";

const { Tensor, tensor } = library;
type Tensor = library.Tensor;

const x = tensor([
  [0.5, 2, 3],
  [4, 0.25, 6],
]);
const [row, square, layer] = [tensor([1, 2, 3]), x.matmul(x.transpose()), x.unsqueeze(2).expand([2, 3, 4])];

type Rest<F> = F extends (x: Tensor, ...rest: infer R) => unknown ? R : never;
type Operations = typeof operations;

/** What to call each method of `x` with; exhaustive by type. A few need another tensor before the dot. */
const calls: { readonly [Name in keyof Operations]: readonly [Tensor, ...Rest<Operations[Name]>] } = {
  allClose: [x, x, { relative: 1 }],
  equals: [x, x],
  toString: [x],
  toArray: [x],
  toFloat64: [x],
  assign: [x.clone(), row],
  broadcastTo: [x, [2, 2, 3]],
  clone: [x],
  contiguous: [x],
  expand: [x, [4, -1, -1]],
  flatten: [x, 0, 1],
  flip: [x, 0],
  permute: [x, [1, 0]],
  reshape: [x, [3, -1]],
  select: [x, 1, 0],
  slice: [x, 1, 2, 0, -1],
  squeeze: [x],
  transpose: [x, 0, 1],
  unsqueeze: [x, 0],
  view: [x, [6]],
  crossEntropy: [x, [0, 2]],
  crossEntropyBackward: [tensor(2), x, [0, 2]],
  abs: [x],
  add: [x, row],
  clamp: [x, 1, 2],
  cos: [x],
  div: [x, 2],
  eq: [x, 2],
  erf: [x],
  exp: [x],
  expm1: [x],
  ge: [x, 2],
  gelu: [x],
  gt: [x, 2],
  le: [x, 2],
  log: [x],
  log1p: [x],
  lt: [x, row],
  maximum: [x, row],
  minimum: [x, 1],
  mul: [x, row],
  ne: [x, 2],
  neg: [x],
  pow: [x, 3],
  relu: [x],
  rsqrt: [x],
  sigmoid: [x],
  sign: [x],
  sin: [x],
  softplus: [x],
  sqrt: [x],
  square: [x],
  sub: [x, row],
  tanh: [x],
  where: [x, 1, row],
  linear: [x, x, tensor([1, 2])],
  linearBackward: [square, x, x, [true, true, false]],
  dot: [row, row],
  matmul: [x, row],
  outer: [x, row],
  layerNorm: [x, row, row, 1e-5],
  layerNormBackward: [x, x, row, 1e-5],
  elementwisePolynomial: [x, row.unsqueeze(1).expand([3, 4])],
  elementwisePolynomialGradInput: [x, x, row.unsqueeze(1).expand([3, 4])],
  elementwisePolynomialGradWeight: [x, x, row.unsqueeze(1).expand([3, 4])],
  polynomial: [x, layer],
  polynomialGradInput: [square, x, layer],
  polynomialGradWeight: [square, x, layer],
  powers: [x, 2],
  gather: [x, 1, [0, 1]],
  indexSelect: [x, 1, [2, 0]],
  intoSlice: [x, [2, 5], 1, 1, 4],
  pad: [
    x,
    [
      [0, 1],
      [1, 0],
    ],
    7,
  ],
  scatterAdd: [x, tensor([[1], [2]]), 1, [0, 1]],
  split: [x, 2, 1],
  argmax: [x, 1],
  argmin: [x],
  cumsum: [x, 1],
  logSoftmax: [x],
  logSumExp: [x, 1, { keepDims: true }],
  max: [x, 0],
  mean: [x, 0],
  min: [x],
  norm: [x, 1],
  prod: [x, 1],
  softmax: [x, 0],
  std: [x, 1, { correction: 0 }],
  sum: [x, 0, { keepDims: true }],
  variance: [x],
};

/** Tensors as shape and values, whatever they stand on or in. */
function plain(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(plain);
  return result instanceof Tensor ? { shape: result.shape, values: operations.toArray(result) } : result;
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
const isFunction = (value: unknown): value is AnyFunction => typeof value === "function";

describe("every operation", () => {
  test("is listed here", () => {
    expect(Object.keys(calls).sort()).toEqual(Object.keys(operations).sort());
  });

  test.each(Object.entries(calls))("%s is a method, and a function of the package", (name, [first, ...rest]) => {
    const free: unknown = Reflect.get(operations, name);
    const method: unknown = Reflect.get(Tensor.prototype, name);
    if (!isFunction(free) || !isFunction(method)) throw new Error(`${name} is no function`);
    expect(plain(method.call(first, ...rest))).toEqual(plain(free(first, ...rest)));
    expect(Reflect.get(library, name)).toBe(free);
    expect(Object.getOwnPropertyDescriptor(Tensor.prototype, name)?.enumerable).toBe(false);
  });
});

test("types", () => {
  expectTypeOf(x.add(1).mul(x).sum(0, { keepDims: true })).toEqualTypeOf<Tensor>();
  expectTypeOf(x.argmax(1)).toEqualTypeOf<Int32Array>();
  expectTypeOf(x.split(2)).toEqualTypeOf<Tensor[]>();
  expectTypeOf(x.equals(x)).toEqualTypeOf<boolean>();
  expectTypeOf(x.toString()).toEqualTypeOf<string>();
  expectTypeOf(x.sum().item()).toEqualTypeOf<number>();
  expectTypeOf(x.data).toEqualTypeOf<Float32Array | Float64Array>();
  expectTypeOf(x.toArray()).toEqualTypeOf<library.NestedArray>();
  expectTypeOf(x.layerNormBackward(x, row, 1)).toEqualTypeOf<[Tensor, Tensor, Tensor]>();
  expectTypeOf(x.reshape).parameters.toEqualTypeOf<[shape: library.Shape]>();
  expectTypeOf(x.pow).parameters.toEqualTypeOf<[b: library.Operand]>();
  expectTypeOf(x.sum).parameters.toEqualTypeOf<[axes?: library.Axes, options?: library.ReduceOptions | undefined]>();
  // @ts-expect-error: tensors are not joined by a method.
  expect(x.concat).toBeUndefined();
});
