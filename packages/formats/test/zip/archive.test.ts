/** Zip files: what is right is read, and everything else refused, whatever it claims. */
import { Random } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Meter } from "../../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../../src/errors.ts";
import { openZip } from "../../src/zip/archive.ts";
import { crc32 } from "../../src/zip/crc32.ts";
import { zip } from "../../src/zip/write.ts";
import { joined } from "../safetensors/handmade.ts";
import { crcOf, deflated, type Entry, fields, stored, zipOf } from "./handmade.ts";

const refuse = (what: string) => new FormatError(what);
const text = (content: string) => new TextEncoder().encode(content);

/** All contents of a zip file. */
function contents(bytes: Uint8Array, maxInflated?: number): Record<string, Uint8Array> {
  const archive = openZip(bytes, refuse, maxInflated);
  return Object.fromEntries(archive.names.map((name) => [name, archive.read(name)]));
}

test("CRC-32 agrees with division bit by bit, and with its published check value", () => {
  expect(crc32(text("123456789"))).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(crc32(bytes)).toBe(crcOf(bytes));
    }),
  );
});

describe("what is right is read:", () => {
  const a = text("stored");
  const b = new Uint8Array(10_000).map((_, i) => (i * i) % 251);

  test("stored files are views, compressed ones copies; folders are no files", () => {
    const bytes = zipOf([stored("a", a), deflated("folder/b", b), stored("folder/", new Uint8Array()), stored("ü", a)]);
    const { a: first, "folder/b": second, ...others } = contents(bytes);
    expect([first, second, Object.keys(others)]).toEqual([a, b, ["ü"]]);
    expect(first.buffer).toBe(bytes.buffer);
  });

  test("a comment, a 64-bit end record, 64-bit sizes and offsets, no files at all", () => {
    expect(contents(zipOf([stored("a", a)], { comment: text("PK\x05\x06 is not the end record") }))).toEqual({ a });
    expect(contents(zipOf([stored("a", a), deflated("b", b)], { long: true }))).toEqual({ a, b });
    const extra = fields([2, 0x9999], [2, 1], [1, 7], [2, 1], [2, 16], [8, a.length], [8, 0]);
    expect(contents(zipOf([stored("a", a, { size: 2 ** 32 - 1, start: 2 ** 32 - 1, extra })]))).toEqual({ a });
    expect(contents(zipOf([]))).toEqual({});
  });

  test("files in any order, that begin anywhere in memory", () => {
    const [x, y] = [stored("x", a), stored("y", b)];
    const whole = zipOf([x, y]);
    const swapped = zipOf([y, x]);
    expect(contents(joined(Uint8Array.of(9), whole).subarray(1))).toEqual({ x: a, y: b });
    expect(contents(swapped)).toEqual({ y: b, x: a });
  });

  test("what is compressed to many pieces", () => {
    const random = new Random(1);
    const c = Uint8Array.from({ length: 50_000 }, () => random.below(256));
    expect(openZip(zipOf([deflated("c", c)]), refuse).read("c")).toEqual(c);
    const large = new Uint8Array(2 ** 24 + 1);
    large.set(c, 2 ** 24 - 50_000);
    expect(crc32(openZip(zip([{ name: "l", content: large }], true, refuse), refuse).read("l"))).toBe(crc32(large));
  });

  test("empty files, compressed too", () => {
    expect(contents(zipOf([stored("a", new Uint8Array()), deflated("b", new Uint8Array())]))).toEqual({
      a: new Uint8Array(),
      b: new Uint8Array(),
    });
  });

  test("what `zip` writes, stored and aligned, or compressed", () => {
    const name = fc.stringMatching(/^[a-zäé]{1,5}(\/[a-z]{1,3})?$/);
    const files = fc.uniqueArray(fc.record({ name, content: fc.uint8Array({ maxLength: 300 }) }), {
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(files, fc.boolean(), (list, compress) => {
        const bytes = zip(list, compress, refuse);
        const read = contents(bytes);
        expect(read).toEqual(Object.fromEntries(list.map(({ name, content }) => [name, content])));
        if (!compress)
          for (const content of Object.values(read))
            expect([content.buffer, content.byteOffset % 64]).toEqual([bytes.buffer, 0]);
        expect(zip(list, compress, refuse)).toEqual(bytes);
      }),
    );
  });
});

const ten = text("0123456789");

describe("names that lead elsewhere are refused:", () => {
  test.each([
    "../a",
    "a/../../b",
    "/etc/passwd",
    "C:/a",
    "c:a",
    "a\\b",
    "..\\a",
    "a\0b",
    "a//b",
    "./a",
    "",
    "..",
    "a/./b",
  ])("%j", (name) => {
    expect(() => contents(zipOf([stored(name, ten)]))).toThrow(/^file 0: the name ".*" is not allowed: /);
  });

  test("the messages", () => {
    const messageOf = (name: string) => {
      try {
        contents(zipOf([stored(name, ten)]));
      } catch (error) {
        return String(error);
      }
    };
    expect(["../a", "/a", "a\\b", "a\0b", "a//b"].map(messageOf)).toMatchSnapshot();
  });

  test("names with dots are not", () => {
    expect(Object.keys(contents(zipOf([stored("..a/b..c/.d", ten)])))).toEqual(["..a/b..c/.d"]);
  });
});

/** A file of a million zeros in about a kilobyte. */
const zeros = new Uint8Array(2 ** 20);

const noise = new Uint8Array(1000).map((_, i) => (i * i * i) % 241);

describe("what is wrong is refused:", () => {
  const flip = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at] ^ 1);
  const one = (changes: Partial<Entry>) => zipOf([stored("a", ten, changes)]);
  const cases: readonly [string, () => Uint8Array][] = [
    ["an empty file", () => new Uint8Array()],
    ["no zip file", () => text("this is not a zip file, but longer than an end record")],
    ["bytes after the end", () => joined(one({}), Uint8Array.of(0))],
    ["bytes before the beginning", () => joined(Uint8Array.of(0), one({}))],
    ["a comment that is too long", () => one({}).with(-2, 1)],
    ["more files than the directory has", () => zipOf([stored("a", ten)], { count: 2 })],
    ["65535 files in 47 bytes", () => zipOf([stored("a", ten)], { count: 65535 })],
    ["fewer files than the directory has", () => zipOf([stored("a", ten), stored("b", ten)], { count: 1 })],
    ["a directory elsewhere", () => zipOf([stored("a", ten)], { start: 1 })],
    ["a directory of another size", () => zipOf([stored("a", ten)], { size: 46 })],
    ["several disks", () => zipOf([stored("a", ten)], { disk: 1 })],
    ["a 64-bit directory elsewhere", () => zipOf([stored("a", ten)], { long: true, start: 2 ** 50 })],
    ["a 64-bit offset beyond 2^53", () => zipOf([stored("a", ten)], { long: true, start: 2 ** 62 })],
    ["a name twice", () => zipOf([stored("a", ten), stored("a", ten)])],
    ["a name that is not UTF-8", () => zipOf([stored("ä", ten)]).map((byte) => (byte === 0xc3 ? 0xff : byte))],
    ["two files in the same place", () => zipOf([stored("a", ten), stored("b", ten, { start: 0, localName: "a" })])],
    [
      "a file that begins within another",
      () => zipOf([stored("a", joined(ten, zipOf([stored("b", ten)]))), stored("b", ten, { start: 41 })]),
    ],
    ["a file that begins in the directory", () => one({ start: 41 })],
    ["a file that begins beyond the end", () => one({ start: 1e6 })],
    ["no header where a file begins", () => zipOf([stored("a", ten), stored("b", ten, { start: 50 })])],
    ["a file that ends in the directory", () => one({ compressedSize: 11, size: 11 })],
    ["a file of 4 gigabytes", () => one({ compressedSize: 2 ** 32 - 2, size: 2 ** 32 - 2 })],
    ["a size that is to follow in 64 bits", () => one({ size: 2 ** 32 - 1 })],
    ["an extra field that is too long", () => one({ extra: fields([2, 1], [2, 100]) })],
    ["another name in the file's own header", () => one({ localName: "b" })],
    ["another method in the file's own header", () => flip(one({}), 8)],
    ["an encrypted file", () => one({ flags: 1 })],
    ["bzip2", () => one({ method: 12 })],
    ["an unknown method", () => one({ method: 77 })],
    ["a stored file with two sizes", () => one({ size: 9 })],
    ["a damaged file", () => flip(one({}), 35)],
    ["a wrong checksum", () => one({ crc: 0 })],
    ["more than deflate can make", () => zipOf([deflated("a", ten, { size: 20_000 })])],
    ["more than the directory says", () => zipOf([deflated("a", zeros, { size: 10 })])],
    ["less than the directory says", () => zipOf([deflated("a", zeros, { size: zeros.length + 1 })])],
    ["no deflate", () => zipOf([stored("a", Uint8Array.of(7, 7, 7), { method: 8 })])],
    [
      "a truncated deflate",
      () => {
        const { data } = deflated("a", noise);
        return zipOf([deflated("a", noise, { data: data.subarray(0, 500), compressedSize: 500 })]);
      },
    ],
    [
      "a damaged deflate",
      () => {
        const { data } = deflated("a", text("some text that is compressed, some text"));
        return zipOf([deflated("a", text("some text that is compressed, some text"), { data: flip(data, 3) })]);
      },
    ],
    [
      "a megabyte after the end of deflate",
      () => {
        const { data } = deflated("a", ten);
        return zipOf([
          deflated("a", joined(ten, ten), { data: joined(data, zeros), compressedSize: data.length + zeros.length }),
        ]);
      },
    ],
  ];

  test.each(cases)("%s", (_, make) => {
    const bytes = make();
    const meter = new Meter();
    meter.install();
    try {
      expect(() => contents(bytes)).toThrow(FormatError);
    } finally {
      meter.restore();
    }
    expect(meter.bytes).toBeLessThan(4 * bytes.length + 4096);
    expect(() => contents(bytes)).toThrowErrorMatchingSnapshot();
  });

  test("every beginning of a file", () => {
    const whole = zipOf([stored("a", ten), deflated("b", ten)], { long: true });
    for (let length = 0; length < whole.length; length++)
      expect(() => contents(whole.subarray(0, length)), String(length)).toThrow(FormatError);
  });
});

describe("zip bombs", () => {
  test("that overlap, as in 42 kilobytes that become petabytes: D. Fifield, 'A better zip bomb', 2019", () => {
    // Each file's header points to the last one's content: the local headers in between are quoted as stored blocks.
    const kernel = deflated("kernel", zeros);
    const entries = Array.from({ length: 250 }, (_, k) => ({ ...kernel, name: `${k}`, localName: "kernel", start: 0 }));
    const bytes = zipOf([kernel, ...entries]);
    expect(() => contents(bytes)).toThrow('file "0": it begins at byte 0, within file "kernel"');
  });

  test("that state their size are refused before anything is inflated", () => {
    const file = zipOf(Array.from({ length: 4 }, (_, k) => deflated(String(k), zeros)));
    expect(Object.keys(contents(file, 4 * zeros.length - file.length))).toHaveLength(4);
    expect(() => contents(file, 4 * zeros.length - file.length - 1)).toThrow('file "3": with it, more than 4189');
    expect(() => contents(file, 0)).toThrow(
      "bytes beyond the size of the zip file would be inflated; raise maxInflated if you trust the file",
    );
  });

  test("that state a small size stop there", () => {
    const bytes = zipOf([deflated("a", new Uint8Array(2 ** 27), { size: 100, crc: 0 })]);
    const start = process.cpuUsage();
    expect(() => contents(bytes)).toThrow('file "a": the directory says that it has 100 bytes, but more come out');
    expect(process.cpuUsage(start).user).toBeLessThan(1e6);
  });
});
