/** What browsers get has the names and types of what Node gets, so TypeScript needs to know one of them only. */
import * as inNode from "@polygrad/parallel";
import { expect, test } from "vitest";
import * as inBrowsers from "../src/browser.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only if the type argument is `true`. */
function holds<_Condition extends true>(): void {}

test("the exported names are the same, and so are the types of what is different", () => {
  expect(Object.keys(inBrowsers).sort()).toEqual(Object.keys(inNode).sort());
  const [here, there] = [new Set<unknown>(Object.values(inNode)), Object.entries(inBrowsers)];
  expect(
    there
      .filter(([, value]) => !here.has(value))
      .map(([name]) => name)
      .sort(),
  ).toEqual(["DataParallel", "serve"]);
  holds<Same<typeof inNode.serve, typeof inBrowsers.serve>>();
  type Start<Class extends { readonly start: unknown }> = Class["start"];
  holds<Same<Parameters<Start<typeof inNode.DataParallel>>, Parameters<Start<typeof inBrowsers.DataParallel>>>>();
  expect(Object.getPrototypeOf(inBrowsers.DataParallel)).toBe(Object.getPrototypeOf(inNode.DataParallel));
});

test("`serve` refuses to run in Node, and what is not a recipe", () => {
  const nothing = JSON.parse("{}");
  expect(() => inNode.serve(nothing)).toThrow('let the bundler use the export condition "browser"');
  expect(() => inBrowsers.serve(nothing)).toThrow(
    "serve: this is not a recipe; pass an object with the functions data",
  );
});

test("Node has no use for a recipe that is not a module, or for Web Workers", async () => {
  const settings = { options: {}, epochs: 1, batchSize: 1 };
  const recipe = JSON.parse("{}");
  await expect(inNode.DataParallel.start(recipe, settings)).rejects.toThrow("the recipe must be a URL or a path");
  const worker = () => recipe;
  const url = new URL("./recipes/small.ts", import.meta.url);
  await expect(inNode.DataParallel.start(url, { ...settings, worker })).rejects.toThrow(
    "DataParallel: the option worker is for Web Workers; leave it out",
  );
});
