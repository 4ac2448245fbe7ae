/** Handles: the same elements seen from anywhere in the memory, in this thread and in another; lending, and taking back. */
import { once } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assign,
  ByteRows,
  broadcastTo,
  flip,
  MemoryError,
  matmul,
  mul,
  pin,
  pinned,
  slice,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from "../../src/index.ts";
import { handleOf, lendMemory, reclaimMemory, tensorAt } from "../../src/internal.ts";
import { heap } from "../../src/memory/heap.ts";
import { tensors } from "../arbitraries.ts";
import { onThread, threadOf } from "../programs/thread.ts";
import { expectTable, read } from "../reference.ts";

/** As `postMessage` does it. */
const posted = (x: Tensor): Tensor => tensorAt(structuredClone(handleOf(x)));

describe("handles", () => {
  test("stand for the same elements, however they are strided", () => {
    const property = fc.property(
      tensors({ contents: "special" }).filter((x) => x.storage.address !== undefined),
      (x) => {
        const seen = posted(x);
        expect([seen.strides, seen.offset, seen.storage.address]).toEqual([x.strides, x.offset, x.storage.address]);
        expect(seen.storage.length).toBe(x.storage.length);
        expectTable(seen, read(x));
      },
    );
    fc.assert(property);
  });

  test("what is written at one end is read at the other", () => {
    const whole = pinned([4, 3]);
    const seen = posted(transpose(slice(whole, 0, 1, 3)));
    assign(seen, tensor([1, 2, 3]).reshape([3, 1]));
    expect(whole.toArray()).toEqual([
      [0, 0, 0],
      [1, 2, 3],
      [1, 2, 3],
      [0, 0, 0],
    ]);
    whole.data.fill(5);
    expect(mul(seen, 2).toArray()).toEqual(new Array(3).fill([10, 10]));
  });

  test("are for pinned tensors: the others lie in the memory of one thread", () => {
    for (const x of [zeros([2]), slice(zeros([4]), 0, 1)]) expect(() => handleOf(x)).toThrow(MemoryError);
    expect(() => handleOf(zeros([2]))).toThrowErrorMatchingInlineSnapshot(
      `[MemoryError: handleOf: only pinned tensors are in memory that threads share; pin() it first]`,
    );
  });
});

test("another thread sees views, computes with them and writes into them", async () => {
  const base = pin(tensor([...Array(24).keys()]).reshape([4, 6]));
  const [a, b] = [slice(transpose(base), 0, 1, -1, 3), flip(slice(base, 1, 0, 5, 4), 0)];
  const counter = pin(tensor([1, 2, 3]));
  const stretched = broadcastTo(slice(counter, 0, 1, 2), [2, 2]);
  const output = pinned([3, 2]);
  const rows = new ByteRows(2, 3, 2);
  rows.bytes.set([1, 2, 3, 4, 5, 6]);

  const lent = lendMemory(4_000_000);
  const { address, divisor, rowLength } = rows;
  const answer = await onThread("seeing.ts", {
    lent,
    handles: [a, b, counter, stretched].map(handleOf),
    output: handleOf(slice(output, 0, 1)),
    rows: { rows: 2, rowLength, divisor, address },
  });
  const refusal =
    "MemoryError: tensor memory: this thread already has pinned tensors; call useLentMemory before you pin the first";
  expect(answer).toEqual({
    first: "none",
    second: refusal,
    kernels: "simd",
    seen: [
      a.toArray(),
      b.toArray(),
      [2, 3, 4],
      [
        [3, 3],
        [3, 3],
      ],
    ],
    batch: [[2, 2.5, 3]],
    own: expect.any(Number),
  });
  const { own } = answer as { own: number };
  expect(own >= lent.start && own < lent.end).toBe(true);
  expect(output.select(0, 0).toArray()).toEqual([0, 0]);
  expect(output.slice(0, 1).toArray()).toEqual(matmul(a, b).toArray());
  expect([...counter.data]).toEqual([2, 3, 4]);
  expect([...rows.bytes]).toEqual([99, 2, 3, 4, 5, 6]);
  expect(reclaimMemory([lent])).toBe(0);
});

describe("lending", () => {
  test("sets a block aside, and taking it back frees it", () => {
    const before = heap().used;
    const lent = [lendMemory(1000), lendMemory(64), lendMemory(0)];
    expect(lent.map(({ start, end }) => end - start)).toEqual([1000, 64, 0]);
    expect(lent.map(({ memory }) => memory === heap().memory)).toEqual([true, true, true]);
    expect(heap().used).toBe(before + 1024 + 64);
    expect(reclaimMemory(lent)).toBe(0);
    expect(heap().used).toBe(before);
  });

  test("what the other threads have grown comes back with it", () => {
    const [before, lent] = [heap().used, lendMemory(1000)];
    heap().memory.grow(3);
    expect(reclaimMemory([lent])).toBe(3 * 65_536);
    expect(heap().used).toBe(before);
  });
});

test("a thread sees what the memory grew by while it was on its way there", async () => {
  const worker = threadOf("late.ts");
  await once(worker, "message");
  const lent = lendMemory(2 ** 16);
  // The large array keeps the thread busy unpacking, so that the memory grows in the middle of it.
  const large = Array.from({ length: 300_000 }, (_, k) => ({ k }));
  worker.postMessage({ large, lent });
  const until = performance.now() + 60;
  while (performance.now() < until);
  const table = new ByteRows(2, Math.ceil(heap().memory.buffer.byteLength / 2));
  [table.bytes[0], table.bytes[table.bytes.length - 1]] = [7, 9];
  const answer = once(worker, "message");
  worker.postMessage({ rows: table.rows, rowLength: table.rowLength, address: table.address });
  expect(await answer).toEqual([[7, 9]]);
  await worker.terminate();
  reclaimMemory([lent]);
});
