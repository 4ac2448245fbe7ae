import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeIdx, type IdxArray, type IdxData, IdxError, parseIdx } from "../src/index.ts";

/** Small arrays of every element type and of ranks 1 to 5, including sizes 0 and 1. */
const arrays: fc.Arbitrary<IdxArray> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
    make: fc.constantFrom<((length: number) => IdxData)[]>(
      (length) => new Uint8Array(length),
      (length) => new Int8Array(length),
      (length) => new Int16Array(length),
      (length) => new Int32Array(length),
      (length) => new Float32Array(length),
      (length) => new Float64Array(length),
    ),
    noise: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  })
  .map(({ shape, make, noise }) => {
    const data = make(shape.reduce((product, size) => product * size, 1));
    const bytes = new Uint8Array(data.buffer);
    for (let at = 0; at < bytes.length; at++) bytes[at] = noise[at % noise.length];
    return { shape, data };
  });

const bits = (data: IdxData): Uint8Array =>
  new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));

describe("parseIdx and encodeIdx", () => {
  test("parseIdx inverts encodeIdx, bit for bit, at any offset in memory", () => {
    fc.assert(
      fc.property(arrays, fc.integer({ min: 0, max: 7 }), (array, offset) => {
        const file = encodeIdx(array);
        const memory = new Uint8Array(offset + file.length);
        memory.set(file, offset);
        const parsed = parseIdx(memory.subarray(offset));
        expect(parsed.shape).toEqual(array.shape);
        expect(parsed.data.constructor).toBe(array.data.constructor);
        expect(bits(parsed.data)).toEqual(bits(array.data));
      }),
    );
  });

  test("the bytes match the description of the format", () => {
    expect(Array.from(encodeIdx({ shape: [1, 2], data: Int16Array.of(1, -2) }))).toEqual([
      0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0xff, 0xfe,
    ]);
    const float = parseIdx(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0));
    expect(float.data).toEqual(Float32Array.of(1.5));
  });

  test("one-byte elements are not copied", () => {
    const file = encodeIdx({ shape: [3], data: Uint8Array.of(7, 8, 9) });
    const { data } = parseIdx(file);
    expect(data.buffer).toBe(file.buffer);
    expect(data).toEqual(Uint8Array.of(7, 8, 9));
  });

  test("rank 255 is read", () => {
    const shape = Array.from({ length: 255 }, () => 1);
    expect(parseIdx(encodeIdx({ shape, data: Int8Array.of(-5) }))).toEqual({ shape, data: Int8Array.of(-5) });
  });

  test("every truncation and every extra byte is refused", () => {
    fc.assert(
      fc.property(arrays, (array) => {
        const file = encodeIdx(array);
        for (let length = 0; length < file.length; length++)
          expect(() => parseIdx(file.subarray(0, length))).toThrow(IdxError);
        expect(() => parseIdx(Uint8Array.of(...file, 0))).toThrow(IdxError);
      }),
      { numRuns: 30 },
    );
  });

  test("a corrupt header is refused unless it describes exactly the bytes of the file", () => {
    fc.assert(
      fc.property(arrays, fc.nat(), fc.integer({ min: 1, max: 255 }), (array, position, flip) => {
        const file = encodeIdx(array);
        const at = position % (4 + 4 * array.shape.length);
        file[at] ^= flip;
        try {
          const { shape, data } = parseIdx(file);
          expect(at).toBeGreaterThanOrEqual(2);
          expect(4 + 4 * shape.length + data.byteLength).toBe(file.length);
        } catch (error) {
          expect(error).toBeInstanceOf(IdxError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("arbitrary bytes are either parsed or refused with an IdxError", () => {
    const header = fc.tuple(
      fc.constantFrom(8, 9, 11, 12, 13, 14),
      fc.integer({ min: 0, max: 5 }),
      fc.uint8Array({ maxLength: 64 }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          header.map(([code, rank, rest]) => Uint8Array.of(0, 0, code, rank, ...rest)),
        ),
        (bytes) => {
          try {
            expect(parseIdx(bytes).data.byteLength).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(IdxError);
          }
        },
      ),
    );
  });

  test("a header that claims more than the file holds allocates nothing", () => {
    // 255 sizes of 2^32 - 1: their product overflows a double.
    const file = new Uint8Array(4 + 4 * 255 + 1).fill(255);
    file.set([0, 0, 0x0e, 255]);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1000; i++) expect(() => parseIdx(file)).toThrow(/truncated/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    // With one size of 0 the array is empty: the product is 0, not NaN.
    file.set([0, 0, 0, 0], 4);
    expect(() => parseIdx(file)).toThrow(/oversized/);
    expect(parseIdx(file.subarray(0, -1)).data).toHaveLength(0);
  });

  test("errors say what arrived and how to fix it", () => {
    const file = encodeIdx({ shape: [2, 3], data: new Uint8Array(6) });
    const changed = (at: number, value: number): Uint8Array => {
      const copy = file.slice();
      copy[at] = value;
      return copy;
    };
    const refusal = (bytes: Uint8Array): string => {
      try {
        parseIdx(bytes, "pixels");
        return "accepted";
      } catch (error) {
        return String(error);
      }
    };
    expect({
      short: refusal(file.subarray(0, 3)),
      magic: refusal(changed(0, 1)),
      type: refusal(changed(2, 10)),
      rank: refusal(changed(3, 0)),
      header: refusal(changed(3, 9)),
      truncated: refusal(file.subarray(0, -1)),
      oversized: refusal(changed(7, 1)),
      gzip: refusal(gzipSync(file)),
      text: refusal(JSON.parse('"bytes"')),
    }).toMatchInlineSnapshot(`
      {
        "gzip": "IdxError: parseIdx: pixels: the file is compressed with gzip; pass it through gunzip() first",
        "header": "IdxError: parseIdx: pixels: the file is truncated: it has 18 bytes, but a header of rank 9 takes 40; get a new copy",
        "magic": "IdxError: parseIdx: pixels: the file starts with 01 00 08 02, not with 00 00; check that it is an IDX file",
        "oversized": "IdxError: parseIdx: pixels: the file is oversized: the header says Uint8Array [1, 3], which takes 15 bytes, but the file has 18; get a new copy",
        "rank": "IdxError: parseIdx: pixels: the array has rank 0; an IDX array has 1 to 255 dimensions",
        "short": "IdxError: parseIdx: pixels: the file is truncated: it has 3 bytes, too few for a header; get a new copy",
        "text": "IdxError: parseIdx: pixels: expected a Uint8Array, got "bytes"",
        "truncated": "IdxError: parseIdx: pixels: the file is truncated: the header says Uint8Array [2, 3], which takes 18 bytes, but the file has 17; get a new copy",
        "type": "IdxError: parseIdx: pixels: unknown element type 0x0a; IDX defines 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e",
      }
    `);
  });

  test("encodeIdx refuses arrays that an IDX file cannot hold", () => {
    const refusal = (shape: number[], data: IdxData): string => {
      try {
        encodeIdx({ shape, data });
        return "accepted";
      } catch (error) {
        return String(error);
      }
    };
    expect([
      refusal([], Uint8Array.of(1)),
      refusal(
        Array.from({ length: 256 }, () => 1),
        Uint8Array.of(1),
      ),
      refusal([1.5, 2], new Uint8Array(3)),
      refusal([-1], new Uint8Array(1)),
      refusal([2, 2], new Uint8Array(3)),
      refusal([3], JSON.parse("[1, 2, 3]")),
    ]).toMatchInlineSnapshot(`
      [
        "IdxError: encodeIdx: shape has 0 dimensions; an IDX array has 1 to 255",
        "IdxError: encodeIdx: shape has 256 dimensions; an IDX array has 1 to 255",
        "IdxError: encodeIdx: shape contains the size 1.5; sizes are integers from 0 to 2^32 - 1",
        "IdxError: encodeIdx: shape contains the size -1; sizes are integers from 0 to 2^32 - 1",
        "IdxError: encodeIdx: shape [2, 2] has 4 elements, but data has 3; give as many elements as the shape has",
        "IdxError: encodeIdx: an IDX file cannot hold an array of 3; use one of Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array",
      ]
    `);
  });
});
