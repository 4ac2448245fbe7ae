/** The exports of `@polygrad/parallel` in browsers: the same names as in Node, in reading order. */
export type { AnyRecipe, Data, Evaluation, Figures, Groups, Plan, Recipe } from "./recipe.ts";
export type { CheckpointSettings, DataParallelOptions, EarlyStoppingSettings, WebWorker } from "./options.ts";
export type { Epoch, Progress } from "./results.ts";
export { type Range, shardRows } from "./shards.ts";
export { StoppedError } from "./barrier.ts";
export { type Thread, WorkerError } from "./crew.ts";
export { CheckpointError } from "./checkpoint/errors.ts";
export { serve } from "./browser/serve.ts";
export { DataParallel } from "./browser/data-parallel.ts";
