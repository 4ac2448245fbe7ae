/** `serve` belongs to browsers. This one says so to a program that a bundler or engine takes for one of Node. */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import type { Data, Recipe, TargetsOf } from "../recipe.ts";

/**
 * Makes a Web Worker a worker of `DataParallel`: the whole program of its file is `serve(recipe)`.
 * @throws TypeError in Node, whose threads import the recipe's module by themselves
 */
export function serve<Options, Model extends Module, Given extends Data<Targets>>(
  _recipe: Recipe<Options, Model, Given, TargetsOf<Given>>,
): void {
  throw new TypeError(
    "serve: this is Node's version of @polygrad/parallel, whose threads import the recipe by themselves; in a Web Worker, " +
      'let the bundler use the export condition "browser"',
  );
}
