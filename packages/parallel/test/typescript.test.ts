import { afterEach, beforeEach, expect, test } from "vitest";
import { threadArguments } from "../src/typescript.ts";

const before = process.execArgv;
beforeEach(() => {
  process.execArgv = [];
});
afterEach(() => {
  process.execArgv = before;
});

/** The module that registers tsx on a thread. */
const register = expect.stringMatching(/^data:text\/javascript,import.*register.*tsx.*esm%2Fapi%2Findex\.mjs/);
const typescript = import.meta.url;
const nowhere = "file:///nowhere/at/all/recipe.ts";
const javascript = "file:///nowhere/at/all/recipe.js";

test("threads inherit the arguments of the process if tsx is not involved", () => {
  expect(threadArguments([javascript])).toBeUndefined();
  expect(threadArguments([javascript, nowhere])).toBeUndefined();
  process.execArgv = ["--expose-gc", "--import", "./own.mjs"];
  expect(threadArguments([javascript])).toBeUndefined();
});

test.each(["recipe.ts", "recipe.mts", "recipe.cts"])("%s is loaded with the tsx that it can import", (name) => {
  const file = new URL(name, import.meta.url).href;
  expect(threadArguments([javascript, file])).toEqual(["--import", register]);
  expect(threadArguments([nowhere, file])).toEqual(["--import", register]);
});

test.each([
  [["--import", "tsx"]],
  [["--import=tsx"]],
  [["--import", "tsx/esm"]],
  [["--require", "/x/tsx/dist/preflight.cjs", "--import", "file:///x/tsx/dist/loader.mjs"]],
  [["-r", "C:\\x\\tsx\\dist\\preflight.cjs"]],
])("arguments of the process that load tsx, %j, are not passed on", (own) => {
  process.execArgv = own;
  expect(threadArguments([javascript])).toEqual([]);
  expect(threadArguments([typescript])).toEqual(["--import", register]);
});

test("arguments that load other modules are passed on, those that a thread would reject are not", () => {
  const own = ["--require", "./a.cjs", "--import=./b.mjs", "-C", "development", "--conditions=tsx-like"];
  process.execArgv = ["--expose-gc", "--max-old-space-size=1000", ...own, "--import", "tsx", "--stack-size", "2000"];
  expect(threadArguments([typescript])).toEqual([...own, "--import", register]);
});
