import { expect, test } from "vitest";
import { observed } from "../src/observed.ts";

const options = { a: 1, b: { c: 2 }, d: "text" };

test("what is read is noted, and what is not read is not", () => {
  const { value, reads } = observed(options);
  expect(reads).toEqual(new Set());
  expect("a" in value).toBe(true);
  expect(value.a).toBe(1);
  const { b } = value;
  expect(b).toEqual({ c: 2 });
  expect(reads).toEqual(new Set(["a", "b"]));
});

test.each([
  ["spread", (value: object) => ({ ...value })],
  ["structuredClone", (value: object) => structuredClone(value)],
  ["JSON", (value: object) => JSON.parse(JSON.stringify(value))],
])("a copy by %s reads all, and has all", (_, copy) => {
  const { value, reads } = observed(options);
  expect(copy(value)).toEqual(options);
  expect(reads).toEqual(new Set(["a", "b", "d"]));
});
