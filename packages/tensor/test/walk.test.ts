/** Walking: merged axes visit the same places in the same order as all axes do. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { collapse, eachLine, lineStarts } from "../src/walk.ts";
import { axisOf, broadcastsTo, shapes, tensorOf, tensors } from "./arbitraries.ts";
import { type Index, indices } from "./reference.ts";

const place = (strides: readonly number[], index: Index, offset = 0) =>
  index.reduce((sum, i, axis) => sum + i * strides[axis], offset);

test("collapsed runs visit every place of every operand, in row-major order", () => {
  const cases = shapes().chain((shape) => fc.tuple(tensorOf(shape), tensorOf(shape)));
  fc.assert(
    fc.property(cases, ([a, b]) => {
      const walk = collapse(a.shape, [a.strides, b.strides]);
      expect(walk.shape).not.toContain(1);
      const seen: number[][] = [];
      eachLine(walk, [a.offset, b.offset], ([i, j], length, [di, dj]) => {
        for (let k = 0; k < length; k++) seen.push([i + k * di, j + k * dj]);
      });
      const wanted = indices(a.shape).map((index) => [a, b].map((x) => place(x.strides, index, x.offset)));
      expect(seen).toEqual(wanted);
    }),
  );
});

test("neighbours merge wherever all operands allow it", () => {
  expect(collapse([2, 1, 3, 4], [[12, 99, 4, 1]])).toEqual({ shape: [24], strides: [[1]] });
  expect(
    collapse(
      [2, 3],
      [
        [3, 1],
        [1, 2],
      ],
    ),
  ).toEqual({
    shape: [2, 3],
    strides: [
      [3, 1],
      [1, 2],
    ],
  });
  expect(collapse([2, 3], [[0, 0]])).toEqual({ shape: [6], strides: [[0]] });
  expect(
    collapse(
      [2, 3, 4],
      [
        [12, 4, 1],
        [0, 4, 1],
      ],
    ),
  ).toEqual({
    shape: [2, 12],
    strides: [
      [12, 1],
      [0, 1],
    ],
  });
  expect(collapse([], [[]])).toEqual({ shape: [], strides: [[]] });
});

test("lineStarts: one for each index of the other axes", () => {
  const cases = tensors({}, 1).chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape)));
  fc.assert(
    fc.property(cases, ([x, axis]) => {
      const starts = indices(x.shape.with(axis, 1)).map((index) => place(x.strides, index, x.offset));
      expect(lineStarts(x, axis)).toEqual(starts);
    }),
  );
});

test("shapes that broadcast are drawn: some with fewer axes, some with ones", () => {
  const drawn = fc.sample(broadcastsTo([2, 3]), 100).map(String);
  expect(new Set(drawn)).toEqual(new Set(["", "3", "1", "2,3", "1,3", "2,1", "1,1"]));
});
