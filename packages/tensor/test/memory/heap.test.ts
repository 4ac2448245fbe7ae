/**
 * The heap: blocks never overlap, merge when they come back, and the memory grows when they do not fit; and several heaps
 * over one memory, in this thread and in others.
 */
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { MemoryError } from "../../src/errors.ts";
import { Heap, heap, useLentMemory } from "../../src/memory/heap.ts";
import { onThread } from "../programs/thread.ts";

const MEGABYTE = 2 ** 20;

/** Give a block of so many bytes, or take back the n-th of those that are out. */
type Step = { readonly allocate: number } | { readonly release: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ allocate: fc.oneof(fc.nat(300), fc.nat(400_000)) }) },
    { weight: 2, arbitrary: fc.record({ release: fc.nat() }) },
  ),
  { maxLength: 60 },
);

describe.each([
  ["shared", true],
  ["unshared", false],
])("%s", (_, shared) => {
  test("a block of zeros has only zeros, whatever its memory was used for", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const own = new Heap(shared);
        const out: { start: number; bytes: number }[] = [];
        for (const [k, step] of list.entries())
          if ("allocate" in step) {
            const bytes = step.allocate;
            const start = k % 2 === 0 ? own.allocateZeros(bytes) : own.allocate(bytes);
            const block = own.bytes.subarray(start, start + bytes);
            if (k % 2 === 0) expect(block.every((byte) => byte === 0)).toBe(true);
            block.fill(7);
            out.push({ start, bytes });
          } else if (out.length > 0) {
            const [{ start, bytes }] = out.splice(step.release % out.length, 1);
            own.release(start, bytes);
          }
      }),
    );
  });

  test("random allocations never overlap; when all are back, one free block is left", () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (list, order) => {
        const own = new Heap(shared);
        const out: { start: number; bytes: number }[] = [];
        const release = (seed: number) => {
          const [block] = out.splice(seed % out.length, 1);
          own.release(block.start, block.bytes);
        };
        for (const step of list) {
          if ("allocate" in step) {
            const start = own.allocate(step.allocate);
            expect(start % 64 === 0 && start > 0).toBe(true);
            expect(start + step.allocate).toBeLessThanOrEqual(own.memory.buffer.byteLength);
            const clash = out.some(
              (b) => start < b.start + Math.max(b.bytes, 1) && b.start < start + Math.max(step.allocate, 1),
            );
            expect(clash).toBe(false);
            out.push({ start, bytes: step.allocate });
          } else if (out.length > 0) release(step.release);
          const total = out.reduce((sum, { bytes }) => sum + Math.max(64, Math.ceil(bytes / 64) * 64), 0);
          expect(own.used).toBe(total);
        }
        for (const seed of order) {
          if (out.length === 0) break;
          release(seed);
        }
        expect(own.used).toBe(0);
        // Merged again, all of it is one block: the memory need not grow for it.
        const size = own.memory.buffer.byteLength;
        expect(own.allocate(size - 64)).toBe(64);
        expect(own.memory.buffer.byteLength).toBe(size);
      }),
      { numRuns: 60 },
    );
  });

  test("what was written stays where it is when the memory grows", () => {
    const own = new Heap(shared);
    expect(own.shared).toBe(shared);
    const address = own.allocate(40);
    const [floats, bytes] = [own.floats, own.bytes];
    floats[address / 4] = 1.5;
    const size = own.memory.buffer.byteLength;
    const large = own.allocate(3 * MEGABYTE);
    expect(own.memory.buffer.byteLength).toBeGreaterThanOrEqual(size + 2 * MEGABYTE);
    expect(floats.length).toBe(shared ? size / 4 : 0);
    expect(bytes.length).toBe(shared ? size : 0);
    expect(own.floats[address / 4]).toBe(1.5);
    expect(own.floats).toBe(own.floats);
    expect(own.bytes).toBe(own.bytes);
    expect(own.bytes.length).toBe(own.memory.buffer.byteLength);
    own.floats[large / 4 + (3 * MEGABYTE) / 4 - 1] = 2;
    expect(own.floats.at(large / 4 + (3 * MEGABYTE) / 4 - 1)).toBe(2);
  });
});

test("first fit: a hole that is large enough is used, one that is too small is passed over", () => {
  const own = new Heap(true);
  const [a, b, c, d] = [64, 640, 64, 64].map((bytes) => own.allocate(bytes));
  expect([a, b, c, d]).toEqual([64, 128, 768, 832]);
  own.release(b, 640);
  own.release(a, 64);
  expect(own.allocate(705)).toBe(896);
  expect(own.allocate(704)).toBe(64);
});

test("growing takes a quarter more than there was, so that it is rarely needed", () => {
  const own = new Heap(true);
  own.allocate(MEGABYTE - 64);
  own.allocate(64);
  expect(own.memory.buffer.byteLength).toBe(1.25 * MEGABYTE);
});

test("4 GiB is the end", () => {
  const own = new Heap(true);
  const size = own.memory.buffer.byteLength;
  expect(() => own.allocate(5 * 2 ** 30)).toThrow(MemoryError);
  expect(() => own.allocate(5 * 2 ** 30)).toThrowErrorMatchingInlineSnapshot(
    `[MemoryError: tensor memory: cannot grow by 5368709120 bytes beyond 1048576; keep fewer pinned tensors, or use smaller batches]`,
  );
  expect(own.memory.buffer.byteLength).toBe(size);
  expect(own.allocate(64)).toBe(64);
});

test("there is one heap, shared where SharedArrayBuffer exists", () => {
  expect(heap()).toBe(heap());
  expect(heap().shared).toBe(true);
  expect(heap().memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});

/** Whether no two blocks share a byte. */
function areApart(blocks: readonly { start: number; bytes: number }[]): boolean {
  const sorted = blocks.toSorted((a, b) => a.start - b.start);
  return sorted.every(({ start }, k) => k === 0 || start >= sorted[k - 1].start + sorted[k - 1].bytes);
}

const rounded = (bytes: number) => 64 * Math.ceil(Math.max(bytes, 1) / 64);

describe("several heaps over one memory", () => {
  /** A heap that begins with `bytes` of another's. */
  function lend(owner: Heap, bytes: number): { heap: Heap; start: number; bytes: number } {
    const start = bytes === 0 ? 0 : owner.allocate(bytes);
    return { heap: new Heap(true, { memory: owner.memory, start, end: start + bytes }), start, bytes };
  }

  test("never overlap, whoever grows the memory; the owner takes all of it back as one block", () => {
    const lots = fc.array(fc.constantFrom(0, 64, 100, 65_536, 200_000), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), lots, (list, order, sizes) => {
        const owner = new Heap(true);
        const borrowers = sizes.map((bytes) => lend(owner, bytes));
        const heaps = [owner, ...borrowers.map(({ heap }) => heap)];
        const lentBytes = sizes.reduce<number>((sum, bytes) => sum + (bytes === 0 ? 0 : rounded(bytes)), 0);
        const out: { start: number; bytes: number; by: number }[] = [];
        let grown = 0;
        const releaseOne = (seed: number) => {
          const [{ start, bytes, by }] = out.splice(seed % out.length, 1);
          heaps[by].release(start, bytes);
        };
        for (const step of list) {
          if ("allocate" in step) {
            const [{ value: seed }, bytes] = [order.next(), step.allocate];
            const by = seed % heaps.length;
            const before = owner.memory.buffer.byteLength;
            out.push({ start: heaps[by].allocate(bytes), bytes: rounded(bytes), by });
            if (by > 0) grown += owner.memory.buffer.byteLength - before;
          } else if (out.length > 0) releaseOne(step.release);
          expect(areApart(out)).toBe(true);
          for (const [by, own] of heaps.entries()) {
            const held = out.filter((block) => block.by === by).reduce((sum, { bytes }) => sum + bytes, 0);
            expect(own.used).toBe(held + (by === 0 ? lentBytes : 0));
          }
        }
        for (const { start, bytes } of borrowers) if (bytes > 0) owner.release(start, bytes);
        // The others are gone, and what they had not given back goes with them.
        while (out.some(({ by }) => by === 0)) releaseOne(out.findIndex(({ by }) => by === 0));
        expect(owner.reclaim()).toBe(grown);
        expect([owner.reclaim(), owner.used]).toEqual([0, 0]);
        const size = owner.memory.buffer.byteLength;
        expect(owner.allocate(size - 64)).toBe(64);
        expect(owner.memory.buffer.byteLength).toBe(size);
      }),
      { numRuns: 60 },
    );
  });

  test("a lent block is used before the memory grows, and by a quarter of what the heap has", () => {
    const owner = new Heap(true);
    const { heap: own, start } = lend(owner, MEGABYTE / 2);
    expect([own.memory, own.shared, own.used]).toEqual([owner.memory, true, 0]);
    expect(own.allocate(MEGABYTE / 2)).toBe(start);
    expect(owner.memory.buffer.byteLength).toBe(MEGABYTE);
    // The first new page; the half megabyte it has, not the whole one, asks for an eighth.
    expect(own.allocate(64)).toBe(MEGABYTE);
    expect(owner.memory.buffer.byteLength).toBe(1.125 * MEGABYTE);
    expect(own.used).toBe(MEGABYTE / 2 + 64);
  });

  test("pages that another heap has grown are not the owner's until it reclaims them", () => {
    const owner = new Heap(true);
    const { heap: own } = lend(owner, 0);
    expect(own.allocate(MEGABYTE)).toBe(MEGABYTE);
    expect(owner.used).toBe(0);
    // It does not fit before those pages, and must not lie in them.
    expect(owner.allocate(MEGABYTE)).toBe(2 * MEGABYTE);
    expect(own.allocate(64)).toBe(3 * MEGABYTE);
    expect(owner.reclaim()).toBe(MEGABYTE + 262_144);
    // They have been used, perhaps.
    owner.bytes.fill(7, MEGABYTE);
    const zeros = owner.allocateZeros(MEGABYTE + 262_144);
    expect(owner.bytes.subarray(zeros, zeros + MEGABYTE + 262_144).every((byte) => byte === 0)).toBe(true);
    owner.release(zeros, MEGABYTE + 262_144);
    expect(owner.used).toBe(MEGABYTE);
    owner.release(2 * MEGABYTE, MEGABYTE);
    expect(owner.used).toBe(0);
    expect(owner.allocate(3 * MEGABYTE + 262_144 - 64)).toBe(64);
  });

  test("pages are where growing says they are, also if another thread grows the memory at that moment", () => {
    const owner = new Heap(true);
    const grow = owner.memory.grow.bind(owner.memory);
    const spy = vi.spyOn(owner.memory, "grow").mockImplementationOnce((pages) => {
      grow(2);
      return grow(pages);
    });
    expect(owner.allocate(MEGABYTE)).toBe(MEGABYTE + 2 * 65_536);
    spy.mockRestore();
    expect(owner.used).toBe(MEGABYTE);
    expect(owner.reclaim()).toBe(2 * 65_536);
    expect(owner.allocate(MEGABYTE + 2 * 65_536 - 64)).toBe(64);
  });

  test("lending and taking back again and again needs no more memory than once", () => {
    const owner = new Heap(true);
    const parameters = owner.allocate(300_000);
    let bytes = 0;
    const sizes: number[] = [];
    for (let run = 0; run < 20; run++) {
      const crew = [lend(owner, bytes), lend(owner, bytes)];
      for (const { heap: own } of crew) for (let k = 0; k < 5; k++) own.allocate(100_000);
      for (const { start, bytes: size } of crew) if (size > 0) owner.release(start, size);
      bytes += Math.ceil(owner.reclaim() / 2);
      sizes.push(owner.memory.buffer.byteLength);
    }
    expect(new Set(sizes.slice(1)).size).toBe(1);
    owner.release(parameters, 300_000);
    expect(owner.used).toBe(0);
  });

  test("threads that grow it at the same time get pages of their own", async () => {
    const owner = new Heap(true);
    const [threads, blocks] = [4, 60];
    const lots = [0, 65_536, 100_000].map((bytes) => lend(owner, bytes));
    const ready = new Int32Array(new SharedArrayBuffer(4));
    const answers = lots.map(({ start, bytes }, k) => {
      const lent = { memory: owner.memory, start, end: start + bytes };
      return onThread("growing.ts", { lent, number: k + 1, ready, threads, blocks });
    });
    while (Atomics.load(ready, 0) < threads - 1) await Promise.race([...answers, setTimeout(1)]);
    // This thread is the fourth, and answers to nobody until it is done.
    Atomics.add(ready, 0, 1);
    const own: { start: number; bytes: number }[] = [];
    for (let k = 0; k < blocks; k++) {
      const start = owner.allocate(30_000);
      owner.bytes.fill(77, start, start + 30_000);
      own.push({ start, bytes: 30_000 });
    }
    Atomics.add(ready, 0, 1);
    const found = (await Promise.all(answers)) as { kept: typeof own; intact: boolean; used: number }[];
    expect(found.map(({ intact }) => intact)).toEqual([true, true, true]);
    expect(found.map(({ kept }) => kept.length)).toEqual([40, 40, 40]);
    expect(own.every(({ start, bytes }) => owner.bytes.subarray(start, start + bytes).every((b) => b === 77))).toBe(
      true,
    );
    expect(areApart([...own, ...found.flatMap(({ kept }) => kept)])).toBe(true);
    for (const { kept, used } of found) expect(used).toBe(kept.reduce((sum, { bytes }) => sum + rounded(bytes), 0));

    const held = blocks * rounded(30_000);
    expect(owner.used).toBe(held + 65_536 + rounded(100_000));
    for (const { start, bytes } of lots) if (bytes > 0) owner.release(start, bytes);
    expect(owner.reclaim()).toBeGreaterThan(3_000_000);
    expect(owner.used).toBe(held);
    for (const { start, bytes } of own) owner.release(start, bytes);
    expect(owner.allocate(owner.memory.buffer.byteLength - 64)).toBe(64);
  });
});

test("memory is lent to a thread that has none", () => {
  const { memory } = heap();
  expect(() => useLentMemory({ memory, start: 0, end: 0 })).toThrow(MemoryError);
  expect(() => useLentMemory({ memory, start: 0, end: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[MemoryError: tensor memory: this thread already has pinned tensors; call useLentMemory before you pin the first]`,
  );
  expect(heap().memory).toBe(memory);
});
