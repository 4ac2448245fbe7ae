/** Matrix products against doubles, by NumPy's rules for batches and vectors, in every form, and SIMD against its twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { ones, zeros } from "../../src/fill.ts";
import { transpose } from "../../src/ops/axes.ts";
import { dot, matmul, outer } from "../../src/ops/matmul.ts";
import { multiply } from "../../src/ops/products.ts";
import { slice } from "../../src/ops/view.ts";
import type { Tensor } from "../../src/tensor.ts";
import { broadcastsTo, counts, type DrawOptions, depths, sizeOf, sizes, tensorOf, valuesFrom } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { expectTable, read, table } from "../reference.ts";
import { expectElsewhere, expectInPlace, placeOf } from "./place.ts";
import { expectProduct } from "./product.ts";

function pairs(
  left: readonly number[],
  right: readonly number[],
  options?: DrawOptions,
): fc.Arbitrary<[Tensor, Tensor]> {
  return fc.tuple(tensorOf(left, options), tensorOf(right, options));
}

const work = ([m, k, n]: readonly number[]) => m * k * n;

/** Matrices of every size and layout that is quick to check; which form of kernel runs follows from them. */
const matrices = (options?: DrawOptions) =>
  fc
    .tuple(sizes, depths, sizes)
    .filter((size) => work(size) <= 150_000)
    .chain(([m, k, n]) => pairs([m, k], [k, n], options));

describe("matrices", () => {
  test("[m, k] x [k, n]", () => {
    fc.assert(
      fc.property(matrices(), ([a, b]) => {
        expectProduct(
          onBothKernels(() => matmul(a, b)),
          a,
          b,
        );
      }),
      { numRuns: 70 },
    );
  });

  test("in double storage", () => {
    fc.assert(
      fc.property(matrices({ double: true }), ([a, b]) => expectProduct(matmul(a, b), a, b)),
      { numRuns: 40 },
    );
  });

  test("special contents: the same bits from both kernels", () => {
    fc.assert(
      fc.property(matrices({ contents: "special" }), ([a, b]) => {
        onBothKernels(() => matmul(a, b));
      }),
      { numRuns: 60 },
    );
  });

  // Beyond the sizes up to which an operand counts as skinny, and beyond every block of the packed form.
  test.each([
    [49, 5, 49],
    [50, 256, 51],
    [53, 259, 63],
    [129, 3, 65],
    [131, 70, 49],
    [51, 9, 515],
    [50, 258, 513],
    [257, 3, 50],
  ])("large: [%d, %d] x [.., %d], both operands in any layout", (m, k, n) => {
    fc.assert(
      fc.property(pairs([m, k], [k, n]), ([a, b]) => {
        expectProduct(
          onBothKernels(() => matmul(a, b)),
          a,
          b,
        );
      }),
      { numRuns: 2 },
    );
  });
});

describe("batches and vectors", () => {
  const batched = fc
    .tuple(fc.array(fc.constantFrom(1, 2, 3), { maxLength: 2 }), counts, counts, counts)
    .filter(([batch, ...size]) => sizeOf(batch) * work(size) <= 20_000)
    .chain(([batch, m, k, n]) =>
      fc
        .tuple(broadcastsTo(batch), broadcastsTo(batch), fc.constantFrom("both", "left", "right"))
        .chain(([left, right, side]) =>
          pairs([...(side === "right" ? [] : left), m, k], [...(side === "left" ? [] : right), k, n]),
        ),
    );

  test("axes in front are batches and broadcast", () => {
    fc.assert(
      fc.property(batched, ([a, b]) => {
        expectProduct(
          onBothKernels(() => matmul(a, b)),
          a,
          b,
        );
      }),
    );
  });

  test("a vector is a row on the left, a column on the right", () => {
    const vectors = fc
      .tuple(counts, depths, fc.array(fc.constantFrom(1, 2, 3), { maxLength: 1 }), fc.constantFrom(0, 1, 2))
      .chain(([m, k, batch, which]) =>
        which === 0 ? pairs([k], [...batch, k, m]) : which === 1 ? pairs([...batch, m, k], [k]) : pairs([k], [k]),
      );
    fc.assert(
      fc.property(vectors, ([a, b]) => {
        expectProduct(
          onBothKernels(() => matmul(a, b)),
          a,
          b,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("nothing: sums over nothing are 0, and batches of nothing are empty", () => {
    const cases = [
      [
        [3, 0],
        [0, 4],
      ],
      [
        [2, 3, 0],
        [0, 4],
      ],
      [
        [2, 3, 0],
        [2, 0, 4],
      ],
      [[0], [0, 4]],
      [[0], [0]],
      [
        [0, 3, 2],
        [2, 4],
      ],
      [
        [0, 3, 2],
        [1, 2, 4],
      ],
      [
        [0, 5],
        [5, 4],
      ],
      [
        [4, 5],
        [5, 0],
      ],
    ];
    for (const [left, right] of cases) {
      const [a, b] = [ones(left), ones(right)];
      expectProduct(
        onBothKernels(() => matmul(a, b)),
        a,
        b,
      );
    }
  });

  test("dot and outer", () => {
    const vectors = fc.tuple(sizes, sizes).chain(([m, n]) => fc.tuple(tensorOf([m]), tensorOf([m]), tensorOf([n])));
    fc.assert(
      fc.property(vectors, ([a, b, c]) => {
        expectProduct(
          onBothKernels(() => dot(a, b)),
          a,
          b,
        );
        const [s, t] = [read(a), read(c)];
        const wanted = table([a.size, c.size], ([i, j]) => Math.fround(s.values[i] * t.values[j]));
        expectTable(
          onBothKernels(() => outer(a, c)),
          wanted,
        );
      }),
    );
    expect(outer(ones([2, 3]), ones([2, 1])).shape).toEqual([6, 2]);
  });
});

test("refusals", () => {
  expect(() => matmul(ones([32, 784]), ones([20, 784]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: matmul: inner sizes differ: [32, 784] x [20, 784] (784 != 20); transpose the second operand?]`,
  );
  expect(() => matmul(ones([2, 3]), ones([2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: matmul: inner sizes differ: [2, 3] x [2] (3 != 2)]`,
  );
  expect(() => matmul(ones([2, 2, 3]), ones([3, 3, 4]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: matmul: shapes [2] and [3] do not broadcast: 2 != 3 at axis -1; sizes must agree or be 1]`,
  );
  expect(() => matmul(tensor(1), ones([2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: matmul: [] x [2]: scalars have no matrix product; use mul]`,
  );
  expect(() => dot(zeros([2]), zeros([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: dot: needs two vectors of one length, got [2] and [3]; see matmul]`,
  );
  expect(() => dot(zeros([2, 2]), zeros([2, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: dot: needs two vectors of one length, got [2, 2] and [2, 2]; see matmul]`,
  );
});

describe("a place for the product", () => {
  const product = (a: Tensor, b: Tensor) => (into?: Tensor) => multiply(a, b, into);

  test("is written by the flat form, and nothing beside it", () => {
    const few = fc.integer({ min: 1, max: 48 });
    const operands = fc
      .tuple(few, depths, fc.integer({ min: 49, max: 70 }))
      .chain(([m, k, n]) => fc.tuple(tensorOf([k, m]), fc.constant(k * n), fc.constant([k, n] as const)));
    fc.assert(
      fc.property(operands, fc.integer(), ([columns, size, [k, n]], seed) => {
        const b = tensor(valuesFrom(seed, size), [k, n]);
        expectInPlace(product(transpose(columns), b), placeOf([columns.shape[1], n]));
      }),
      { numRuns: 40 },
    );
  });

  test("is filled by the flat form however it lies in memory", () => {
    const [a, b] = [ones([20, 70]), ones([70, 60])];
    for (const place of [
      placeOf([20, 60]),
      placeOf([20, 60], [1, 0]),
      zeros([20, 60]),
      toFloat64(zeros([20, 60])),
      slice(placeOf([20, 61]), 1, 0, 60),
    ])
      expectInPlace(product(a, b), place);
  });

  test("is left alone if another form runs, or none", () => {
    for (const [m, k, n] of [
      [60, 70, 60],
      [20, 0, 60],
    ])
      expectElsewhere(product(ones([m, k]), ones([k, n])), placeOf([m, n]));
    expectElsewhere(product(ones([20, 70]), transpose(ones([60, 70]))), placeOf([20, 60]));
  });
});
