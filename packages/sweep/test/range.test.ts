import { expect, test } from "vitest";
import { range } from "../src/range.ts";

test.each([
  [[4], [0, 1, 2, 3]],
  [[0], []],
  [
    [2, 5],
    [2, 3, 4],
  ],
  [[5, 2], []],
  [
    [3, 0, -1],
    [3, 2, 1],
  ],
  [
    [0, 1, 0.25],
    [0, 0.25, 0.5, 0.75],
  ],
  [
    [-1, 0.5],
    [-1, 0],
  ],
] as const)("range(%j) is %j", ([start, stop, step], numbers) => {
  expect(range(start, stop, step)).toEqual(numbers);
});

test("errors do not add up", () => {
  expect(range(0, 1, 0.1)[7]).toBe(7 * 0.1);
  expect(range(0, 1, 0.1)).toHaveLength(10);
});

test("a range without an end is refused", () => {
  expect(() => range(0, 1, 0)).toThrow("range: step must not be 0");
  expect(() => range(1e9)).toThrow("range: has 1000000000 numbers; at most 1000000 are possible");
  expect(() => range(Number.NaN)).toThrow("range: start must be a number from");
});
