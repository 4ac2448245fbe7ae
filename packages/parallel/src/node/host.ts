/** Node as the host of a run; Bun and Deno are used in the same way. */
import { availableParallelism } from "node:os";
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { ArgumentError } from "@polygrad/tensor";
import type { Place } from "../check-options.ts";
import { openCheckpoints } from "../checkpoint/open.ts";
import type { Host, RecipeSource, Started } from "../host.ts";
import type { DataParallelOptions } from "../options.ts";
import type { Data } from "../recipe.ts";
import { Pool } from "./crew.ts";
import { loadRecipe, recipeUrl } from "./recipe.ts";

export const node: Host = {
  place(): Place {
    const warn = (message: string) => process.emitWarning(message, { code: "POLYGRAD_WORKERS" });
    return { cores: availableParallelism(), warn };
  },

  start<Options, Model extends Module, Given extends Data<Targets>>(
    source: RecipeSource<Options, Model, Given>,
    { worker }: DataParallelOptions<Options>,
    workers: number,
    shards: number,
  ): Started<Options, Model, Given> {
    const url = recipeUrl(source);
    if (worker !== undefined)
      throw new ArgumentError(
        "DataParallel: the option worker is for Web Workers; leave it out: in Node, threads import the recipe's module",
      );
    const crew = new Pool(url, { workers, shards, cores: availableParallelism(), shared: true });
    return { crew, recipe: loadRecipe<Options, Model, Given, Targets>(url) };
  },

  openCheckpoints,
};
