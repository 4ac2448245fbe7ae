/** Making tensors: values, shapes, precision, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../src/copy.ts";
import { ValueError } from "../src/errors.ts";
import * as c from "../src/index.ts";
import { toArray } from "../src/ops/reading.ts";
import { Random } from "../src/random.ts";
import { shapes, sizeOf, tensors } from "./arbitraries.ts";
import { at, expectTable, read, type Table, table } from "./reference.ts";

function nested(t: Table, index: number[] = []): c.NestedArray {
  if (index.length === t.shape.length) return at(t, index);
  return Array.from({ length: t.shape[index.length] }, (_, i) => nested(t, [...index, i]));
}

describe("tensor", () => {
  test("nested arrays give shape and elements, and toArray gives them back", () => {
    // Behind an axis of size 0 nesting shows no further sizes.
    const drawn = tensors({ contents: "special" }).filter((x) => !x.shape.slice(0, -1).includes(0));
    fc.assert(
      fc.property(drawn, (x) => {
        const arrays = nested(read(x));
        const y = c.tensor(arrays);
        expectTable(y, read(x));
        expect(y.data).toBeInstanceOf(Float32Array);
        expect(toArray(x)).toEqual(arrays);
        expectTable(c.tensor(arrays, [x.size]), { shape: [x.size], values: read(x).values });
      }),
    );
  });

  test("float arrays are used as they are, others converted", () => {
    for (const data of [Float32Array.of(1, 2), Float64Array.of(1, 2)]) expect(c.tensor(data).data).toBe(data);
    for (const data of [Int32Array.of(1, 2), Uint8Array.of(1, 2)]) {
      const x = c.tensor(data, [2, 1]);
      expect([x.shape, x.data]).toEqual([[2, 1], Float32Array.of(1, 2)]);
    }
  });
});

describe("from rules", () => {
  test("full, zeros, ones, eye", () => {
    fc.assert(
      fc.property(shapes(), (shape) => {
        expectTable(
          c.full(shape, 2.5),
          table(shape, () => 2.5),
        );
        expectTable(
          c.zeros(shape),
          table(shape, () => 0),
        );
        expectTable(
          c.ones(shape),
          table(shape, () => 1),
        );
      }),
    );
    expectTable(c.eye(2, 3), { shape: [2, 3], values: [1, 0, 0, 0, 1, 0] });
    expectTable(c.eye(3, 2), { shape: [3, 2], values: [1, 0, 0, 1, 0, 0] });
    expectTable(c.eye(2), { shape: [2, 2], values: [1, 0, 0, 1] });
  });

  test("the likes take shape and precision", () => {
    fc.assert(
      fc.property(fc.oneof(tensors(), tensors({ double: true })), (x) => {
        for (const [y, value] of [
          [c.fullLike(x, 3), 3],
          [c.zerosLike(x), 0],
          [c.onesLike(x), 1],
        ] as const) {
          expectTable(
            y,
            table(x.shape, () => value),
          );
          expect(y.data.constructor).toBe(x.data.constructor);
        }
      }),
    );
  });

  test("arange and linspace", () => {
    expect(toArray(c.arange(3))).toEqual([0, 1, 2]);
    expect(toArray(c.arange(1, 4))).toEqual([1, 2, 3]);
    expect(toArray(c.arange(5, 0, -2))).toEqual([5, 3, 1]);
    expect(toArray(c.arange(0, 1, 0.25))).toEqual([0, 0.25, 0.5, 0.75]);
    expect(toArray(c.arange(0, 1, 0.3))).toEqual([0, 0.3, 0.6, 0.9].map(Math.fround));
    expect([c.arange(0), c.arange(3, 1), c.arange(1, 3, -1)].map((x) => x.size)).toEqual([0, 0, 0]);
    expect(toArray(c.linspace(1, 2, 5))).toEqual([1, 1.25, 1.5, 1.75, 2]);
    expect(toArray(c.linspace(0, 0.7, 8)).toString()).toBe(
      Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7], (i) => i / 10).toString(),
    );
    expect([c.linspace(3, 9, 1), c.linspace(3, 9, 0)].map(toArray)).toEqual([[3], []]);
  });
});

describe("from chance", () => {
  test("the same seed, the same elements, in the order the generator gives them", () => {
    const [shape, random] = [[3, 4], () => new Random(5)];
    const draw = (next: (random: Random) => number) => {
      const own = random();
      return table(shape, () => Math.fround(next(own)));
    };
    expectTable(
      c.uniform(shape, random()),
      draw((own) => own.uniform()),
    );
    expectTable(
      c.uniform(shape, random(), -1, 3),
      draw((own) => -1 + 4 * own.uniform()),
    );
    expectTable(
      c.normal(shape, random()),
      draw((own) => own.normal()),
    );
    expectTable(
      c.normal(shape, random(), 2, 3),
      draw((own) => 2 + 3 * own.normal()),
    );
    expectTable(
      c.bernoulli(shape, random(), 0.2),
      draw((own) => Number(own.bernoulli(0.2))),
    );
    expectTable(
      c.bernoulli(shape, random()),
      draw((own) => Number(own.bernoulli(0.5))),
    );
    expect(c.permutation(9, random())).toEqual(random().permutation(9));
  });
});

describe("pinned and in doubles", () => {
  test("pinned is zero and has an address; pin copies any layout", () => {
    fc.assert(
      fc.property(tensors({ contents: "special" }), (x) => {
        const zero = c.pinned(x.shape);
        expectTable(
          zero,
          table(x.shape, () => 0),
        );
        const y = c.pin(x);
        expectTable(y, read(x));
        expect([zero, y].every((t) => t.storage.address !== undefined && t.isContiguous)).toBe(true);
        expect(y.storage).not.toBe(x.storage);
      }),
    );
  });

  test("toFloat64 copies any layout exactly, and keeps doubles", () => {
    fc.assert(
      fc.property(fc.oneof(tensors({ contents: "special" }), tensors({ double: true })), (x) => {
        const y = toFloat64(x);
        expectTable(y, read(x));
        expect([y.data instanceof Float64Array, y.data.length, y.isContiguous]).toEqual([true, sizeOf(x.shape), true]);
      }),
    );
  });
});

test("refusals", () => {
  expect(() => c.tensor([[1, 2], [3]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: tensor: ragged nesting: expected 2 entries at depth 1, got 1 entries]`,
  );
  expect(() => c.tensor([[1, 2], 3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: tensor: ragged nesting: expected 2 entries at depth 1, got 3]`,
  );
  expect(() => c.tensor([1, [2]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: tensor: ragged nesting: expected a number at depth 1, got 1 entries]`,
  );
  expect(() => c.tensor([1, 2, 3], [2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: tensor: 3 values do not fill shape [2, 2], which needs 4]`,
  );
  expect(() => c.tensor(new Float32Array(3), [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: tensor: 3 values do not fill shape [2], which needs 2]`,
  );
  expect(() => c.tensor(JSON.parse('["1", "2"]'))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tensor: expected a number at depth 1, got "1"; nested arrays hold numbers only]`,
  );
  expect(() => c.tensor(JSON.parse('{"length": 2}'))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tensor: needs a number, nested arrays of numbers or a typed array, got an object]`,
  );
  expect(() => c.full([-1], 0)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: full: [-1] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => c.arange(0, 1, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: arange: from 0 to 1 by 0 never ends; the step must not be 0, and the ends must be finite]`,
  );
  expect(() => c.arange(Number.POSITIVE_INFINITY)).toThrow(ValueError);
  expect(() => c.arange(0, Number.NaN)).toThrow(ValueError);
  expect(() => c.linspace(0, 1, 1.5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: linspace: count must be an integer from 0 up, got 1.5]`,
  );
  expect(() => c.eye(-1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: eye: [-1, -1] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => c.uniform([0.5], new Random(0))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: uniform: [0.5] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => c.normal([-1], new Random(0))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: normal: [-1] is not a shape; sizes are integers from 0 up]`,
  );
  expect(() => c.bernoulli([1], new Random(0), 1.1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: bernoulli: the probability must be a number from 0 to 1, got 1.1]`,
  );
  expect(() => c.permutation(-1, new Random(0))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: permutation: length must be an integer from 0 up, got -1]`,
  );
  expect(() => c.pinned([-1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: pinned: [-1] is not a shape; sizes are integers from 0 up]`,
  );
});
