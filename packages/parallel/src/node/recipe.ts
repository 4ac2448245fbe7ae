/** The recipe in Node: a module that every thread imports from its URL. */
import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { ArgumentError, ValueError } from "@polygrad/tensor";
import { type Data, isRecipe, type Recipe, type TargetsOf } from "../recipe.ts";

/**
 * The URL of a recipe module. A path that starts with "./" or "../" starts from the working directory.
 *
 * @throws ArgumentError if it is neither a string nor a URL; ValueError if it is a bare specifier such as "pkg/recipe",
 * or there is no such file
 */
export function recipeUrl(recipe: unknown): string {
  if (typeof recipe !== "string" && !(recipe instanceof URL))
    throw new ArgumentError(
      `DataParallel: the recipe must be a URL or a path, got ${typeof recipe}; ` +
        'pass new URL("./recipe.ts", import.meta.url)',
    );
  const url = typeof recipe === "string" ? parseLocation(recipe) : recipe;
  if (url.protocol !== "file:") return url.href;
  const path = fileURLToPath(url);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new ValueError(
      `DataParallel: there is no recipe file ${path}; pass its path, relative to the working directory, or its URL, ` +
        'for example new URL("./recipe.ts", import.meta.url)',
    );
  return url.href;
}

function parseLocation(text: string): URL {
  if (isAbsolute(text) || /^\.\.?[\\/]/.test(text)) return pathToFileURL(resolve(text));
  if (URL.canParse(text)) return new URL(text);
  throw new ValueError(
    `DataParallel: "${text}" is neither a path nor a URL; write "./${text}" for a file in the working directory, ` +
      `or import.meta.resolve("${text}") for a module of a package`,
  );
}

/** Imports a recipe module. @throws TypeError if its default export is not a recipe; whatever the import throws. */
export async function loadRecipe<
  Options,
  Model extends Module,
  Given extends Data<Targets>,
  T extends Targets = TargetsOf<Given>,
>(url: string): Promise<Recipe<Options, Model, Given, T>> {
  const { default: recipe }: { readonly default?: unknown } = await import(/* @vite-ignore */ url);
  if (isRecipe<Options, Model, Given, T>(recipe)) return recipe;
  throw new TypeError(
    `DataParallel: the default export of ${url} is not a recipe; ` +
      "export an object with the functions data, model, loss and optimiser",
  );
}
