/** sort, argsort, topK and argTopK: along one axis of any layout, against a plain sort of every line. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { zeros } from "../../src/fill.ts";
import { argsort, argTopK, sort, topK } from "../../src/ops/order.ts";
import { toArray } from "../../src/ops/reading.ts";
import { axisOf, type DrawOptions, tensors } from "../arbitraries.ts";
import { at, expectTable, indices, read, type Table, table } from "../reference.ts";

/** A tensor, an axis of it, and the same axis as a caller may name it. */
const withAxis = (options: DrawOptions) =>
  tensors(options, 1).chain((x) =>
    fc.tuple(
      fc.constant(x),
      axisOf(x.shape).chain((axis) => fc.constantFrom([axis, axis] as const, [axis, axis - x.rank] as const)),
    ),
  );

const drawn = fc.oneof(
  withAxis({ contents: "integer" }), // with many ties
  withAxis({ contents: "special" }),
  withAxis({ contents: "special", double: true }),
);

/** Positions in order: among equals the first comes first, and NaN is the largest. */
function order(values: readonly number[], descending: boolean): number[] {
  const rank = (x: number) => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : x);
  const comesBefore = (i: number, j: number) => {
    const [a, b] = [values[i], values[j]];
    if (Object.is(a, b) || a === b) return i < j;
    const isLess = rank(a) === rank(b) ? Number.isNaN(b) : rank(a) < rank(b);
    return descending ? !isLess : isLess;
  };
  // Each goes where as many stand before it as come before it.
  const result = new Array<number>(values.length);
  for (const i of values.keys()) result[[...values.keys()].filter((j) => comesBefore(j, i)).length] = i;
  return result;
}

/** The positions of the first `count` in every line along an axis. */
function orders(t: Table, axis: number, descending: boolean, count: number): Table {
  const lineAt = (index: readonly number[]) =>
    Array.from({ length: t.shape[axis] }, (_, i) => at(t, index.with(axis, i)));
  const known = new Map<string, number[]>();
  return table(t.shape.with(axis, count), (index) => {
    const key = String(index.with(axis, 0));
    if (!known.has(key)) known.set(key, order(lineAt(index), descending));
    return known.get(key)?.[index[axis]] ?? Number.NaN;
  });
}

/** What is at the positions. */
const picked = (t: Table, axis: number, positions: Table): Table =>
  table(positions.shape, (index) => at(t, index.with(axis, at(positions, index))));

describe("against a plain sort", () => {
  test("argsort and sort, ascending and descending: ties keep their order, NaN is the largest", () => {
    fc.assert(
      fc.property(drawn, fc.boolean(), ([x, [axis, named]], descending) => {
        const t = read(x);
        const wanted = orders(t, axis, descending, x.shape[axis]);
        expect(argsort(x, named, { descending })).toEqual(Int32Array.from(wanted.values));
        expectTable(sort(x, named, { descending }), picked(t, axis, wanted));
        if (!descending) expect(argsort(x, named)).toEqual(Int32Array.from(wanted.values));
        if (!descending && axis === x.rank - 1) expectTable(sort(x), picked(t, axis, wanted));
      }),
    );
  });

  test("argTopK and topK: the first k of the descending order", () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ([x, [axis, named]], seed) => {
        const [t, k] = [read(x), seed % (x.shape[axis] + 1)];
        const wanted = orders(t, axis, true, k);
        expect(argTopK(x, k, named)).toEqual(Int32Array.from(wanted.values));
        expectTable(topK(x, k, named), picked(t, axis, wanted));
        if (axis === x.rank - 1) expectTable(topK(x, k), picked(t, axis, wanted));
      }),
    );
  });

  test("known values", () => {
    const x = tensor([
      [3, Number.NaN, 1, 3],
      [0, -0, Number.NEGATIVE_INFINITY, 2],
    ]);
    expect([...argsort(x)]).toEqual([2, 0, 3, 1, 2, 0, 1, 3]);
    expect([...argsort(x, 1, { descending: true })]).toEqual([1, 0, 3, 2, 3, 0, 1, 2]);
    expect([...argsort(x, 0)]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(toArray(topK(x, 2))).toEqual([
      [Number.NaN, 3],
      [2, 0],
    ]);
    expect(indices(topK(x, 1, 0).shape).length).toBe(4);
  });

  test("without elements the shapes are right all the same", () => {
    expect([sort(zeros([0, 3])), sort(zeros([3, 0])), sort(zeros([0, 3]), 0)].map(({ shape }) => shape)).toEqual([
      [0, 3],
      [3, 0],
      [0, 3],
    ]);
    expect([topK(zeros([0, 3]), 2), topK(zeros([3, 2]), 0)].map(({ shape }) => shape)).toEqual([
      [0, 2],
      [3, 0],
    ]);
    expect(argsort(zeros([3, 0]))).toEqual(new Int32Array(0));
  });
});

test("refusals", () => {
  expect(() => sort(zeros([2, 3]), 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: argsort: axis 2 is out of range for rank 2; use -2 to 1]`,
  );
  expect(() => argsort(tensor(1))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: argsort: axis -1 is out of range for rank 0; a scalar has no axes]`,
  );
  expect(() => topK(zeros([2, 3]), 4)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: topK: k must be an integer from 0 to 3, the size of axis 1 of [2, 3], got 4]`,
  );
  expect(() => argTopK(zeros([2, 3]), -1, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: topK: k must be an integer from 0 to 2, the size of axis 0 of [2, 3], got -1]`,
  );
  expect(() => topK(zeros([2, 3]), 1.5)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: topK: k must be an integer from 0 to 3, the size of axis 1 of [2, 3], got 1.5]`,
  );
  expect(() => topK(zeros([2, 3]), 1, -3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: topK: axis -3 is out of range for rank 2; use -2 to 1]`,
  );
});
