/** The exports of `@polygrad/parallel`, data-parallel training on worker threads, in reading order. */
export type { Data, Figures, Plan, Recipe } from "./recipe.ts";
export type { DataParallelOptions, Epoch, Progress } from "./options.ts";
export { type Range, shardRows } from "./shards.ts";
export { StoppedError } from "./barrier.ts";
export { WorkerError } from "./crew.ts";
export { DataParallel } from "./trainer.ts";
