/** softmax, logSoftmax and logSumExp against doubles, and where exponentials would overflow. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { zeros } from "../../src/fill.ts";
import { toArray } from "../../src/ops/reading.ts";
import { logSoftmax, logSumExp, softmax } from "../../src/ops/softmax.ts";
import type { Tensor } from "../../src/tensor.ts";
import { axisOf, type DrawOptions, tensors } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, read, reduceTable, type Table, table } from "../reference.ts";

const cases = (options: DrawOptions) =>
  tensors(options, 1)
    .filter((x) => x.size > 0)
    .chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape)));

const both = fc.oneof(cases({}), cases({ double: true }));

/** ln sum e^x along an axis, which stays with size one. */
function logSums(t: Table, axis: number): Table {
  return reduceTable((values) => Math.log(values.reduce((sum, x) => sum + Math.exp(x), 0)), t, [axis], true);
}

/**
 * A few roundings of numbers up to 8 + 6 (contents are below 4, so differences below 8; ln 70 < 6), to the unit of the
 * storage. In double storage the reference errs as much.
 */
const errorOf = (x: Tensor) => 16 * (x.data instanceof Float64Array ? 2 ** -50 : 2 ** -23);

describe("against doubles", () => {
  test("softmax is e^x over its sum", () => {
    fc.assert(
      fc.property(both, ([x, axis]) => {
        const [t, error] = [read(x), errorOf(x)];
        const sums = logSums(t, axis);
        const wanted = table(t.shape, (index) => Math.exp(at(t, index) - at(sums, index.with(axis, 0))));
        const run = (named?: number) => onBothKernels(() => softmax(x, named));
        expectTable(run(axis), wanted, (value) => error * value);
        if (axis === x.rank - 1) expectTable(run(), wanted, (value) => error * value);
      }),
      { numRuns: 50 },
    );
  });

  test("logSoftmax is x less the logarithm of the sum", () => {
    fc.assert(
      fc.property(both, ([x, axis]) => {
        const [t, error] = [read(x), errorOf(x)];
        const sums = logSums(t, axis);
        const wanted = table(t.shape, (index) => at(t, index) - at(sums, index.with(axis, 0)));
        expectTable(
          onBothKernels(() => logSoftmax(x, axis - x.rank)),
          wanted,
          error,
        );
      }),
      { numRuns: 50 },
    );
  });

  test("logSumExp, over one axis or several", () => {
    fc.assert(
      fc.property(both, fc.boolean(), ([x, axis], keepDims) => {
        const [t, error] = [read(x), errorOf(x)];
        const { shape, values } = logSums(t, axis);
        const wanted = { shape: keepDims ? shape : shape.toSpliced(axis, 1), values };
        expectTable(
          onBothKernels(() => logSumExp(x, axis, { keepDims })),
          wanted,
          error,
        );
        const all = Math.log(t.values.reduce((sum, value) => sum + Math.exp(value), 0));
        expect(Math.abs(logSumExp(x).item() - all)).toBeLessThanOrEqual(error);
      }),
      { numRuns: 50 },
    );
  });

  test("special contents: the same bits from both kernels", () => {
    fc.assert(
      fc.property(cases({ contents: "special" }), ([x, axis]) => {
        onBothKernels(() => softmax(x, axis));
        onBothKernels(() => logSoftmax(x, axis));
        onBothKernels(() => logSumExp(x, axis));
      }),
      { numRuns: 50 },
    );
  });
});

describe("at the ends of the range", () => {
  test("no exponential overflows, and none that matters underflows", () => {
    const x = tensor([3e38, 3e38, -3e38]);
    expect(toArray(softmax(x))).toEqual([0.5, 0.5, 0]);
    expect(logSumExp(x).item()).toBe(Math.fround(3e38));
    expect(toArray(logSoftmax(tensor([0, -1000])))).toEqual([0, -1000]);
    expect(logSumExp(tensor([-1000, -1000])).item()).toBe(Math.fround(-1000 + Math.LN2));
  });

  test("infinities", () => {
    const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(toArray(softmax(tensor([least, 0, 0])))).toEqual([0, 0.5, 0.5]);
    expect(toArray(logSoftmax(tensor([least, 0])))).toEqual([least, 0]);
    expect(logSumExp(tensor([least, least])).item()).toBe(least);
    expect(logSumExp(tensor([most, 0])).item()).toBe(most);
    expect(toArray(softmax(tensor([least, least])))).toEqual([Number.NaN, Number.NaN]);
    // As PyTorch: NaN throughout.
    for (const x of [
      [most, 1, 2],
      [most, 1000],
      [most, most],
      [Number.NaN, 1],
    ]) {
      expect(toArray(softmax(tensor(x)))).toEqual(x.map(() => Number.NaN));
      expect(toArray(logSoftmax(tensor(x)))).toEqual(x.map(() => Number.NaN));
    }
  });

  test("of no elements, as PyTorch", () => {
    expect(softmax(zeros([5, 0])).shape).toEqual([5, 0]);
    expect(softmax(zeros([0, 5])).shape).toEqual([0, 5]);
    expect(logSoftmax(zeros([5, 0]), 1).shape).toEqual([5, 0]);
    const none = Number.NEGATIVE_INFINITY;
    expect(toArray(logSumExp(zeros([3, 0]), 1))).toEqual([none, none, none]);
    expect(toArray(logSumExp(zeros([0])))).toBe(none);
    expect(logSumExp(zeros([0, 3]), 1).shape).toEqual([0]);
  });

  test("there is no softmax of a scalar", () => {
    expect(() => softmax(tensor(1))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: softmax: axis -1 is out of range for rank 0; a scalar has no axes]`,
    );
  });
});
