/** The entries of @polygrad/parallel. What runs on threads is tested in that package: here, no thread is started. */
import { DataParallel, serve, shardRows } from "@polygrad/parallel";
import type { Entry } from "./calls.ts";
import { entry } from "./entries.ts";
import * as kinds from "./kinds.ts";
import { changed, kind, like, options } from "./kinds.ts";

const settings = options({
  epochs: kinds.positive,
  batchSize: kinds.positive,
  shards: kinds.positive,
  seed: kinds.integer,
  shuffle: kinds.flag,
  capture: kinds.flag,
});

export const parallelEntries: Readonly<Record<string, Entry>> = {
  shardRows: entry(
    shardRows,
    kinds.integer,
    kinds.positive,
    like(changed(kinds.integer, ["2^31", "2^40", "1e15", "2^53 - 1"], "refused"), () => 0),
  ),
  // No such recipe exists, so every call is refused, before any thread starts.
  "DataParallel.start": {
    ...entry(
      DataParallel.start,
      kind(() => "./no-such-recipe.ts", []),
      settings,
    ),
    refused: true,
  },
  // In Node, it refuses everything. What it does in browsers is tested in ../engines.
  serve: {
    ...entry(
      serve,
      kind(() => "./no-such-recipe.ts", []),
    ),
    refused: true,
  },
};
