/** What a run needs of the place where it runs: Node, or a page in a browser. */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import type { Place } from "./check-options.ts";
import type { OpenCheckpoints } from "./checkpoint/open.ts";
import type { Crew } from "./crew.ts";
import type { DataParallelOptions } from "./options.ts";
import type { Data, Recipe, TargetsOf } from "./recipe.ts";

/** What a user passes as the recipe: in Node the URL or path of its module, in browsers the recipe itself. */
export type RecipeSource<Options, Model extends Module, Given extends Data<Targets>> =
  | URL
  | string
  | Recipe<Options, Model, Given, TargetsOf<Given>>;

/** The threads of a run, which get ready, and its recipe, which may still have to be loaded. */
export interface Started<Options, Model extends Module, Given extends Data<Targets>> {
  readonly crew: Crew;
  readonly recipe: Promise<Recipe<Options, Model, Given, Targets>>;
}

export interface Host {
  /** What bounds the number of workers. */
  place(): Place;

  /**
   * Starts the threads.
   * @throws ArgumentError or ValueError if the recipe or an option is not what this host needs
   */
  start<Options, Model extends Module, Given extends Data<Targets>>(
    source: RecipeSource<Options, Model, Given>,
    settings: DataParallelOptions<Options>,
    workers: number,
    shards: number,
  ): Started<Options, Model, Given>;

  /** Opens the checkpoints of a run; undefined where there are none. */
  readonly openCheckpoints: OpenCheckpoints | undefined;
}
