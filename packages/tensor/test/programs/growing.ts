/**
 * A thread that takes lent memory, waits for the others, and then grows the memory at the same time as they do: it takes
 * blocks, writes its number into each, gives every third back, and posts those it kept, and whether all are as written.
 */
import { parentPort, workerData } from "node:worker_threads";
import { heap, useLentMemory } from "../../src/memory/heap.ts";

const { lent, number, ready, threads, blocks } = workerData;
useLentMemory(lent);

/** Waits until so many have come. */
function meet(count: number): void {
  Atomics.add(ready, 0, 1);
  const until = Date.now() + 20_000;
  while (Atomics.load(ready, 0) < count) {
    Atomics.wait(ready, 0, Atomics.load(ready, 0), 1);
    if (Date.now() > until) throw new Error("growing: the others did not come");
  }
}

// Everyone is there before the first begins.
meet(threads);

const kept: { start: number; bytes: number }[] = [];
for (let k = 0; k < blocks; k++) {
  const bytes = 10_000 + ((k * 7919 + number * 104_729) % 60_000);
  const start = heap().allocate(bytes);
  heap().bytes.fill(number, start, start + bytes);
  if (k % 3 === 0) heap().release(start, bytes);
  else kept.push({ start, bytes });
}

meet(2 * threads);
const intact = kept.every(({ start, bytes }) =>
  heap()
    .bytes.subarray(start, start + bytes)
    .every((b) => b === number),
);
parentPort?.postMessage({ kept, intact, used: heap().used });
