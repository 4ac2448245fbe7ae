/**
 * Wrong arguments of every kind, at every exported function and method: what the docstring does not allow throws one of
 * our errors, what it allows is accepted, and no call allocates more than the bound in bounded.ts.
 */
import { describe, expect, test } from "vitest";
import { attack } from "./calls.ts";
import { table } from "./table.ts";

describe("wrong arguments", () => {
  test.each(Object.keys(table))("%s", async (name) => {
    expect(await attack(table[name])).toEqual([]);
  });
});
