/** equals and allClose, with the corners of floating point. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { clone, toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { full, zeros } from "../../src/fill.ts";
import { allClose, equals } from "../../src/ops/reading.ts";
import { broadcasting, sizeOf, tensors } from "../arbitraries.ts";
import { mapTables, read } from "../reference.ts";

test("a tensor equals its copy, unless one element is changed", () => {
  fc.assert(
    fc.property(tensors({ contents: "integer" }), fc.nat(), (x, seed) => {
      const y = clone(x);
      expect([equals(x, y), equals(y, x), allClose(x, y)]).toEqual([true, true, true]);
      if (x.size === 0) return;
      y.data[seed % x.size] += 0.25;
      expect([equals(x, y), allClose(x, y), allClose(x, y, { absolute: 0.25 })]).toEqual([false, false, true]);
    }),
  );
});

test("allClose broadcasts: every pair is within the tolerance", () => {
  const tolerance = fc.record({ relative: fc.constantFrom(0, 0.1, 1), absolute: fc.constantFrom(0, 0.5, 2) });
  fc.assert(
    fc.property(broadcasting(2), tolerance, ([a, b], { relative, absolute }) => {
      const apart = mapTables((x, y) => Math.abs(x - y) - absolute - relative * Math.abs(y), read(a), read(b));
      expect(allClose(a, b, { relative, absolute })).toBe(apart.values.every((value) => value <= 0));
      expect(apart.values.length).toBe(sizeOf(apart.shape));
    }),
  );
});

test("shapes must be the same to be equal", () => {
  expect([
    equals(zeros([2]), zeros([1, 2])),
    equals(zeros([1]), zeros([2])),
    equals(zeros([0]), zeros([0, 3])),
  ]).toEqual([false, false, false]);
  expect(() => allClose(zeros([2]), zeros([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: allClose: shapes [2] and [3] do not broadcast: 2 != 3 at axis -1; sizes must agree or be 1]`,
  );
});

test("zeros, NaN and infinities", () => {
  const [most, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
  expect(equals(tensor([-0]), tensor([0]))).toBe(true);
  for (const f of [equals, allClose]) {
    expect(f(tensor([nan]), tensor([nan]))).toBe(false);
    expect(f(tensor([most]), tensor([most]))).toBe(true);
    expect(f(tensor([most]), tensor([-most]))).toBe(false);
    expect(f(tensor([1]), tensor([most]))).toBe(false);
    expect(f(tensor([most]), tensor([1]))).toBe(false);
  }
});

test("the defaults are 1e-5 relative, to the second, and 1e-8 absolute", () => {
  const close = (x: number, y: number) => allClose(toFloat64(full([1], x)), tensor(Float64Array.of(y)));
  expect([close(1, 1 + 0.9e-5), close(1, 1 + 1.1e-5), close(0, 0.9e-8), close(0, 1.1e-8)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(allClose(tensor([1.5]), tensor([1]), { relative: 0.5 })).toBe(true);
  expect(allClose(tensor([1]), tensor([1.5]), { relative: 0.3 })).toBe(false);
});
