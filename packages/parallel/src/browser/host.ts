/** A page as the host of a run. */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { ArgumentError, pinned, ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import type { Place } from "../check-options.ts";
import { CheckpointError } from "../checkpoint/errors.ts";
import { sharesMemory } from "../control.ts";
import type { Host, RecipeSource, Started } from "../host.ts";
import type { DataParallelOptions, WebWorker } from "../options.ts";
import { type Data, isRecipe } from "../recipe.ts";
import { WebCrew } from "./crew.ts";

const ALONE =
  "this page is not isolated from other origins, so its threads cannot share memory (see isolation.js in the README of @polygrad/parallel)";

export const browser: Host = {
  place(): Place {
    return {
      cores: navigator.hardwareConcurrency,
      alone: sharesMemory() ? undefined : ALONE,
      warn: (message) => console.warn(message),
    };
  },

  start<Options, Model extends Module, Given extends Data<Targets>>(
    source: RecipeSource<Options, Model, Given>,
    { worker, checkpoint, resume }: DataParallelOptions<Options>,
    workers: number,
    shards: number,
  ): Started<Options, Model, Given> {
    if (!isRecipe<Options, Model, Given, Targets>(source))
      throw new ArgumentError(
        `DataParallel: in a browser, the recipe must be the recipe itself, got ${described(source)}; ` +
          'import it: import recipe from "./recipe.ts"',
      );
    if (worker === undefined)
      throw new ArgumentError(
        "DataParallel: in a browser, the option worker must start a Web Worker whose file calls serve(recipe); pass " +
          'worker: () => new Worker(new URL("./recipe.worker.ts", import.meta.url), { type: "module" })',
      );
    if (checkpoint !== undefined || typeof resume === "string")
      throw new CheckpointError(
        "DataParallel: checkpoints are files in a directory, which a page does not have; leave out checkpoint and resume, " +
          "and keep the weights: encodeSafetensors(training.model.stateDict())",
      );
    if (pinned([1]).storage.address === undefined)
      throw new ValueError(
        "DataParallel: this page may not compile WebAssembly, whose memory threads need; allow 'wasm-unsafe-eval' in its " +
          "content security policy",
      );
    const size = { workers, shards, cores: navigator.hardwareConcurrency, shared: sharesMemory() };
    return { crew: new WebCrew(startAll(worker, workers), size), recipe: Promise.resolve(source) };
  },

  openCheckpoints: undefined,
};

function startAll(worker: () => WebWorker, count: number): WebWorker[] {
  const started: WebWorker[] = [];
  try {
    while (started.length < count) started.push(checked(worker()));
    return started;
  } catch (error) {
    for (const each of started) each.terminate();
    throw error;
  }
}

function checked(worker: WebWorker): WebWorker {
  if (typeof Object(worker).postMessage === "function") return worker;
  throw new ArgumentError(`DataParallel: the option worker must return a Web Worker, got ${described(worker)}`);
}
