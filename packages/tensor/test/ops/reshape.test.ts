/** reshape, view and flatten: the same elements in row-major order, in place exactly where strides allow it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { ShapeError } from "../../src/errors.ts";
import * as v from "../../src/ops/index.ts";
import type { Tensor } from "../../src/tensor.ts";
import { axisOf, sizeOf, tensors } from "../arbitraries.ts";
import { expectTable, indices, read } from "../reference.ts";

const withAxis = tensors({}, 1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape)));

/** Whether one stride per axis of `shape` visits the elements of `x` in row-major order. */
function fitsInPlace(x: Tensor, shape: readonly number[]): boolean {
  const places = indices(x.shape).map((index) => index.reduce((sum, i, axis) => sum + i * x.strides[axis], 0));
  const steps = shape.map((size, axis) => (size > 1 ? places[sizeOf(shape.slice(axis + 1))] - places[0] : 0));
  return indices(shape).every(
    (index, i) => places[i] === index.reduce((sum, k, axis) => sum + k * steps[axis], places[0]),
  );
}

/** Another shape of the same size: the prime factors, dealt out again. */
const reshapes = tensors().chain((x) => {
  const factors = [2, 3, 5, 7, 11, 13, 17, 31].flatMap((p) => {
    const list: number[] = [];
    for (let n = x.size; n > 0 && n % p === 0; n /= p) list.push(p);
    return list;
  });
  const other = fc.integer({ min: 1, max: 4 }).chain((rank) =>
    fc.array(fc.nat(rank - 1), { minLength: factors.length, maxLength: factors.length }).map((axes) => {
      const shape = factors.reduce(
        (list, p, i) => list.with(axes[i], list[axes[i]] * p),
        new Array<number>(rank).fill(1),
      );
      return x.size === 0 ? shape.with(0, 0) : shape;
    }),
  );
  return fc.tuple(fc.constant(x), other);
});

describe("other shapes", () => {
  test("reshape keeps the row-major order, view does in place what can be done in place", () => {
    fc.assert(
      fc.property(reshapes, ([x, shape]) => {
        const wanted = { shape, values: read(x).values };
        const y = v.reshape(x, shape);
        expectTable(y, wanted);
        const unknown = shape.findIndex((size) => size > 0);
        if (x.size > 0) expectTable(v.reshape(x, shape.with(unknown, -1)), wanted);
        if (fitsInPlace(x, shape)) {
          expect(y.storage).toBe(x.storage);
          const viewed = v.view(x, shape);
          expect(viewed.storage).toBe(x.storage);
          expectTable(viewed, wanted);
        } else expect(() => v.view(x, shape)).toThrow(ShapeError);
      }),
      { numRuns: 400 },
    );
  });

  test("flatten merges a range of axes", () => {
    fc.assert(
      fc.property(withAxis, fc.nat(), ([x, from], seed) => {
        const to = from + (seed % (x.rank - from));
        const merged = sizeOf(x.shape.slice(from, to + 1));
        const wanted = { shape: x.shape.toSpliced(from, to - from + 1, merged), values: read(x).values };
        expectTable(v.flatten(x, from - x.rank, to), wanted);
        expectTable(v.flatten(x), { shape: [x.size], values: wanted.values });
      }),
    );
    expect(v.flatten(tensor(3)).shape).toEqual([1]);
  });
});
