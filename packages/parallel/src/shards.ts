/** Who does what: batches are dealt out in shards, parameters in slices. */

import type { Variable } from "@polygrad/autograd";
import type { NamedSlice } from "./protocol.ts";

/** Rows, elements or the like from `start` up to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The rows of a batch that make one of its shards: all shards have as many, the first few one more if it does not divide.
 * In a batch with fewer rows than shards the last shards are empty.
 */
export function shardRows(rows: number, shards: number, shard: number): Range {
  const [least, more] = [Math.floor(rows / shards), rows % shards];
  const startOf = (s: number) => s * least + Math.min(s, more);
  return { start: startOf(shard), end: startOf(shard + 1) };
}

/** Elements on one cache line: no two workers write to the same one. */
const LINE = 16;

/** The elements of the flat parameters that a worker moves. */
export function workerSlice(size: number, workers: number, worker: number): Range {
  const startOf = (w: number) => Math.min(size, Math.ceil((size * w) / workers / LINE) * LINE);
  return { start: startOf(worker), end: startOf(worker + 1) };
}

/** Where each parameter lies in the flat parameters. */
export function namedSlices(parameters: ReadonlyMap<string, Variable>): NamedSlice[] {
  let offset = 0;
  return Array.from(parameters, ([name, { shape, size }]) => {
    const slice = { name, shape, offset };
    offset += size;
    return slice;
  });
}
