/** `serve` belongs to browsers. This one says so to a program that a bundler or engine takes for one of Node. */
import { ArgumentError } from "@polygrad/tensor";
import type { AnyRecipe } from "../recipe.ts";

/**
 * Makes a Web Worker a worker of `DataParallel`: the whole program of its file is `serve(recipe)`.
 * @throws ArgumentError in Node, whose threads import the recipe's module by themselves
 */
export function serve(_recipe: AnyRecipe): void {
  throw new ArgumentError(
    "serve: this is Node's version of @polygrad/parallel, whose threads import the recipe by themselves; in a Web Worker, " +
      'let the bundler use the export condition "browser"',
  );
}
