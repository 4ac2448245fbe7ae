/** Sizes, strides, axes and broadcasting: known answers, and NumPy's rule as a property. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as s from "../src/shape.ts";
import { broadcastsTo, shapes } from "./arbitraries.ts";
import { commonShape } from "./reference.ts";

describe("sizes and strides", () => {
  test.each<[number[], number, number[]]>([
    [[], 1, []],
    [[3], 3, [1]],
    [[2, 3, 4], 24, [12, 4, 1]],
    [[2, 0, 4], 0, [0, 4, 1]],
  ])("%j has %d elements and strides %j", (shape, size, strides) => {
    expect([s.sizeOf(shape), s.stridesOf(shape)]).toEqual([size, strides]);
  });

  test("shapes are the same if all sizes are", () => {
    expect([s.sameShape([2, 3], [2, 3]), s.sameShape([2, 3], [3, 2]), s.sameShape([2], [2, 1])]).toEqual([
      true,
      false,
      false,
    ]);
    expect(s.show([2, 3])).toBe("[2, 3]");
  });
});

describe("axes", () => {
  test("count from the front or from the end", () => {
    expect([0, 2, -1, -3].map((axis) => s.resolveAxis("f", axis, 3))).toEqual([0, 2, 2, 0]);
    expect(s.resolveAxes("f", undefined, 3)).toEqual([0, 1, 2]);
    expect(s.resolveAxes("f", -1, 3)).toEqual([2]);
    expect(s.resolveAxes("f", [-1, 0], 3)).toEqual([0, 2]);
    expect(s.resolveAxes("f", [], 3)).toEqual([]);
    // As numbers, not as text.
    expect(s.resolveAxes("f", [10, 9], 11)).toEqual([9, 10]);
  });

  test("reduced axes are gone, or kept with size one", () => {
    expect(s.reducedShape([2, 3, 4], [0, 2], false)).toEqual([3]);
    expect(s.reducedShape([2, 3, 4], [0, 2], true)).toEqual([1, 3, 1]);
  });
});

describe("broadcasting", () => {
  test("shapes cut from one broadcast together by NumPy's rule", () => {
    const cases = shapes().chain((target) => fc.array(broadcastsTo(target), { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(cases, (list) => {
        expect(s.broadcastShapes("f", ...list)).toEqual(commonShape(...list));
      }),
    );
    expect(s.broadcastShapes("f")).toEqual([]);
    expect(s.broadcastShapes("f", [1], [0])).toEqual([0]);
  });

  test("stretched axes stand still", () => {
    expect(s.broadcastStrides("f", [3, 1], [7, 5], [2, 3, 4])).toEqual([0, 7, 0]);
    expect(s.broadcastStrides("f", [3, 1], [7, 5], [3, 1])).toEqual([7, 5]);
    expect(s.broadcastStrides("f", [1], [9], [0])).toEqual([0]);
  });
});

test("refusals", () => {
  expect(() => s.checkShape("zeros", [2, -1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: zeros: [2, -1] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => s.checkShape("zeros", [0.5])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: zeros: [0.5] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => s.checkShape("zeros", [Number.NaN])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: zeros: [NaN] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => s.resolveAxis("sum", 2, 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis 2 is out of range for rank 2; use -2 to 1]`,
  );
  expect(() => s.resolveAxis("sum", -3, 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis -3 is out of range for rank 2; use -2 to 1]`,
  );
  expect(() => s.resolveAxis("sum", 0.5, 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis 0.5 is out of range for rank 2; use -2 to 1]`,
  );
  expect(() => s.resolveAxis("sum", 0, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis 0 is out of range for rank 0; a scalar has no axes]`,
  );
  expect(() => s.resolveAxes("sum", [1, 0, -1], 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: axis 1 is named twice in [1, 0, -1]]`,
  );
  expect(() => s.broadcastShapes("add", [2, 3], [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: add: shapes [2, 3] and [2] do not broadcast: 3 != 2 at axis -1; sizes must agree or be 1]`,
  );
  expect(() => s.broadcastShapes("add", [0], [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: add: shapes [0] and [2] do not broadcast: 0 != 2 at axis -1; sizes must agree or be 1]`,
  );
  expect(() => s.broadcastStrides("broadcastTo", [3], [1], [4])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: broadcastTo: [3] does not expand to [4] at axis 0]`,
  );
  expect(() => s.broadcastStrides("broadcastTo", [2, 3], [3, 1], [3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: broadcastTo: [2, 3] does not expand to [3], which has fewer axes]`,
  );
});
