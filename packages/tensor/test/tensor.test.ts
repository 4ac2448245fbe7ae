/** The tensor itself: what its strides mean, and what lies in memory without gaps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tensor } from "../src/create.ts";
import { zeros } from "../src/fill.ts";
import { Storage } from "../src/memory/storage.ts";
import { Tensor } from "../src/tensor.ts";
import { sizeOf, tensors } from "./arbitraries.ts";
import { indices } from "./reference.ts";

test("without strides the memory is row-major", () => {
  const x = new Tensor(new Storage(new Float32Array(24)), [2, 3, 4]);
  expect([x.strides, x.offset, x.size, x.rank, x.isContiguous]).toEqual([[12, 4, 1], 0, 24, 3, true]);
  expect(x.data).toBe(x.storage.data);
});

test("contiguous and dense: the places of the elements in memory", () => {
  fc.assert(
    fc.property(tensors(), (x) => {
      const places = indices(x.shape).map((index) =>
        index.reduce((sum, i, axis) => sum + i * x.strides[axis], x.offset),
      );
      expect(x.size).toBe(sizeOf(x.shape));
      expect(x.isContiguous).toBe(places.every((place, i) => place === x.offset + i));
      if (x.size > 0) {
        const sorted = places.toSorted((a, b) => a - b);
        expect(x.isDense).toBe(sorted.every((place, i) => place === x.offset + i));
      }
    }),
    { numRuns: 300 },
  );
});

test("item is the one element there is", () => {
  const one = new Tensor(new Storage(Float32Array.of(1, 2, 3)), [1, 1], [5, 7], 2);
  expect([one.item(), tensor(4).item()]).toEqual([3, 4]);
  expect(() => zeros([2, 1]).item()).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: item: needs a tensor with one element, got shape [2, 1]; use toArray]`,
  );
  expect(() => zeros([0]).item()).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: item: needs a tensor with one element, got shape [0]; use toArray]`,
  );
});
