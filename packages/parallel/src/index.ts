/** @polygrad/parallel: data-parallel training on worker threads. In reading order. */
export type { Data, Figures, Plan, Recipe } from "./recipe.ts";
export { type Range, shardRows } from "./shards.ts";
export { StoppedError } from "./barrier.ts";
export { WorkerError } from "./crew.ts";
export { DataParallel, type DataParallelOptions, type Epoch, type Progress } from "./trainer.ts";
