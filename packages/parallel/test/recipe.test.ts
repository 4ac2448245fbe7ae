/** Where a recipe is found: by URL, by a path from the working directory, and never inside a package. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { describe, expect, test } from "vitest";
import { recipeUrl } from "../src/node/recipe.ts";
import { type SmallOptions, small } from "./recipes/small.ts";
import { SMALL } from "./reference.ts";

const PATIENT = 240_000;
const path = fileURLToPath(SMALL);
const settings = { options: small, epochs: 1, batchSize: 8, workers: 1 };
/** The path from the working directory, with "./" or "../" in front. */
const fromHere = relative(process.cwd(), path).replace(/^(?!\.\.)/, "./");

describe("a recipe", () => {
  test.each([
    ["an absolute path", path],
    ["a path relative to the working directory", fromHere],
    ["a file URL as text", SMALL.href],
    ["a URL", SMALL],
  ])("may be %s", (_, recipe) => {
    expect(recipeUrl(recipe)).toBe(SMALL.href);
  });

  test("may be a URL with a query, and one that is not of a file", () => {
    expect(recipeUrl(`${SMALL.href}?version=2`)).toBe(`${SMALL.href}?version=2`);
    expect(recipeUrl("data:text/javascript,export default {}")).toBe("data:text/javascript,export default {}");
  });

  test(
    "trains from a path relative to the working directory, on all threads",
    async () => {
      const training = await DataParallel.start<SmallOptions, Sequential>(fromHere, settings);
      const epochs = [];
      for await (const { epoch } of training) epochs.push(epoch);
      expect(epochs).toEqual([1]);
    },
    PATIENT,
  );

  test("that does not exist is an error that names the resolved path", async () => {
    const missing = `there is no recipe file ${process.cwd()}/nowhere/recipe.mjs; pass its path`;
    for (const recipe of ["./nowhere/recipe.mjs", `${process.cwd()}/nowhere/recipe.mjs`])
      await expect(DataParallel.start(recipe, settings)).rejects.toThrow(missing);
    await expect(DataParallel.start("./packages", settings)).rejects.toThrow(/there is no recipe file .*packages;/);
  });

  test.each(["pkg/recipe", "recipe.mjs", "@scope/pkg", "recipes/small.ts", ""])(
    'may not be the bare specifier "%s"',
    async (recipe) => {
      await expect(DataParallel.start(recipe, settings)).rejects.toThrow(
        `DataParallel: "${recipe}" is neither a path nor a URL; write "./${recipe}" for a file in the working directory, ` +
          `or import.meta.resolve("${recipe}") for a module of a package`,
      );
    },
  );

  test("may not be anything else", async () => {
    await expect(DataParallel.start(JSON.parse("{}"), settings)).rejects.toThrow(
      "DataParallel: the recipe must be a URL or a path, got object; pass new URL",
    );
  });

  test("that never finishes loading can be aborted: the signal's reason is thrown", { timeout: PATIENT }, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 50);
    const endless = new URL("./recipes/endless.ts", import.meta.url);
    await expect(DataParallel.start(endless, { ...settings, signal: controller.signal })).rejects.toThrow("enough");
  });
});
