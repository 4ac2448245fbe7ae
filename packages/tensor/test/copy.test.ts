/** Assigning between views of one memory: as if the source had been copied first. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arange, assign, pin, ShapeError, Tensor, tensor, zeros } from "../src/index.ts";
import { partOf } from "../src/internal.ts";

/** Ways to see a matrix of n by n as another matrix of n by n, in the same memory. */
const views: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  itself: (x) => x,
  transposed: (x) => x.transpose(),
  "rows reversed": (x) => x.flip(0),
  "all reversed": (x) => x.flip(),
  "first row, repeated": (x) => x.slice(0, 0, 1).expand(x.shape),
  "last column, repeated": (x) => x.slice(1, -1).expand(x.shape),
};

describe("assign", () => {
  test("between views of one memory equals assigning a copy, in ordinary and in pinned memory", () => {
    const size = fc.integer({ min: 1, max: 5 });
    const names = Object.keys(views);
    const whole = fc.constantFrom(...names.filter((name) => !name.endsWith("repeated")));
    fc.assert(
      fc.property(size, whole, fc.constantFrom(...names), fc.boolean(), (n, to, from, isPinned) => {
        const fresh = () => {
          const x = arange(n * n).reshape(n, n);
          return isPinned ? pin(x) : x.clone();
        };
        const [x, y] = [fresh(), fresh()];
        assign(views[to](x), views[from](x));
        assign(views[to](y), tensor(views[from](y).toArray()));
        expect(x.toArray()).toEqual(y.toArray());
      }),
    );
  });

  test("shifts along an axis, either way", () => {
    const shifted = (to: number, from: number) => {
      const x = arange(6);
      assign(x.slice(0, to, to + 4), x.slice(0, from, from + 4));
      return x.toArray();
    };
    expect(shifted(0, 2)).toEqual([2, 3, 4, 5, 4, 5]);
    expect(shifted(2, 0)).toEqual([0, 1, 0, 1, 2, 3]);
  });

  test("sees that two parts of a storage are one memory", () => {
    const whole = pin(arange(6));
    const [low, high] = [0, 1].map((start) => new Tensor(partOf(whole.storage, start, 5), [5]));
    assign(high, low);
    expect(whole.toArray()).toEqual([0, 0, 1, 2, 3, 4]);
  });

  test("refuses a broadcast view, in which several elements are one number", () => {
    const row = zeros([1, 2]);
    expect(() => assign(row.expand(3, 2), arange(6).reshape(3, 2))).toThrow(ShapeError);
    expect(row.toArray()).toEqual([[0, 0]]);
    expect(assign(zeros([0, 1]).expand(0, 3), zeros([0, 3])).shape).toEqual([0, 3]);
  });
});

test("prodOfOthers, where the product is ordinary, 0, too small and too large for float32", () => {
  const of = (...x: number[]) => tensor(x).prodOfOthers().toArray();
  expect(of(2, 3, 5)).toEqual([15, 10, 6]);
  expect(of(2, 0, 5)).toEqual([0, 10, 0]);
  expect(of(0, 0, 5)).toEqual([0, 0, 0]);
  expect(of(7)).toEqual([1]);
  expect(of(1e-30, 1e-30, 1e30)).toEqual([1, 1, 1e-60].map(Math.fround));
  expect(of(1e30, 1e30, 1e-30)).toEqual([1, 1, Number.POSITIVE_INFINITY]);
  const rows = tensor([
    [2, 3],
    [5, 7],
  ]);
  expect(rows.prodOfOthers(1).toArray()).toEqual([
    [3, 2],
    [7, 5],
  ]);
  expect(rows.prodOfOthers(0).toArray()).toEqual([
    [5, 7],
    [2, 3],
  ]);
  expect(rows.transpose().prodOfOthers().toArray()).toEqual([
    [105, 42],
    [70, 30],
  ]);
});
