/** Methods are the free functions, all of them, with the same results and types. */
import { describe, expect, expectTypeOf, test } from "vitest";
import * as library from "../src/index.ts";
import * as operations from "../src/ops/index.ts";
import * as own from "../src/ops/own.ts";

const { Tensor, tensor } = library;
type Tensor = library.Tensor;

const x = tensor([
  [0.5, 2, 3],
  [4, 0.25, 6],
]);
const [row, layer] = [tensor([1, 2, 3]), x.unsqueeze(2).expand([2, 3, 4])];
const knots = tensor([0, 1, 2, 3, 4]).expand([3, 5]);

type Rest<F> = F extends (x: Tensor, ...rest: infer R) => unknown ? R : never;
/** All methods of tensors. */
const table = { ...operations, ...own };
type Table = typeof operations & typeof own;

/** What to call each method of `x` with; exhaustive by type. A few need another tensor before the dot. */
const calls: { readonly [Name in keyof Table]: readonly [Tensor, ...Rest<Table[Name]>] } = {
  // Of tensors alone.
  assign: [x.clone(), row],
  clone: [x],
  contiguous: [x],
  toFloat64: [x],
  toString: [x],
  toJSON: [x],
  prodOfOthers: [x, 0],
  // Views.
  broadcastTo: [x, [2, 2, 3]],
  permute: [x, [1, 0]],
  reshape: [x, [3, -1]],
  slice: [x, 1, 2, 0, -1],
  view: [x, [6]],
  expand: [x, [4, -1, -1]],
  flatten: [x, 0, 1],
  flip: [x, 0],
  select: [x, 1, 0],
  split: [x, 2, 1],
  squeeze: [x],
  transpose: [x, 0, 1],
  unsqueeze: [x, 0],
  // Elementwise.
  abs: [x],
  acos: [x],
  add: [x, row],
  asin: [x],
  atan: [x],
  ceil: [x],
  clamp: [x, 1, 2],
  cos: [x],
  cosh: [x],
  div: [x, 2],
  eq: [x, 2],
  erf: [x],
  exp: [x],
  expm1: [x],
  floor: [x],
  ge: [x, 2],
  gelu: [x],
  gt: [x, 2],
  isInf: [x],
  isNan: [x],
  le: [x, 2],
  log: [x],
  log1p: [x],
  log2: [x],
  lt: [x, row],
  maximum: [x, row],
  minimum: [x, 1],
  mul: [x, row],
  ne: [x, 2],
  neg: [x],
  pow: [x, 3],
  relu: [x],
  round: [x],
  rsqrt: [x],
  sigmoid: [x],
  sign: [x],
  sin: [x],
  sinh: [x],
  softplus: [x],
  sqrt: [x],
  square: [x],
  sub: [x, row],
  tan: [x],
  tanh: [x],
  where: [x, 1, row],
  // Reductions.
  cumsum: [x, 1],
  max: [x, 0],
  min: [x],
  norm: [x, 1],
  prod: [x, 1],
  sum: [x, 0, { keepDims: true }],
  sumTo: [x, [2, 1]],
  mean: [x, 0],
  std: [x, 1, { correction: 0 }],
  variance: [x],
  logSoftmax: [x],
  logSumExp: [x, 1, { keepDims: true }],
  softmax: [x, 0],
  // Moving elements, and order.
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
  argTopK: [x, 2, 0],
  argmax: [x, 1],
  argmin: [x],
  argsort: [x, 0, { descending: true }],
  sort: [x, 1, { descending: true }],
  topK: [x, 2],
  // Products and layers.
  dot: [row, row],
  matmul: [x, row],
  outer: [x, row],
  linear: [x, x, tensor([1, 2]), true],
  elementwisePolynomial: [x, row.unsqueeze(1).expand([3, 4])],
  polynomial: [x, layer],
  powers: [x, 2],
  bsplines: [x, knots, 2],
  spline: [x, x.unsqueeze(2).expand([2, 3, 2]), x, knots, 2],
  polynomials: [x, 2, "legendre"],
  layerNorm: [x, row, row, 1e-5],
  crossEntropy: [x, [0, 2]],
  // Reading.
  allClose: [x, x, { relative: 1 }],
  equals: [x, x],
  toArray: [x],
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
    expect(Object.keys(calls).sort()).toEqual(Object.keys(table).sort());
  });

  test.each(Object.entries(calls))("%s is a method, and a function of the package", (name, [first, ...rest]) => {
    const free: unknown = Reflect.get(table, name);
    const method: unknown = Reflect.get(Tensor.prototype, name);
    if (!isFunction(free) || !isFunction(method)) throw new Error(`${name} is no function`);
    expect(plain(method.call(first, ...rest))).toEqual(plain(free(first, ...rest)));
    expect(Reflect.get(library, name)).toBe(free);
    expect(Object.getOwnPropertyDescriptor(Tensor.prototype, name)?.enumerable).toBe(false);
  });

  test("has the name under which it is exported, so that errors and drawings can show it", () => {
    for (const [name, call] of Object.entries(table))
      expect([name, call.name]).toEqual([name, name === "toString" ? "format" : name]);
  });
});

test("types of methods", () => {
  expectTypeOf(x.add(1).mul(x).sum(0, { keepDims: true })).toEqualTypeOf<Tensor>();
  expectTypeOf(x.argmax(1)).toEqualTypeOf<Int32Array>();
  expectTypeOf(x.split(2)).toEqualTypeOf<Tensor[]>();
  expectTypeOf(x.equals(x)).toEqualTypeOf<boolean>();
  expectTypeOf(x.toString()).toEqualTypeOf<string>();
  expectTypeOf(x.sum().item()).toEqualTypeOf<number>();
  expectTypeOf(x.data).toEqualTypeOf<Float32Array | Float64Array>();
  expectTypeOf(x.toArray()).toEqualTypeOf<library.NestedArray>();
  expectTypeOf(x.where(1, x)).toEqualTypeOf<Tensor>();
  expectTypeOf(x.reshape).parameters.toEqualTypeOf<library.List>();
  expectTypeOf(x.pow<number>).parameters.toEqualTypeOf<[b: number]>();
  expectTypeOf(x.add<library.Tensor>).parameters.toEqualTypeOf<[b: Tensor]>();
  expectTypeOf(x.sum).parameters.toEqualTypeOf<[axes?: library.Axes, options?: library.ReduceOptions]>();
  // @ts-expect-error: an array is not an operand.
  expect(() => x.add([1])).toThrow(TypeError);
  // @ts-expect-error: tensors are not joined by a method.
  expect(x.concat).toBeUndefined();
  // @ts-expect-error: the backward pass is not for users.
  expect(x.linearBackward).toBeUndefined();
});

test("types of free functions: tensors from tensors and numbers, in any mix", () => {
  expectTypeOf(library.exp(2)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.exp(x)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.mul(1, x)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.mul(x, 1)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.mul(1, 2)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.where(x, 1, x)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.where(1, x, 0)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.split(x, 2)).toEqualTypeOf<Tensor[]>();
  expectTypeOf(library.topK(x, 2)).toEqualTypeOf<Tensor>();
  expectTypeOf(library.argsort(x)).toEqualTypeOf<Int32Array>();
  expectTypeOf(library.concat([x, x])).toEqualTypeOf<Tensor>();
  expectTypeOf(library.stack([x, x])).toEqualTypeOf<Tensor>();
  expectTypeOf(library.einsum("ij->", x)).toEqualTypeOf<Tensor>();
  expectTypeOf<library.Result<Tensor, library.Numeric>>().toEqualTypeOf<library.Numeric>();
  // @ts-expect-error: nested arrays are made into tensors first.
  expect(() => library.exp([1])).toThrow(TypeError);
});
