/** Scales and the lines where a function is zero. */
import { expect, test } from "vitest";
import { clamped, scaleLinear, scaleLog } from "../playground/draw/scale.ts";
import { zeroLines } from "../playground/draw/zero-lines.ts";

test("a linear scale is proportional, and its ticks are round", () => {
  const scale = scaleLinear([0, 200], [10, 110]);
  expect([0, 50, 200, 400].map(scale)).toEqual([10, 35, 110, 210]);
  expect(clamped(scale, [0, 200])(400)).toBe(110);
  expect(scale.ticks(3)).toEqual([0, 100, 200]);
  expect(scaleLinear([0, 1], [0, 1]).ticks(5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => expect.closeTo(tick)));
  expect(scaleLinear([3, 61], [0, 1]).ticks(3)).toEqual([20, 40, 60]);
});

test("a logarithmic scale has equal steps for equal ratios, and fewer ticks for more decades", () => {
  const scale = scaleLog([0.01, 100], [0, 4]);
  expect([0.01, 1, 10, 100].map(scale)).toEqual([0, 2, 3, 4].map((place) => expect.closeTo(place)));
  expect(scale.ticks(5)).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(scaleLog([0.04, 0.6], [0, 1]).ticks(5)).toEqual([0.05, 0.1, 0.2, 0.5]);
  expect(scaleLog([1e-6, 1e4], [0, 1]).ticks(5)).toEqual([1e-6, 1e-4, 1e-2, 1, 100, 1e4]);
});

test("the zeros of x^2 + y^2 - 1 lie on the circle", () => {
  const side = 41;
  const at = (k: number) => (3 * k) / (side - 1) - 1.5;
  const values = Array.from({ length: side ** 2 }, (_, k) => at(k % side) ** 2 + at(Math.floor(k / side)) ** 2 - 1);
  const lines = zeroLines(values, side);
  const places = lines.flat().map(({ x, y }) => Math.hypot(at(x), at(y)));
  for (const radius of places) expect(radius).toBeCloseTo(1, 2);
  const length = lines.reduce((sum, [from, to]) => sum + Math.hypot(at(to.x) - at(from.x), at(to.y) - at(from.y)), 0);
  expect(length).toBeCloseTo(2 * Math.PI, 1);
});
