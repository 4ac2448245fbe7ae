/** Cutting, padding, picking and placing against tables, exactly. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/create.ts";
import { arange, ones, zeros } from "../../src/fill.ts";
import { split } from "../../src/ops/axes.ts";
import { argmax } from "../../src/ops/order.ts";
import { toArray } from "../../src/ops/reading.ts";
import { gather, indexSelect, intoSlice, pad, scatterAdd } from "../../src/ops/rearrange.ts";
import { slice } from "../../src/ops/view.ts";
import { axisOf, type DrawOptions, sizeOf, tensorOf, tensors } from "../arbitraries.ts";
import { at, expectTable, indices, read, table } from "../reference.ts";

const withAxis = (options: DrawOptions = { contents: "special" }) =>
  fc
    .oneof(tensors(options, 1), tensors({ ...options, double: true }, 1))
    .chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape), fc.boolean()));

describe("cutting and padding", () => {
  test("split: views that follow one another along the axis", () => {
    fc.assert(
      fc.property(withAxis(), fc.integer({ min: 1, max: 40 }), fc.nat(), ([x, axis, negative], size, seed) => {
        const t = read(x);
        const total = x.shape[axis];
        const first = seed % (total + 1);
        for (const sizes of [size, [first, 0, total - first]]) {
          const pieces = split(x, sizes, negative ? axis - x.rank : axis);
          let start = 0;
          for (const piece of pieces) {
            const from = start;
            expect(piece.storage).toBe(x.storage);
            expectTable(
              piece,
              table(x.shape.with(axis, piece.shape[axis]), (index) => at(t, index.with(axis, from + index[axis]))),
            );
            start += piece.shape[axis];
          }
          expect(start).toBe(total);
          if (sizes === size) expect(pieces.slice(0, -1).every((piece) => piece.shape[axis] === size)).toBe(true);
          else expect(pieces.map((piece) => piece.shape[axis])).toEqual(sizes);
        }
      }),
    );
    expect(split(arange(5), 2).map((piece) => piece.size)).toEqual([2, 2, 1]);
  });

  test("pad surrounds with a constant", () => {
    const cases = fc
      .oneof(tensors({}, 0, 3), tensors({ double: true }, 0, 3))
      .chain((x) =>
        fc.tuple(
          fc.constant(x),
          fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: x.rank, maxLength: x.rank }),
          fc.constantFrom(0, -1.5),
        ),
      );
    fc.assert(
      fc.property(cases, ([x, widths, value]) => {
        const t = read(x);
        const shape = x.shape.map((size, axis) => widths[axis][0] + size + widths[axis][1]);
        const wanted = table(shape, (index) => {
          const own = index.map((i, axis) => i - widths[axis][0]);
          return own.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(t, own) : value;
        });
        expectTable(value === 0 ? pad(x, widths) : pad(x, widths, value), wanted);
      }),
    );
  });

  test("intoSlice: x in the places of a slice, zeros elsewhere", () => {
    const steps = fc.constantFrom<[number | undefined, number | undefined, number]>(
      [undefined, undefined, 1],
      [1, undefined, 2],
      [undefined, -1, 3],
      [undefined, undefined, -1],
      [-2, 0, -2],
    );
    fc.assert(
      fc.property(withAxis({}), steps, ([whole, axis], [start, stop, step]) => {
        const part = slice(whole, axis, start, stop, step);
        const numbered = tensor(
          Float64Array.from({ length: whole.size }, (_, i) => i),
          whole.shape,
        );
        const places = read(slice(numbered, axis, start, stop, step)).values;
        const values = new Array<number>(whole.size).fill(0);
        for (const [i, value] of read(part).values.entries()) values[places[i]] = value;
        expectTable(intoSlice(part, whole.shape, axis, start, stop, step), { shape: whole.shape, values });
      }),
    );
  });
});

describe("picking and placing by index", () => {
  test("indexSelect: whole slices, in the order of the indices", () => {
    const cases = withAxis().chain(([x, axis, negative]) =>
      fc.tuple(
        fc.constant(x),
        fc.constant(axis),
        fc.constant(negative),
        x.shape[axis] === 0 ? fc.constant([]) : fc.array(fc.nat(x.shape[axis] - 1), { maxLength: 9 }),
      ),
    );
    fc.assert(
      fc.property(cases, ([x, axis, negative, list]) => {
        const t = read(x);
        const wanted = table(x.shape.with(axis, list.length), (index) => at(t, index.with(axis, list[index[axis]])));
        for (const picked of [list, Int32Array.from(list)])
          expectTable(indexSelect(x, negative ? axis - x.rank : axis, picked), wanted);
      }),
    );
  });

  /** A tensor, an axis, a table of indices into that axis, and a source of that table's shape. */
  const indexed = withAxis({}).chain(([x, axis, negative]) => {
    const room = x.shape[axis] > 0;
    return fc.nat(room ? 5 : 0).chain((length) => {
      const shape = x.shape.with(axis, length);
      const size = sizeOf(shape);
      const options = { double: x.data instanceof Float64Array };
      const list = fc.array(fc.nat(Math.max(0, x.shape[axis] - 1)), { minLength: size, maxLength: size });
      return fc.tuple(fc.constant(x), fc.constant(negative ? axis - x.rank : axis), list, tensorOf(shape, options));
    });
  });

  test("gather: y[i][j] = x[i][index[i][j]]", () => {
    fc.assert(
      fc.property(indexed, ([x, named, list, like]) => {
        fc.pre(sizeOf(x.shape) > 0);
        const axis = named < 0 ? named + x.rank : named;
        const [t, picked] = [read(x), { shape: like.shape, values: list }];
        const wanted = table(like.shape, (index) => at(t, index.with(axis, at(picked, index))));
        expectTable(gather(x, named, Int32Array.from(list)), wanted);
      }),
    );
    const x = tensor([
      [1, 5, 2],
      [7, 3, 4],
    ]);
    expect(toArray(gather(x, 1, argmax(x, 1)))).toEqual([[5], [7]]);
  });

  test("scatterAdd: y[i][index[i][j]] += source[i][j], the transpose of gather", () => {
    fc.assert(
      fc.property(indexed, ([x, named, list, source]) => {
        fc.pre(sizeOf(x.shape) > 0);
        const axis = named < 0 ? named + x.rank : named;
        const round = x.data instanceof Float64Array ? (value: number) => value : Math.fround;
        const [t, s] = [read(x), read(source)];
        const values = [...t.values];
        const places = { shape: t.shape, values: values.map((_, i) => i) };
        for (const [k, index] of indices(source.shape).entries()) {
          const place = at(places, index.with(axis, list[k]));
          values[place] = round(values[place] + at(s, index));
        }
        expectTable(scatterAdd(x, source, named, list), { shape: t.shape, values });
        expectTable(x, t);
      }),
    );
  });
});

test("refusals", () => {
  expect(() => split(zeros([5]), [2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: split: sizes [2, 2] do not add up to 5, the size of axis 0 of [5]]`,
  );
  expect(() => split(zeros([5]), [6, -1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: split: sizes [6, -1] do not add up to 5, the size of axis 0 of [5]]`,
  );
  expect(() => split(zeros([5]), 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: split: the size must be a positive integer, got 0]`,
  );
  expect(() => pad(zeros([2, 2]), [[1, 1]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: pad: needs [before, after] >= 0 for each of the 2 axes of [2, 2], got [[1,1]]]`,
  );
  expect(() => pad(zeros([2]), [[1, -1]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: pad: needs [before, after] >= 0 for each of the 1 axes of [2], got [[1,-1]]]`,
  );
  expect(() => intoSlice(zeros([3]), [4], 0, 0, 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: intoSlice: [3] does not fill a slice of shape [2]]`,
  );
  expect(() => indexSelect(zeros([3]), 0, [0, 3])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: indexSelect: index 3 at position 1 is not an integer from 0 to 2]`,
  );
  expect(() => indexSelect(zeros([3]), 0, [0.5])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: indexSelect: index 0.5 at position 0 is not an integer from 0 to 2]`,
  );
  expect(() => gather(zeros([2, 3]), 1, [0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: gather: 1 indices do not fit [2, 3] along axis 1; their number must be a multiple of 2]`,
  );
  expect(() => gather(zeros([2, 3]), 1, [0, -1])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gather: index -1 at position 1 is not an integer from 0 to 2]`,
  );
  expect(() => scatterAdd(zeros([2, 3]), ones([2, 2]), 1, [0, 1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scatterAdd: 2 indices along axis 1 of [2, 3] do not fit source [2, 2]]`,
  );
});
