/** How work is divided: the rows of a batch into shards, the parameters into one slice for each worker. */
import { ValueError } from "@polygrad/tensor";
import { integerFrom, LINE } from "@polygrad/tensor/internal";

const [fromZero, positive] = [integerFrom(0), integerFrom(1)];

/** Consecutive rows or elements: from `start` up to but not including `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The rows of a batch that make up one of its shards. If the number of rows is not a multiple of the number of shards,
 * the first `rows % shards` shards have one row more than the others. If there are fewer rows than shards, the last are
 * empty.
 * @throws ValueError unless `rows` is an integer from 0 up, `shards` from 1 up and `shard` from 0 to shards - 1;
 * ArgumentError if one is not a number
 */
export function shardRows(rows: number, shards: number, shard: number): Range {
  fromZero("shardRows", "rows", rows);
  positive("shardRows", "shards", shards);
  fromZero("shardRows", "shard", shard);
  if (shard >= shards)
    throw new ValueError(`shardRows: there is no shard ${shard} of ${shards}; shards are counted from 0`);
  const [least, more] = [Math.floor(rows / shards), rows % shards];
  const startOf = (s: number) => s * least + Math.min(s, more);
  return { start: startOf(shard), end: startOf(shard + 1) };
}

/** The elements of a flat group that a worker updates: whole cache lines, so no two workers write to one line. */
export function workerSlice(size: number, workers: number, worker: number): Range {
  const startOf = (w: number) => Math.min(size, Math.ceil((size * w) / workers / LINE) * LINE);
  return { start: startOf(worker), end: startOf(worker + 1) };
}
