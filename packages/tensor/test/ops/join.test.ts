/** concat, stack and oneHot against tables, exactly. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { ones, zeros } from "../../src/fill.ts";
import { concat, oneHot, stack } from "../../src/ops/join.ts";
import { toArray } from "../../src/ops/reading.ts";
import { axisOf, counts, shapes, sizes, tensorOf } from "../arbitraries.ts";
import { at, expectTable, read, table } from "../reference.ts";

test("concat joins along an axis", () => {
  const cases = shapes(1, 3).chain((shape) =>
    axisOf(shape).chain((axis) =>
      fc.tuple(
        fc.constant(axis),
        fc.array(
          sizes.chain((size) => tensorOf(shape.with(axis, Math.min(size, 5)), { contents: "special" })),
          { minLength: 1, maxLength: 4 },
        ),
      ),
    ),
  );
  fc.assert(
    fc.property(cases, fc.boolean(), ([axis, list], negative) => {
      const parts = list.map(read);
      const total = list.reduce((sum, x) => sum + x.shape[axis], 0);
      const wanted = table(list[0].shape.with(axis, total), (index) => {
        let [part, i] = [0, index[axis]];
        while (i >= parts[part].shape[axis]) i -= parts[part++].shape[axis];
        return at(parts[part], index.with(axis, i));
      });
      expectTable(concat(list, negative ? axis - list[0].rank : axis), wanted);
      if (axis === 0) expectTable(concat(list), wanted);
    }),
  );
});

test("stack joins along a new axis", () => {
  const cases = shapes(0, 3).chain((shape) => fc.array(tensorOf(shape), { minLength: 1, maxLength: 4 }));
  fc.assert(
    fc.property(cases, fc.nat(), fc.boolean(), (list, seed, negative) => {
      const rank = list[0].rank + 1;
      const axis = seed % rank;
      const parts = list.map(read);
      const wanted = table(list[0].shape.toSpliced(axis, 0, list.length), (index) =>
        at(parts[index[axis]], index.toSpliced(axis, 1)),
      );
      expectTable(stack(list, negative ? axis - rank : axis), wanted);
    }),
  );
});

test("oneHot: 1 at the label, in whatever the labels come", () => {
  const cases = counts.chain((classes) =>
    fc.tuple(fc.constant(classes), fc.array(fc.nat(classes - 1), { maxLength: 9 })),
  );
  fc.assert(
    fc.property(cases, ([classes, labels]) => {
      const wanted = table([labels.length, classes], ([i, c]) => (labels[i] === c ? 1 : 0));
      for (const given of [labels, Uint8Array.from(labels), Int32Array.from(labels)])
        expectTable(oneHot(given, classes), wanted);
    }),
  );
});

test("the first tensor gives the precision", () => {
  const double = toFloat64(tensor([0.5]));
  expect(concat([double, double]).data).toBeInstanceOf(Float64Array);
  expect(toArray(stack([tensor(1), tensor(2)]))).toEqual([1, 2]);
});

test("refusals", () => {
  expect(() => concat([])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: concat: the list is empty; give at least one tensor]`,
  );
  expect(() => stack([])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: concat: the list is empty; give at least one tensor]`,
  );
  expect(() => concat([ones([2, 3]), ones([3, 3])], 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: concat: [3, 3] does not join [2, 3] along axis 1; other sizes must agree]`,
  );
  expect(() => concat([ones([2]), ones([2, 1])])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: concat: [2, 1] does not join [2] along axis 0; other sizes must agree]`,
  );
  expect(() => stack([ones([2]), ones([3])])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: concat: [1, 3] does not join [1, 2] along axis 0; other sizes must agree]`,
  );
  expect(() => concat([zeros([])])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: concat: axis 0 is out of range for rank 0; a scalar has no axes]`,
  );
  expect(() => oneHot([0, 3], 3)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: oneHot: index 3 at position 1 is not an integer from 0 to 2]`,
  );
  expect(() => oneHot([], 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: oneHot: classes must be a positive integer, got 0]`,
  );
});
