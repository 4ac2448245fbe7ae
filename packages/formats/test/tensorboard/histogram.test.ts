/** Histograms by hand; packages/formats/test/external compares them with numpy's. */
import { tensor, zeros } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { histogramOf } from "../../src/tensorboard/histogram.ts";

test("buckets have equal widths; the last one has the largest element", () => {
  const x = tensor([
    [0, 1, 2],
    [3, 4, 4],
  ]);
  expect(histogramOf(x, 2)).toEqual([0, 2, 2, 2, 4, 4]);
  expect(histogramOf(x.transpose(), 4)).toEqual([0, 1, 1, 1, 2, 1, 2, 3, 1, 3, 4, 3]);
});

test("equal elements are in the last bucket, which then has no width, as all others", () => {
  expect(histogramOf(tensor([3, 3]), 3)).toEqual([3, 3, 0, 3, 3, 0, 3, 3, 2]);
  expect(histogramOf(tensor(5), 1)).toEqual([5, 5, 1]);
});

test("no elements give empty buckets; NaN and infinite ones are left out", () => {
  expect(histogramOf(zeros([0]), 2)).toEqual([0, 0, 0, 0, 0, 0]);
  const x = tensor([Number.NaN, 1, Number.POSITIVE_INFINITY, 2, Number.NEGATIVE_INFINITY]);
  expect(histogramOf(x, 2)).toEqual([1, 1.5, 1, 1.5, 2, 1]);
});

test("the largest numbers of float64 overflow nowhere", () => {
  const x = tensor(Float64Array.of(-Number.MAX_VALUE, 0, Number.MAX_VALUE));
  expect(histogramOf(x, 2)).toEqual([-Number.MAX_VALUE, 0, 1, 0, Number.MAX_VALUE, 2]);
});
