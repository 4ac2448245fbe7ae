/** Ordinary and pinned storage: zeros at the start, and pinned blocks that come back once nobody holds them. */
import { expect, test } from "vitest";
import "../../src/methods.ts";
import { tensor } from "../../src/create.ts";
import { heap } from "../../src/memory/heap.ts";
import { byteStorage, pinnedStorage, Storage } from "../../src/memory/storage.ts";
import { add } from "../../src/ops/elementwise.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { sum } from "../../src/ops/reduce.ts";
import { pinned } from "../../src/pin.ts";
import { run } from "../programs/run.ts";

test("ordinary storage is the array it was given", () => {
  const data = Float32Array.of(1, 2);
  const storage = new Storage(data);
  expect(storage.data).toBe(data);
  expect([storage.length, storage.address]).toEqual([2, undefined]);
});

test("pinned storage lies in the kernels' memory and is zero, whatever the block held before", () => {
  const address = heap().allocate(4 * 100);
  heap().floats.fill(5, address / 4, address / 4 + 100);
  heap().release(address, 4 * 100);
  const storage = pinnedStorage(100);
  expect(storage.address).toBe(address);
  expect(storage.data).toBe(storage.data);
  expect(storage.data.buffer).toBe(heap().memory.buffer);
  expect([...storage.data]).toEqual(new Array(100).fill(0));
  storage.data[99] = 3;
  expect(heap().floats[address / 4 + 99]).toBe(3);
});

test("pinned bytes are zero too", () => {
  const address = heap().allocate(70);
  heap().bytes.fill(5, address, address + 70);
  heap().release(address, 70);
  const storage = byteStorage(70);
  expect([storage.address, storage.length]).toEqual([address, 70]);
  expect([...storage.data]).toEqual(new Array(70).fill(0));
  storage.data[69] = 3;
  expect(heap().bytes[address + 69]).toBe(3);
});

test("5,000 kernel calls leave no memory behind", () => {
  const [x, y] = [pinned([8, 16]), tensor(new Float32Array(16 * 8).fill(0.5), [16, 8])];
  const calls = () => sum(add(matmul(x, y), 1));
  calls(); // kernels keep a stack, as large as they have needed so far
  const before = heap().used;
  const size = heap().memory.buffer.byteLength;
  for (let i = 0; i < 5000; i++) calls();
  expect(heap().used).toBe(before);
  expect(heap().memory.buffer.byteLength).toBe(size);
});

test("a block comes back when neither a tensor nor its data is held any more", async () => {
  const result = await run("collection.ts", { flags: ["--expose-gc"] });
  expect(result).toEqual({
    start: 0,
    asTensors: 3,
    asData: 3,
    intact: true,
    withoutBytes: 1,
    forgotten: 0,
    reused: 0,
    total: expect.any(Number),
  });
  const { total } = result as { total: number };
  expect(total).toBeLessThan(100);
});
