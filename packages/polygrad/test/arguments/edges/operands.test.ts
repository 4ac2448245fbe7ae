/** Operands, axes and positions at the edges of what is allowed: results are those of a plain reference. */
import * as polygrad from "polygrad";
import { constant, type Tensor, tensor, variable, zeros } from "polygrad";
import { describe, expect, test } from "vitest";
import { expectTable, read, reduceTable, type Table } from "../../../../tensor/test/reference.ts";

const matrix = () =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const infinity = Number.POSITIVE_INFINITY;
const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);

/** Reductions of a list of numbers. */
const reductions = {
  sum,
  prod: (values: readonly number[]) => values.reduce((product, x) => product * x, 1),
  mean: (values: readonly number[]) => sum(values) / values.length,
  max: (values: readonly number[]) => values.reduce((most, x) => (Number.isNaN(most) || most > x ? most : x)),
  min: (values: readonly number[]) => values.reduce((least, x) => (Number.isNaN(least) || least < x ? least : x)),
  norm: (values: readonly number[]) => Math.sqrt(sum(values.map((x) => x * x))),
};

/** An element of the axes argument, and the axes that it means for a tensor of rank 2. */
const axes: readonly [given: number | number[] | undefined, meant: number[]][] = [
  [undefined, [0, 1]],
  [[], []],
  [0, [0]],
  [-0, [0]],
  [1, [1]],
  [-1, [1]],
  [-2, [0]],
  [
    [-1, 0],
    [0, 1],
  ],
];

describe("reductions", () => {
  const operands: Readonly<Record<string, () => Tensor>> = {
    "[2, 3]": matrix,
    "a transpose": () =>
      tensor([
        [1, 4],
        [2, 5],
        [3, 6],
      ]).transpose(),
    "NaN and infinities": () =>
      tensor([
        [Number.NaN, infinity, 3],
        [1, -infinity, 2],
      ]),
    "[1, 1]": () => tensor([[7]]),
  };
  test.each(Object.entries(operands))("of %s, over every form of axes", (_, make) => {
    for (const [name, f] of Object.entries(reductions))
      for (const [given, meant] of axes) {
        const x = make();
        const call = (...rest: unknown[]): Tensor => Reflect.apply(Reflect.get(x, name), x, rest);
        const wanted = (keep: boolean) => floats(reduceTable(f, read(x), meant, keep));
        expectTable(call(given), wanted(false), 1e-6);
        expectTable(call(given, undefined), wanted(false), 1e-6);
        expectTable(call(given, { keepDims: undefined }), wanted(false), 1e-6);
        expectTable(call(given, {}), wanted(false), 1e-6);
        expectTable(call(given, { keepDims: true }), wanted(true), 1e-6);
      }
  });

  test("of a scalar: the scalar, over no axes", () => {
    for (const name of Object.keys(reductions)) expect(Reflect.get(tensor(3), name).call(tensor(3)).item()).toBe(3);
  });

  test("of no elements: 0 and 1 where that is defined, else refused", () => {
    const empty = zeros([0, 3]);
    expect([empty.sum(0).toArray(), empty.prod(0).toArray(), empty.norm(0).toArray()]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    expect(empty.sum(1).shape).toEqual([0]);
    expect(empty.max(1).shape).toEqual([0]);
    expect(() => empty.max(0)).toThrow(polygrad.ShapeError);
    expect(empty.mean().item()).toBeNaN();
  });
});

function floats({ shape, values }: Table): Table {
  return { shape, values: values.map(Math.fround) };
}

describe("numbers for operands", () => {
  const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => a / b,
    maximum: (a, b) => Math.max(a, b),
    minimum: (a, b) => Math.min(a, b),
    pow: (a, b) => a ** b,
    eq: (a, b) => Number(a === b),
    ne: (a, b) => Number(a !== b),
    lt: (a, b) => Number(a < b),
    le: (a, b) => Number(a <= b),
    gt: (a, b) => Number(a > b),
    ge: (a, b) => Number(a >= b),
  };
  const numbers = [0, -0, 1, -1, 0.5, 2, Number.NaN, infinity, -infinity];
  test.each(Object.entries(binary))("%s", (name, f) => {
    const call = (...operands: unknown[]): { item(): number } => Reflect.get(polygrad, name)(...operands);
    for (const a of numbers)
      for (const b of numbers) {
        // C's pow, unlike JavaScript's, has 1^x = 1 and (-1)^Infinity = 1.
        const wanted = name === "pow" && (a === 1 || (a === -1 && Math.abs(b) === infinity)) ? 1 : Math.fround(f(a, b));
        const forms = [call(a, b), call(tensor(a), b), call(a, tensor(b)), call(constant(a), variable(tensor(b)))];
        for (const form of forms) expect(form.item() + 0, `${a}, ${b}`).toBe(wanted + 0);
      }
  });
});

/** Python's rule: range(*slice(start, stop, step).indices(size)). */
function positions(size: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, least), most);
  const list: number[] = [];
  const [from, to] = [
    start === undefined ? (step > 0 ? 0 : size - 1) : clip(start),
    stop === undefined ? (step > 0 ? size : -1) : clip(stop),
  ];
  for (let at = from; step > 0 ? at < to : at > to; at += step) list.push(at);
  return list;
}

test("slices: every start, stop and step, up to those that no tensor reaches", () => {
  const ends = [undefined, 0, -0, 1, 2, 5, -1, -5, -6, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER, 1e300, -1e300];
  const x = tensor([10, 11, 12, 13, 14]);
  for (const start of ends)
    for (const stop of ends)
      for (const step of [1, 2, 7, -1, -2, 2 ** 40, -(2 ** 40)])
        expect(x.slice(0, start, stop, step).toArray(), `${start}, ${stop}, ${step}`).toEqual(
          positions(5, start, stop, step).map((at) => 10 + at),
        );
});
