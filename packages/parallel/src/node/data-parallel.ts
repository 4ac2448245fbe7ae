/** Data-parallel training in Node: from a recipe to a trained network. */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import type { RecipeSource } from "../host.ts";
import type { DataParallelOptions } from "../options.ts";
import type { Data } from "../recipe.ts";
import { begin } from "../session.ts";
import { Training } from "../trainer.ts";
import { node } from "./host.ts";

/**
 * Trains a network on all cores. Each batch is cut into shards, worker threads compute the gradients of the shards, and
 * the gradients are added up in the order of the shards. So the weights depend on the seed and the number of shards,
 * but not on the number of workers or on timing: they equal, bit for bit, those of one thread that accumulates the
 * shards' gradients.
 *
 * ```ts
 * const training = await DataParallel.start<Options, Sequential>(new URL("./recipe.ts", import.meta.url), settings);
 * for await (const { epoch, trainLoss, test } of training) console.log(epoch, trainLoss, test?.accuracy);
 * training.model.forward(x);
 * ```
 * The threads end when the loop ends, for whatever reason. If a worker throws, exits or is killed, the loop throws a
 * `WorkerError` within two seconds; if the signal is aborted, it throws the signal's reason. The model then has the
 * parameters of the last finished step.
 */
export class DataParallel<Model extends Module, Given extends Data<Targets> = Data> extends Training<Model, Given> {
  /**
   * Loads the recipe and its data, makes the network, and starts the threads.
   *
   * @param recipe the recipe's module (see `Recipe`): a URL, or a path that is absolute or starts with "./" or "../"; a
   * relative path starts from the working directory. In browsers, the recipe itself
   * @param settings the options of the run
   * @throws ValueError if a number is invalid, there is no such file, or the recipe's optimiser does not treat every
   * element by itself; TypeError if the module's default export is not a recipe; CheckpointError if the run cannot
   * continue from a checkpoint, or has no place for its own; WorkerError if a thread fails; whatever the recipe throws on
   * this thread; the signal's reason if it is aborted
   */
  static async start<Options, Model extends Module, Given extends Data<Targets> = Data>(
    recipe: RecipeSource<Options, Model, Given>,
    settings: DataParallelOptions<Options>,
  ): Promise<DataParallel<Model, Given>> {
    return new DataParallel<Model, Given>(await begin<Options, Model, Given>(node, recipe, settings));
  }
}
