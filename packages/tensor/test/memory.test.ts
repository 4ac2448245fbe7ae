/** The heap: blocks never overlap, merge when they come back, and the memory grows when they do not fit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryError } from "../src/errors.ts";
import { Heap, heap } from "../src/memory.ts";

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
    `[MemoryError: tensor memory: cannot grow by 5368709120 bytes beyond 1048576; keep fewer pinned tensors, or smaller batches]`,
  );
  expect(own.memory.buffer.byteLength).toBe(size);
  expect(own.allocate(64)).toBe(64);
});

test("there is one heap, shared where SharedArrayBuffer exists", () => {
  expect(heap()).toBe(heap());
  expect(heap().shared).toBe(true);
  expect(heap().memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});
