import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeIdx, gunzip, IdxError } from "../src/index.ts";

describe("gunzip", () => {
  // Hard to compress, so that the compressed file is processed in more than one piece.
  const noise = Uint8Array.from({ length: 200_000 }, (_, at) => (Math.imul(at, 0x9e3779b1) ^ (at * at)) >>> 13);
  const packed = new Uint8Array(gzipSync(noise));

  test("decompresses what gzip compressed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        expect(await gunzip(new Uint8Array(gzipSync(bytes)), bytes.length)).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
    expect(Buffer.compare(await gunzip(packed), noise)).toBe(0);
  });

  test("returns bytes that are not gzip unchanged", async () => {
    const raw = encodeIdx({ shape: [2], data: Uint8Array.of(1, 2) });
    expect(await gunzip(raw, 0)).toBe(raw);
    expect(await gunzip(new Uint8Array(0))).toHaveLength(0);
  });

  test("reads from shared memory", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(packed.length));
    shared.set(packed);
    expect(Buffer.compare(await gunzip(shared), noise)).toBe(0);
  });

  test.each([2, 3, 9, 10, 11, Math.floor(packed.length / 2), packed.length - 8, packed.length - 1])(
    "refuses a file cut off after %i bytes",
    async (length) => {
      await expect(gunzip(packed.subarray(0, length))).rejects.toThrow(IdxError);
    },
  );

  test("refuses corrupt bytes, a wrong checksum, a wrong length and trailing bytes", async () => {
    for (const at of [2, packed.length >> 1, packed.length - 6, packed.length - 1]) {
      const corrupt = packed.slice();
      corrupt[at] ^= 0x55;
      await expect(gunzip(corrupt, 2 ** 20, "images.gz")).rejects.toThrow(
        /^gunzip: images.gz: the file is corrupt or truncated .*get a new copy$/,
      );
    }
    await expect(gunzip(new Uint8Array(Buffer.concat([packed, Uint8Array.of(1, 2, 3)])))).rejects.toThrow(IdxError);
  });

  test("stops a decompression bomb at the limit", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(2 ** 26)));
    const before = process.memoryUsage().arrayBuffers;
    await expect(gunzip(bomb, 1e6, "bomb.gz")).rejects.toThrow(
      "gunzip: bomb.gz: the file decompresses to more than 1000000 bytes; raise the limit if you trust the file",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test("refuses a limit that is not a number of bytes, and an argument that is not a Uint8Array", async () => {
    await expect(gunzip(packed, -1)).rejects.toThrow(IdxError);
    await expect(gunzip(packed, Number.NaN)).rejects.toThrow(IdxError);
    await expect(gunzip(JSON.parse("[31, 139]"))).rejects.toThrow(IdxError);
  });
});
