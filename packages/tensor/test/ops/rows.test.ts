/** Gathering rows, of bytes and of floats, into a batch: ordinary or pinned, SIMD and twin. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toFloat64 } from "../../src/copy.ts";
import { zeros } from "../../src/fill.ts";
import { transpose } from "../../src/ops/axes.ts";
import { ByteRows, gatherRows } from "../../src/ops/rows.ts";
import { slice } from "../../src/ops/view.ts";
import { pinned } from "../../src/pin.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, shapes, sizeOf, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { at, expectTable, read, table } from "../reference.ts";

/** A batch with room before and behind, filled with what must stay there. */
function batchOf(shape: readonly number[], isPinned: boolean): { out: Tensor; whole: Tensor } {
  const whole = isPinned ? pinned([shape[0] + 2, ...shape.slice(1)]) : zeros([shape[0] + 2, ...shape.slice(1)]);
  whole.data.fill(-1);
  return { out: slice(whole, 0, 1, -1), whole };
}

const untouched = (row: Tensor) => expect(read(row).values.every((value) => value === -1)).toBe(true);

describe("ByteRows", () => {
  test("bytes over the divisor, rounded once; rows in the order of the indices", () => {
    const cases = fc.tuple(
      counts,
      counts,
      fc.constantFrom(255, 1, 3.3, 256, 0.1),
      fc.array(fc.nat(), { maxLength: 9 }),
    );
    fc.assert(
      fc.property(cases, fc.boolean(), fc.integer(), ([count, length, divisor, picked], isPinned, seed) => {
        const rows = new ByteRows(count, length, divisor);
        expect([rows.rows, rows.rowLength, rows.divisor, rows.bytes.length]).toEqual([
          count,
          length,
          divisor,
          count * length,
        ]);
        expect(rows.bytes.every((byte) => byte === 0)).toBe(true);
        const byte = (r: number, j: number) => (seed * 31 + r * 57 + j * 101) & 255;
        for (let r = 0; r < count; r++) for (let j = 0; j < length; j++) rows.bytes[r * length + j] = byte(r, j);
        const indices = Int32Array.from(picked, (seed) => seed % count);
        const wanted = table([indices.length, length], ([b, j]) =>
          Math.fround(byte(indices[b], j) / Math.fround(divisor)),
        );
        const got = onBothKernels(() => {
          const { out, whole } = batchOf([indices.length, length], isPinned);
          rows.gatherInto(indices, out);
          untouched(slice(whole, 0, 0, 1));
          untouched(slice(whole, 0, -1));
          return out;
        });
        expectTable(got, wanted);
      }),
    );
  });

  test("the default takes 0 ... 255 to 0 ... 1; a batch may have more axes, or hold doubles", () => {
    const rows = new ByteRows(1, 4);
    rows.bytes.set([0, 51, 102, 255]);
    const out = pinned([1, 2, 2]);
    rows.gatherInto(Int32Array.of(0), out);
    expect([...out.data]).toEqual([0, 0.2, 0.4, 1].map(Math.fround));
    const doubles = toFloat64(zeros([1, 4]));
    rows.gatherInto(Int32Array.of(0), doubles);
    expect([...doubles.data]).toEqual([0, 0.2, 0.4, 1]);
  });
});

test("a table at an address is the one that lies there", () => {
  const rows = new ByteRows(3, 2, 10);
  rows.bytes.set([1, 2, 3, 4, 5, 6]);
  const same = new ByteRows(3, 2, 5, rows.address);
  expect([same.address, [...same.bytes]]).toEqual([rows.address, [1, 2, 3, 4, 5, 6]]);
  same.bytes[3] = 40;
  const gathered = onBothKernels(() => {
    const out = pinned([2, 2]);
    same.gatherInto(Int32Array.of(2, 1), out);
    return out;
  });
  expect([...gathered.data]).toEqual([1, 1.2, 0.6, 8].map(Math.fround));
  expect(rows.bytes[3]).toBe(40);
});

test("gatherRows: rows of any tensor, copied as they are", () => {
  const cases = shapes(1, 3).chain((shape) =>
    fc.tuple(
      tensorOf(shape, { contents: "special" }),
      shape[0] === 0 ? fc.constant([]) : fc.array(fc.nat(shape[0] - 1), { maxLength: 9 }),
    ),
  );
  fc.assert(
    fc.property(cases, fc.boolean(), ([x, list], isPinned) => {
      const t = read(x);
      const shape = [list.length, ...x.shape.slice(1)];
      const { out, whole } = batchOf(shape, isPinned);
      gatherRows(x, Int32Array.from(list), out);
      expectTable(
        out,
        table(shape, (index) => at(t, index.with(0, list[index[0]]))),
      );
      untouched(slice(whole, 0, 0, 1));
      untouched(slice(whole, 0, -1));
      expect(out.size).toBe(sizeOf(shape));
    }),
  );
});

test("refusals", () => {
  const rows = new ByteRows(3, 2);
  expect(() => rows.gatherInto(Int32Array.of(0, 3), zeros([2, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ByteRows.gatherInto: index 3 at position 1 is not an integer from 0 to 2]`,
  );
  expect(() => rows.gatherInto(Int32Array.of(-1), zeros([1, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ByteRows.gatherInto: index -1 at position 0 is not an integer from 0 to 2]`,
  );
  expect(() => rows.gatherInto(Int32Array.of(0), zeros([2, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ByteRows.gatherInto: 1 rows of 2 do not fill [2, 2]; pass a contiguous tensor of 2 elements]`,
  );
  expect(() => rows.gatherInto(Int32Array.of(0, 1), transpose(zeros([2, 2])))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: ByteRows.gatherInto: 2 rows of 2 do not fill [2, 2]; pass a contiguous tensor of 4 elements]`,
  );
  expect(() => gatherRows(zeros([3, 2]), Int32Array.of(3), zeros([1, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gatherRows: index 3 at position 0 is not an integer from 0 to 2]`,
  );
  expect(() =>
    gatherRows(zeros([3, 2]), Int32Array.of(0), slice(zeros([2]), 0, 0, 1)),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: gatherRows: 1 rows of 2 do not fill [1]; pass a contiguous tensor of 2 elements]`,
  );
  expect(() => new ByteRows(-1, 2)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ByteRows: rows must be an integer from 0 up, got -1]`,
  );
  expect(() => new ByteRows(1, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ByteRows: the row length must be a positive integer, got 0]`,
  );
  expect(() => new ByteRows(1, 1, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ByteRows: the divisor must be above 0, got 0]`,
  );
});
