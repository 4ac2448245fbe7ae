/** Reductions against doubles, over any axes of any layout, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { ShapeError } from "../../src/errors.ts";
import { ones, zeros } from "../../src/fill.ts";
import * as ops from "../../src/ops/index.ts";
import type { Axes } from "../../src/shape.ts";
import type { Tensor } from "../../src/tensor.ts";
import { broadcastsTo, type DrawOptions, tensors } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { expectTable, floatUlp, read, reduceTable, rounded, type Table } from "../reference.ts";

/** A tensor, axes as a caller may name them, and the same axes in full. */
function reductions(options: DrawOptions, nonEmpty = false): fc.Arbitrary<[Tensor, Axes, number[]]> {
  return tensors(options)
    .filter((x) => !nonEmpty || x.size > 0)
    .chain((x) =>
      fc
        .tuple(fc.subarray([...x.shape.keys()]), fc.constantFrom("list", "negative", "all", "one"))
        .map(([axes, form]) => {
          const all = [...x.shape.keys()];
          if (form === "all" || (form === "one" && axes.length !== 1)) return [x, undefined, all];
          if (form === "one") return [x, axes[0], axes];
          return [x, form === "list" ? axes.toReversed() : axes.map((axis) => axis - x.rank), axes];
        }),
    );
}

const total = (values: number[]) => values.reduce((sum, x) => sum + x, 0);
const magnitude = (values: number[]) => values.reduce((sum, x) => sum + Math.abs(x), 0);

type Reduce = (x: Tensor, axes?: Axes, options?: ops.ReduceOptions) => Tensor;

interface Expectation {
  readonly f: Reduce;
  readonly wanted: (values: number[]) => number;
  /** How far rounding in double precision may take it, before the one rounding to float32. */
  readonly error: (values: number[]) => number;
  /** Whether nothing has no value. */
  readonly nonEmpty?: boolean;
}

/** For n summands, recursive summation errs by at most n 2^-53 sum|x| (Higham, Accuracy and Stability, 4.2); so does ours. */
const EXPECTED: Record<string, Expectation> = {
  sum: { f: ops.sum, wanted: total, error: (values) => 2 * values.length * 2 ** -53 * magnitude(values) },
  prod: {
    f: ops.prod,
    wanted: (values) => values.reduce((product, x) => product * x, 1),
    // Or what is lost where a product on the way is subnormal.
    error: (values) => 2 * values.length * 2 ** -53 * Math.abs(values.reduce((product, x) => product * x, 1)) + 1e-300,
  },
  max: { f: ops.max, wanted: (values) => values.reduce((a, b) => Math.max(a, b)), error: () => 0, nonEmpty: true },
  min: { f: ops.min, wanted: (values) => values.reduce((a, b) => Math.min(a, b)), error: () => 0, nonEmpty: true },
  norm: {
    f: ops.norm,
    wanted: (values) => Math.sqrt(total(values.map((x) => x * x))),
    error: (values) => 2 * values.length * 2 ** -53 * Math.sqrt(total(values.map((x) => x * x))),
  },
};

/** Asserts a reduction that rounds to float32 once: at most half a unit in the last place beyond the doubles' error. */
function expectReduction(
  result: Tensor,
  x: Tensor,
  axes: number[],
  keep: boolean,
  { wanted, error }: Expectation,
): void {
  const t = read(x);
  const errors = reduceTable(error, t, axes).values;
  const exact = x.data instanceof Float64Array;
  expectTable(result, rounded(reduceTable(wanted, t, axes, keep), x), (value, i) => {
    if (errors[i] === 0 || !Number.isFinite(errors[i])) return 0;
    return errors[i] + (exact ? 0 : floatUlp(value));
  });
}

const KINDS: [string, DrawOptions][] = [
  ["ordinary", {}],
  ["special", { contents: "special" }],
  ["double", { double: true }],
];

describe.each(KINDS)("of %s contents", (_, options) => {
  // A product of extremes overflows or not by the order of its factors.
  const expectations = Object.entries(EXPECTED).filter(([name]) => name !== "prod" || options.contents !== "special");

  test.each(expectations)("%s", (_, expectation) => {
    fc.assert(
      fc.property(reductions(options, expectation.nonEmpty), fc.boolean(), ([x, axes, all], keepDims) => {
        expectReduction(
          onBothKernels(() => expectation.f(x, axes, { keepDims })),
          x,
          all,
          keepDims,
          expectation,
        );
      }),
      { numRuns: 60 },
    );
  });
});

test("prod of special contents: the same bits from both kernels", () => {
  fc.assert(
    fc.property(reductions({ contents: "special" }), ([x, axes]) => {
      onBothKernels(() => ops.prod(x, axes));
    }),
  );
});

describe("moments", () => {
  test("mean: the sum over the count, each rounded once", () => {
    const mean: Expectation = {
      f: ops.mean,
      wanted: (values) => total(values) / values.length,
      error: (values) => (2 ** -52 + 2 ** -23 / values.length) * magnitude(values),
    };
    fc.assert(
      fc.property(reductions({}), fc.boolean(), ([x, axes, all], keepDims) => {
        expectReduction(
          onBothKernels(() => ops.mean(x, axes, { keepDims })),
          x,
          all,
          keepDims,
          mean,
        );
      }),
    );
  });

  test.each([0, 1])("variance and std, correction %d", (correction) => {
    const squares = (values: number[]) => {
      const mean = total(values) / values.length;
      return total(values.map((x) => (x - mean) ** 2));
    };
    // In double precision, rounded once to float32, and the root once more. 1e-12 is for a thousand roundings of doubles.
    const variance = (values: number[]) => squares(values) / Math.max(0, values.length - correction);
    fc.assert(
      fc.property(fc.oneof(reductions({}, true), reductions({ double: true }, true)), ([x, axes, all]) => {
        const unit = x.data instanceof Float64Array ? () => 0 : floatUlp;
        const own = { correction };
        const near = (wanted: number, i: number) => unit(wanted) + 1e-12 * slack[i] ** 2;
        const slack = reduceTable((values) => Math.max(...values.map(Math.abs)), read(x), all).values;
        const wanted = reduceTable(variance, read(x), all);
        fc.pre(wanted.values.every((value) => value !== Number.POSITIVE_INFINITY));
        expectTable(
          onBothKernels(() => ops.variance(x, axes, own)),
          wanted,
          near,
        );
        const root: Table = { shape: wanted.shape, values: wanted.values.map(Math.sqrt) };
        expectTable(
          onBothKernels(() => ops.std(x, axes, own)),
          root,
          (value, i) => 2 * unit(value) + (1e-12 * slack[i] ** 2) / Math.max(value, 1e-6 * slack[i]),
        );
        if (correction === 1) expect(ops.variance(x, axes).data).toEqual(ops.variance(x, axes, own).data);
      }),
    );
  });

  test("std neither overflows nor vanishes where the variance would, in float32", () => {
    const near = (y: Tensor, wanted: number) => expect(Math.abs(y.item() / wanted - 1)).toBeLessThan(2 ** -23);
    near(ops.std(tensor([1e20, 2e20, 4e20])), 1.52752523165e20); // PyTorch has 1.53e20
    near(ops.std(tensor([1e-25, 2e-25, 4e-25])), 1.52752523165e-25);
    expect(ops.variance(tensor([1e20, 2e20, 4e20])).item()).toBe(Number.POSITIVE_INFINITY);
    expect(ops.variance(tensor([1e-25, 2e-25, 4e-25])).item()).toBe(0);
  });

  test("known values", () => {
    const x = tensor([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([ops.std(x, 0, { correction: 0 }).item(), ops.variance(x).item()]).toEqual([2, Math.fround(32 / 7)]);
    expect(ops.variance(tensor([[1, 3]]), 1, { keepDims: true }).shape).toEqual([1, 1]);
    expect(ops.std(tensor([5])).item()).toBeNaN();
    expect(ops.mean(zeros([0])).item()).toBeNaN();
  });
});

describe("sumTo", () => {
  test("sums what broadcasting has stretched, and only that", () => {
    const cases = tensors({ contents: "integer" }).chain((x) => fc.tuple(fc.constant(x), broadcastsTo(x.shape)));
    fc.assert(
      fc.property(cases, ([x, shape]) => {
        const lead = x.rank - shape.length;
        const axes = [...x.shape.keys()].filter((axis) => axis < lead || shape[axis - lead] !== x.shape[axis]);
        const wanted = reduceTable(total, read(x), axes, true);
        // Sums of small integers are exact, but for the sign of zero.
        const got = onBothKernels(() => ops.add(ops.sumTo(x, shape), 0));
        expectTable(got, { shape, values: wanted.values.map((value) => value + 0) });
      }),
    );
    expect(ops.sumTo(ones([2, 3]), []).item()).toBe(6);
  });

  test("refuses shapes that do not broadcast to that of x", () => {
    for (const shape of [[2], [6], [3, 2], [1, 2, 3], [2, 3, 1]])
      expect(() => ops.sumTo(ones([2, 3]), shape)).toThrow(ShapeError);
    expect(() => ops.sumTo(ones([2, 3]), [3, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sumTo: [3, 2] does not expand to [2, 3] at axis 0]`,
    );
    expect(() => ops.sumTo(ones([3]), [2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sumTo: [2, 3] does not expand to [3], which has fewer axes]`,
    );
  });
});

test("refusals", () => {
  expect(() => ops.max(zeros([2, 0]), 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: max: axis 1 of [2, 0] is empty; the max of no elements is undefined]`,
  );
  expect(() => ops.min(zeros([0]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: min: axis 0 of [0] is empty; the min of no elements is undefined]`,
  );
  expect(() => ops.sum(ones([2, 3]), 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis 2 is out of range for rank 2; use -2 to 1]`,
  );
  expect(() => ops.sum(ones([2, 3]), [0, -2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis 0 is named twice in [0, -2]]`,
  );
  expect(() => ops.mean(ones([2, 3]), 0.5)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: mean: axis 0.5 is out of range for rank 2; use -2 to 1]`,
  );
});
