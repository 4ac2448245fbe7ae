/** Data-parallel training in a browser: as in Node, but on Web Workers. */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import type { RecipeSource } from "../host.ts";
import type { DataParallelOptions } from "../options.ts";
import type { Data } from "../recipe.ts";
import { begin } from "../session.ts";
import { Training } from "../trainer.ts";
import { browser } from "./host.ts";

/** Trains a network on all cores: see node/data-parallel.ts. Only what `start` needs is different. */
export class DataParallel<Model extends Module, Given extends Data<Targets> = Data> extends Training<Model, Given> {
  /**
   * Loads the data, makes the network, and starts the Web Workers.
   *
   * @param recipe the recipe, which the option `worker` serves to the workers
   * @param settings the options of the run
   */
  static async start<Options, Model extends Module, Given extends Data<Targets> = Data>(
    recipe: RecipeSource<Options, Model, Given>,
    settings: DataParallelOptions<Options>,
  ): Promise<DataParallel<Model, Given>> {
    return new DataParallel<Model, Given>(await begin<Options, Model, Given>(browser, recipe, settings));
  }
}
