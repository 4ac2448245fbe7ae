/** Views against tables: the right elements under the right shape, in the storage they came from. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as copies from "../../src/copy.ts";
import { tensor } from "../../src/create.ts";
import { ShapeError } from "../../src/errors.ts";
import { ones, zeros } from "../../src/fill.ts";
import * as v from "../../src/ops/index.ts";
import { pinned } from "../../src/pin.ts";
import type { Tensor } from "../../src/tensor.ts";
import { axisOf, broadcastsTo, shapes, tensorOf, tensors } from "../arbitraries.ts";
import { at, atBroadcast, expectTable, read, type Table, table } from "../reference.ts";

/** Asserts the elements, and that nothing was copied. */
function expectView(y: Tensor, x: Tensor, wanted: Table): void {
  expect(y.storage).toBe(x.storage);
  expectTable(y, wanted);
}

const withAxis = tensors({}, 1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape)));

describe("moving axes", () => {
  test("permute: axis k of the result is axis order[k]", () => {
    const cases = tensors().chain((x) =>
      fc.tuple(fc.constant(x), fc.shuffledSubarray([...x.shape.keys()], { minLength: x.rank })),
    );
    fc.assert(
      fc.property(cases, fc.boolean(), ([x, order], negative) => {
        const shape = order.map((axis) => x.shape[axis]);
        const t = read(x);
        const wanted = table(shape, (index) =>
          at(
            t,
            Array.from(index.keys(), (k) => index[order.indexOf(k)]),
          ),
        );
        expectView(v.permute(x, negative ? order.map((axis) => axis - x.rank) : order), x, wanted);
      }),
    );
  });

  test("transpose: the last two axes, or those named", () => {
    fc.assert(
      fc.property(tensors({}, 2), fc.nat(3), fc.nat(3), (x, a, b) => {
        const [i, j] = [a % x.rank, b % x.rank];
        const swap = (list: readonly number[], p: number, q: number) => list.with(p, list[q]).with(q, list[p]);
        const t = read(x);
        expectView(
          v.transpose(x, i, j - x.rank),
          x,
          table(swap(x.shape, i, j), (index) => at(t, swap(index, i, j))),
        );
        const [p, q] = [x.rank - 2, x.rank - 1];
        expectView(
          v.transpose(x),
          x,
          table(swap(x.shape, p, q), (index) => at(t, swap(index, p, q))),
        );
      }),
    );
  });

  test("flip: the axes named run backwards; without a name, all", () => {
    fc.assert(
      fc.property(withAxis, ([x, axis]) => {
        const t = read(x);
        const back = (i: number, k: number) => x.shape[k] - 1 - i;
        expectView(
          v.flip(x, axis - x.rank),
          x,
          table(x.shape, (index) => at(t, index.with(axis, back(index[axis], axis)))),
        );
        expectView(
          v.flip(x),
          x,
          table(x.shape, (index) => at(t, index.map(back))),
        );
      }),
    );
  });
});

/** The positions that Python's x[start:stop:step] picks, after PySlice_AdjustIndices. */
function pythonSlice(size: number, step: number, start?: number, stop?: number): number[] {
  const adjust = (position: number) => {
    if (position < 0) return Math.max(position + size, step < 0 ? -1 : 0);
    return position >= size ? (step < 0 ? size - 1 : size) : position;
  };
  const from = start === undefined ? (step < 0 ? size - 1 : 0) : adjust(start);
  const to = stop === undefined ? (step < 0 ? -1 : size) : adjust(stop);
  const positions: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) positions.push(i);
  return positions;
}

describe("parts", () => {
  test("slice follows Python", () => {
    const bound = fc.option(fc.integer({ min: -40, max: 40 }), { nil: undefined });
    const steps = fc.integer({ min: -4, max: 4 }).filter((step) => step !== 0);
    fc.assert(
      fc.property(withAxis, bound, bound, steps, ([x, axis], start, stop, step) => {
        const positions = pythonSlice(x.shape[axis], step, start, stop);
        const t = read(x);
        const wanted = table(x.shape.with(axis, positions.length), (index) =>
          at(t, index.with(axis, positions[index[axis]])),
        );
        expectView(v.slice(x, axis, start, stop, step), x, wanted);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[number[], (number | undefined)[]]>([
    [
      [1, 2],
      [1, 3],
    ],
    [
      [4, 3, 2, 1, 0],
      [undefined, undefined, -1],
    ],
    [
      [3, 1],
      [-2, 0, -2],
    ],
    [[], [3, 1]],
    [
      [0, 2, 4],
      [-99, 99, 2],
    ],
  ])("[0, 1, 2, 3, 4] has the slice %j at %j", (wanted, [start, stop, step]) => {
    expect([...read(v.slice(tensor([0, 1, 2, 3, 4]), 0, start, stop, step)).values]).toEqual(wanted);
  });

  test("select: one position, the axis gone", () => {
    fc.assert(
      fc.property(withAxis, fc.nat(), ([x, axis], seed) => {
        fc.pre(x.shape[axis] > 0);
        const position = seed % x.shape[axis];
        const t = read(x);
        const wanted = table(x.shape.toSpliced(axis, 1), (index) => at(t, index.toSpliced(axis, 0, position)));
        expectView(v.select(x, axis, position), x, wanted);
        expectView(v.select(x, axis - x.rank, position - x.shape[axis]), x, wanted);
      }),
    );
  });
});

describe("axes of size one, and stretching", () => {
  test("squeeze and unsqueeze", () => {
    fc.assert(
      fc.property(tensors({}, 0, 3), fc.nat(), (x, seed) => {
        const axis = seed % (x.rank + 1);
        const wide = v.unsqueeze(x, axis);
        expect(wide.shape).toEqual(x.shape.toSpliced(axis, 0, 1));
        expectView(v.unsqueeze(x, axis - x.rank - 1), x, { shape: wide.shape, values: read(x).values });
        expectView(v.squeeze(wide, axis), x, read(x));
        expectView(v.squeeze(wide, [axis]), x, read(x));
        expectView(v.squeeze(x), x, { shape: x.shape.filter((size) => size !== 1), values: read(x).values });
      }),
    );
  });

  test("broadcastTo and expand repeat along stretched and new axes", () => {
    const cases = shapes().chain((target) =>
      fc.tuple(
        fc.constant(target),
        broadcastsTo(target).chain((shape) => tensorOf(shape)),
      ),
    );
    fc.assert(
      fc.property(cases, ([target, x]) => {
        const t = read(x);
        const wanted = table(target, (index) => atBroadcast(t, index));
        expectView(v.broadcastTo(x, target), x, wanted);
        const lead = target.length - x.rank;
        const asItIs = target.map((size, axis) => (axis >= lead && x.shape[axis - lead] === size ? -1 : size));
        expectView(v.expand(x, asItIs), x, wanted);
      }),
    );
  });
});

describe("copies", () => {
  test("clone and contiguous: the same elements, row-major; contiguous copies only what is not", () => {
    fc.assert(
      fc.property(tensors({ contents: "special" }), (x) => {
        const copy = copies.clone(x);
        expectTable(copy, read(x));
        expect([copy.isContiguous, copy.offset, copy.data.length]).toEqual([true, 0, x.size]);
        expect(copy.storage).not.toBe(x.storage);
        const y = copies.contiguous(x);
        expectTable(y, read(x));
        expect([y.isContiguous, y === x]).toEqual([true, x.isContiguous]);
      }),
    );
  });

  test("what is written to a view is seen in all others; assign broadcasts its source", () => {
    for (const x of [zeros([2, 3]), pinned([2, 3])]) {
      const returned = copies.assign(v.slice(v.transpose(x), 0, undefined, undefined, -2), tensor([5, 7]));
      expect(returned.shape).toEqual([2, 2]);
      expect([...x.data]).toEqual([5, 0, 5, 7, 0, 7]);
    }
    expect(() => copies.assign(zeros([2]), ones([3]))).toThrow(ShapeError);
  });
});
