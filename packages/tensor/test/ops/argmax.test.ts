/** argmax, argmin and cumsum: along one axis of any layout, against their definitions. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { ones, zeros } from "../../src/fill.ts";
import * as ops from "../../src/ops/index.ts";
import { axisOf, type DrawOptions, tensors } from "../arbitraries.ts";
import { expectTable, floatUlp, read, reduceTable, rounded, table } from "../reference.ts";

describe("along one axis", () => {
  const withAxis = (options: DrawOptions) =>
    tensors(options, 1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape), fc.boolean()));

  test("argmax and argmin: the first of the extremes, and NaN beats all", () => {
    const first = (values: number[], beats: (a: number, b: number) => boolean) => {
      const missing = values.findIndex(Number.isNaN);
      return missing >= 0 ? missing : values.findIndex((x) => values.every((y) => !beats(y, x)));
    };
    const cases = fc.oneof(withAxis({ contents: "integer" }), withAxis({ contents: "special" }));
    fc.assert(
      fc.property(cases, ([x, axis, negative]) => {
        fc.pre(x.size > 0);
        const [t, named] = [read(x), negative ? axis - x.rank : axis];
        const wanted = (beats: (a: number, b: number) => boolean, of: number[]) =>
          Int32Array.from(reduceTable((values) => first(values, beats), t, of).values);
        expect(ops.argmax(x, named)).toEqual(wanted((a, b) => a > b, [axis]));
        expect(ops.argmin(x, named)).toEqual(wanted((a, b) => a < b, [axis]));
        const all = [...x.shape.keys()];
        expect(ops.argmax(x)).toEqual(wanted((a, b) => a > b, all));
        expect(ops.argmin(x)).toEqual(wanted((a, b) => a < b, all));
      }),
      { numRuns: 50 },
    );
    expect(ops.argmax(zeros([3, 0]), 0)).toEqual(new Int32Array(0));
  });

  test("cumsum: running sums in double precision", () => {
    fc.assert(
      fc.property(fc.oneof(withAxis({}), withAxis({ double: true })), ([x, axis, negative]) => {
        const { shape, values } = read(x);
        const step = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
        let i = 0;
        const sums: number[] = [];
        const wanted = table(shape, (index) => {
          sums.push(values[i] + (index[axis] > 0 ? sums[i - step] : 0));
          return sums[i++];
        });
        const unit = x.data instanceof Float64Array ? 0 : 1;
        const near = (value: number) => unit * floatUlp(value);
        expectTable(ops.cumsum(x, negative ? axis - x.rank : axis), rounded(wanted, x), near);
      }),
      { numRuns: 50 },
    );
  });
});

test("refusals", () => {
  expect(() => ops.argmax(zeros([3, 0]), 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: argmax: axis 1 of [3, 0] is empty; the argmax of no elements is undefined]`,
  );
  expect(() => ops.argmin(zeros([0]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: argmin: axis 0 of [0] is empty; the argmin of no elements is undefined]`,
  );
  expect(() => ops.argmin(ones([2]), -2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: argmin: axis -2 is out of range for rank 1; use -1 to 0]`,
  );
  expect(() => ops.cumsum(tensor(1), 0)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: cumsum: axis 0 is out of range for rank 0; a scalar has no axes]`,
  );
});
