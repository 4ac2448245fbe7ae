import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Range, shardRows, workerSlice } from "../src/shards.ts";

const count = (from: number, to: number) => fc.integer({ min: from, max: to });
const length = ({ start, end }: Range) => end - start;

/** Expects ranges that follow each other from 0 to the end, without gaps. */
function expectToCover(ranges: readonly Range[], end: number): void {
  expect(ranges.map(({ start }) => start)).toEqual([0, ...ranges.slice(0, -1).map((range) => range.end)]);
  expect(ranges.at(-1)?.end).toBe(end);
}

describe("shardRows", () => {
  test.each([
    [10, 4, [3, 3, 2, 2]],
    [8, 4, [2, 2, 2, 2]],
    [3, 5, [1, 1, 1, 0, 0]],
    [7, 1, [7]],
  ])("divides %i rows among %i shards as %j", (rows, shards, sizes) => {
    expect(sizes.map((_, shard) => length(shardRows(rows, shards, shard)))).toEqual(sizes);
  });

  test("covers the batch; sizes differ by at most one, larger ones first", () => {
    fc.assert(
      fc.property(count(1, 5000), count(1, 40), (rows, shards) => {
        const ranges = Array.from({ length: shards }, (_, shard) => shardRows(rows, shards, shard));
        expectToCover(ranges, rows);
        const sizes = ranges.map(length);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(sizes[0] - sizes[shards - 1]).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("workerSlice", () => {
  test.each([
    [100, 2, [64, 36]],
    [96, 3, [32, 32, 32]],
    [20, 4, [16, 0, 0, 4]],
    [5, 2, [5, 0]],
  ])("divides %i elements among %i workers as %j", (size, workers, sizes) => {
    expect(sizes.map((_, worker) => length(workerSlice(size, workers, worker)))).toEqual(sizes);
  });

  test("covers the parameters; no two workers share a cache line, and none has a line more than its share", () => {
    fc.assert(
      fc.property(count(1, 100_000), count(1, 40), (size, workers) => {
        const slices = Array.from({ length: workers }, (_, worker) => workerSlice(size, workers, worker));
        expectToCover(slices, size);
        for (const slice of slices) {
          if (slice.end < size) expect(slice.end % 16).toBe(0);
          expect(length(slice)).toBeLessThan(size / workers + 16);
        }
      }),
    );
  });
});
