import fc from "fast-check";
import { expect, test } from "vitest";
import { Control } from "../src/control.ts";

const slicesOf = (control: Control) => [
  control.shardLosses,
  control.losses,
  control.barrier,
  control.joined,
  control.next,
  control.taken,
  control.steps,
  control.pauseAt,
  control.paused,
  control.saved,
  control.threads,
  control.takenBy,
];
const count = fc.integer({ min: 1, max: 70 });

test("the slices fill the buffer, one after the other, and are all zero at first", () => {
  fc.assert(
    fc.property(count, count, (workers, shards) => {
      const control = new Control(workers, shards);
      let end = 0;
      for (const slice of slicesOf(control)) {
        expect(slice.buffer).toBe(control.buffer);
        expect(slice.byteOffset).toBe(end);
        expect(slice.every((value) => value === 0)).toBe(true);
        end += slice.byteLength;
      }
      expect(control.buffer.byteLength).toBe(end);
      expect(slicesOf(control).map(({ length }) => length)).toEqual([
        ...[shards, 2, 3, 1, 1, shards, 1, 1, 1],
        ...[workers, workers, workers],
      ]);
    }),
  );
});

test("a control made from the buffer of another has the same cells", () => {
  const [here, there] = [new Control(3, 5)].flatMap((control) => [control, new Control(3, 5, control.buffer)]);
  for (const [k, slice] of slicesOf(here).entries()) slice.fill(k + 1);
  for (const [k, slice] of slicesOf(there).entries()) expect([...new Set(slice)]).toEqual([k + 1]);
});

test("a control that starts after some steps expects the shards of the next one", () => {
  const control = new Control(2, 3);
  control.startAt(7, 0.5);
  expect([[...control.losses], [...control.steps], [...control.taken]]).toEqual([[0.5, 0], [7], [7, 7, 7]]);
});
