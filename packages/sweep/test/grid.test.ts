import { expect, expectTypeOf, test } from "vitest";
import { grid } from "../src/grid.ts";
import { range } from "../src/range.ts";

test("the last option changes fastest, and the options keep their order", () => {
  const configurations = grid({ degree: [1, 2], name: "small", seed: range(3) });
  const loops: { degree: number; name: string; seed: number }[] = [];
  for (const degree of [1, 2]) for (const seed of [0, 1, 2]) loops.push({ degree, name: "small", seed });
  expect(configurations).toEqual(loops);
  expect(Object.keys(configurations[0])).toEqual(["degree", "name", "seed"]);
  expectTypeOf(configurations[0].degree).toEqualTypeOf<1 | 2>();
  expectTypeOf(configurations[0].seed).toEqualTypeOf<number>();
});

test("a list in a list is one value", () => {
  expect(grid({ layers: [[64, 32], [8]] })).toEqual([{ layers: [64, 32] }, { layers: [8] }]);
});

test("a grid of nothing is one configuration, and a list of nothing an error", () => {
  expect(grid({})).toEqual([{}]);
  expect(() => grid({ degree: [] })).toThrow("grid: degree has no values; give at least one");
  expect(() => grid({ a: range(2000), b: range(2000) })).toThrow("grid: has 4000000 configurations");
});
