/** Hostile files: what is not a regular file is refused at once, and a decompression bomb costs next to nothing. */
import { execFileSync } from "node:child_process";
import { symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encodeIdx, IMAGE_FILES, parseIdx } from "../../src/index.ts";
import { gunzipIdx, readRegularFile, readRows } from "../../src/node/read.ts";
import { mnist } from "../../src/node.ts";
import { rejection } from "../refusal.ts";
import { emptyDirectory } from "./server.ts";

afterEach(() => vi.unstubAllGlobals());

/** Bytes that compress badly, so that a file of them is decompressed in many pieces. */
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => Math.imul(at, 0x9e3779b1) >>> 13);

describe("a file that is not a regular one is refused, not opened:", () => {
  test("a pipe, even if nobody writes to it", async () => {
    const directory = await emptyDirectory();
    for (const file of IMAGE_FILES) execFileSync("mkfifo", [join(directory, file)]);
    const error = await rejection(() => mnist({ directory }));
    expect(error.replaceAll(directory, "DIRECTORY")).toMatch(
      /^DatasetError: MNIST: DIRECTORY.(train|t10k)-(images-idx3|labels-idx1)-ubyte is a pipe; put a regular file in its place$/,
    );
  });

  test("an endless device, behind a link", async () => {
    const path = join(await emptyDirectory(), "images");
    await symlink("/dev/zero", path);
    await expect(readRegularFile(path, "MNIST")).rejects.toThrow(`MNIST: ${path} is a socket or a device; put`);
  });

  test("a socket", async () => {
    const path = join(await emptyDirectory(), "images");
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once("listening", resolve));
    await expect(readRegularFile(path, "MNIST")).rejects.toThrow(`MNIST: ${path} is a socket or a device; put`);
    server.close();
  });

  test("a file of more than a gigabyte, and one that is gone", async () => {
    const path = join(await emptyDirectory(), "images");
    await writeFile(path, "");
    await truncate(path, 2 ** 30 + 1);
    await expect(readRegularFile(path, "MNIST")).rejects.toThrow(`MNIST: ${path} has 1073741825 bytes, more than 107`);
    await expect(readRegularFile(`${path}.gz`, "MNIST")).rejects.toThrow(`MNIST: cannot read ${path}.gz: ENOENT`);
  });
});

describe("an IDX file, compressed with gzip,", () => {
  test("is decompressed, whatever its size", async () => {
    const sizes = fc.constantFrom(0, 1, 1000, 1015, 1016, 1017, 5000, 70_000, 300_000);
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const array = { shape: [size], data: noise(size) };
        const bytes = await gunzipIdx(gzipSync(encodeIdx(array)), "images.gz");
        expect(parseIdx(bytes)).toEqual(array);
      }),
      { numRuns: 30 },
    );
  });

  test("is refused if it is corrupt, or longer or shorter than its header promises", async () => {
    const file = encodeIdx({ shape: [100, 50], data: noise(5000) });
    const spoilt = async (bytes: Uint8Array) =>
      rejection(async () => parseIdx(await gunzipIdx(bytes, "images.gz"), "images.gz"));
    const text = new TextEncoder().encode("a text. ".repeat(1000));
    expect([
      await spoilt(gzipSync(Buffer.concat([file, Uint8Array.of(0)]))),
      await spoilt(gzipSync(file.subarray(0, -1))),
      await spoilt(gzipSync(file.subarray(0, 3))),
      await spoilt(gzipSync(file).subarray(0, -1)),
      await spoilt(gzipSync(text)),
    ]).toMatchInlineSnapshot(`
      [
        "IdxError: gunzip: images.gz: the header promises 5012 bytes, but the file decompresses to more; get a new copy",
        "IdxError: parseIdx: images.gz: the file is truncated: the header says Uint8Array [100, 50], which takes 5012 bytes, but the file has 5011; get a new copy",
        "IdxError: parseIdx: images.gz: the file is truncated: it has 3 bytes, too few for a header; get a new copy",
        "IdxError: gunzip: images.gz: the file is corrupt or truncated (unexpected end of file); get a new copy",
        "IdxError: gunzip: images.gz: the file starts with 61 20 74 65, not with 00 00; check that it is an IDX file",
      ]
    `);
  });

  test("is refused at once if it cannot be as long as its header promises", async () => {
    const promising = async (...shape: readonly number[]) => {
      const bytes = encodeIdx({ shape: shape.map(() => 1), data: Uint8Array.of(7) });
      for (const [axis, size] of shape.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
      return rejection(() => gunzipIdx(gzipSync(Buffer.concat([bytes, noise(2000)])), "images.gz"));
    };
    expect([
      await promising(2 ** 30 - 8),
      await promising(2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1),
    ]).toMatchInlineSnapshot(`
      [
        "IdxError: gunzip: images.gz: the file is truncated: the header says Uint8Array [1073741816], which takes 1073741824 bytes, more than 770 compressed bytes can hold; get a new copy",
        "IdxError: gunzip: images.gz: the header says Uint8Array [4294967295, 4294967295, 4294967295], which takes 7.9228162458924105e+28 bytes, more than 1073741824; check that it is the right file",
      ]
    `);
  });

  test("of 2.6 MB that decompresses to 2.6 GB is decompressed only as far as its header promises", async () => {
    const head = encodeIdx({ shape: [3, 28, 28], data: new Uint8Array(3 * 784) });
    const zeros = 2 ** 26;
    const part = (bytes: Uint8Array) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
    const repeated = part(new Uint8Array(zeros));
    const start = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
    const bomb = Buffer.concat([start, part(head), ...Array.from({ length: 40 }, () => repeated)]);
    expect(bomb.length).toBeGreaterThan(2.6e6);

    let decompressed = 0;
    const { DecompressionStream: Original } = globalThis;
    vi.stubGlobal("DecompressionStream", function counted(format: "gzip") {
      const { readable, writable } = new Original(format);
      const transform = (piece: Uint8Array, controller: TransformStreamDefaultController) => {
        decompressed += piece.length;
        controller.enqueue(piece);
      };
      return { readable: readable.pipeThrough(new TransformStream({ transform })), writable };
    });
    await expect(gunzipIdx(bomb, "bomb.gz")).rejects.toThrow(
      "gunzip: bomb.gz: the header promises 2368 bytes, but the file decompresses to more; get a new copy",
    );
    expect(decompressed).toBeGreaterThan(2368);
    expect(decompressed).toBeLessThan(2 ** 20);
  });
});

describe("rows of bytes are read into pinned memory", () => {
  test("as parseIdx reads them", async () => {
    const path = join(await emptyDirectory(), "images");
    const shape = [7, 5, 300];
    await writeFile(path, encodeIdx({ shape, data: noise(7 * 5 * 300) }));
    const read = await readRows(path, "MNIST");
    expect({ shape: read?.shape, rows: read?.rows.rows, length: read?.rows.rowLength }).toEqual({
      shape,
      rows: 7,
      length: 1500,
    });
    expect([...(read?.rows.bytes ?? [])]).toEqual([...noise(7 * 5 * 300)]);
  });

  test("and any other file is left to parseIdx", async () => {
    const path = join(await emptyDirectory(), "images");
    const file = encodeIdx({ shape: [10, 5], data: noise(50) });
    const others = [
      file.subarray(0, -1),
      Buffer.concat([file, Uint8Array.of(0)]),
      file.subarray(0, 3),
      gzipSync(file),
      encodeIdx({ shape: [10, 5], data: new Int32Array(50) }),
      encodeIdx({ shape: [0, 5], data: noise(0) }),
      encodeIdx({ shape: [5, 0], data: noise(0) }),
      new Uint8Array(0),
    ];
    for (const other of others) {
      await writeFile(path, other);
      expect(await readRows(path, "MNIST")).toBeUndefined();
    }
  });
});
