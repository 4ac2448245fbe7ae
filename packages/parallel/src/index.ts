/** The exports of `@polygrad/parallel`, data-parallel training on worker threads, in reading order. */
export type { AnyRecipe, Data, Evaluation, Figures, Groups, Plan, Recipe } from "./recipe.ts";
export type { CheckpointSettings, DataParallelOptions, EarlyStoppingSettings, WebWorker } from "./options.ts";
export type { Epoch, Progress } from "./results.ts";
export { type Range, shardRows } from "./shards.ts";
export { StoppedError } from "./barrier.ts";
export { type Thread, WorkerError } from "./crew.ts";
export { CheckpointError } from "./checkpoint/errors.ts";
export { DataParallel } from "./node/data-parallel.ts";
export { serve } from "./node/serve.ts";
