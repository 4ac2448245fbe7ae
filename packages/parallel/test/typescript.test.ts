import { afterEach, beforeEach, expect, test } from "vitest";
import { threadArguments } from "../src/typescript.ts";

const before = process.execArgv;
beforeEach(() => {
  process.execArgv = [];
});
afterEach(() => {
  process.execArgv = before;
});

/** What loads tsx on a thread. */
const register = expect.stringMatching(/^data:text\/javascript,import.*register.*tsx.*esm%2Fapi%2Findex\.mjs/);
const typescript = import.meta.url;
const nowhere = "file:///nowhere/at/all/recipe.ts";
const javascript = "file:///nowhere/at/all/recipe.js";

test("threads have what the process has, unless tsx comes into it", () => {
  expect(threadArguments([javascript])).toBeUndefined();
  expect(threadArguments([javascript, nowhere])).toBeUndefined();
  process.execArgv = ["--expose-gc", "--import", "./own.mjs"];
  expect(threadArguments([javascript])).toBeUndefined();
});

test.each(["recipe.ts", "recipe.mts", "recipe.cts"])("%s is loaded with the tsx that it finds", (name) => {
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
])("what the process says of tsx, %j, is not said again", (own) => {
  process.execArgv = own;
  expect(threadArguments([javascript])).toEqual([]);
  expect(threadArguments([typescript])).toEqual(["--import", register]);
});

test("what the process says of other modules is kept; what a thread would refuse is not", () => {
  const own = ["--require", "./a.cjs", "--import=./b.mjs", "-C", "development", "--conditions=tsx-like"];
  process.execArgv = ["--expose-gc", "--max-old-space-size=1000", ...own, "--import", "tsx", "--stack-size", "2000"];
  expect(threadArguments([typescript])).toEqual([...own, "--import", register]);
});
