/** Messages: what is written is read again, and what is not a message is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { MessageReader } from "../../src/protobuf/read.ts";
import { MessageWriter } from "../../src/protobuf/write.ts";

const refuse = (what: string) => new FormatError(what);
const read = (...bytes: readonly number[]) => new MessageReader(Uint8Array.from(bytes), refuse);

const number = fc.integer({ min: 1, max: 2 ** 29 - 1 });

test("all that is written is read", () => {
  const values = fc.record({
    integers: fc.array(fc.maxSafeInteger()),
    floats: fc.array(fc.float()),
    doubles: fc.array(fc.double()),
    texts: fc.array(fc.string({ unit: "grapheme" })),
    bytes: fc.array(fc.uint8Array()),
  });
  fc.assert(
    fc.property(fc.uniqueArray(number, { minLength: 6, maxLength: 6 }), values, ([a, b, c, d, e, f], given) => {
      const writer = new MessageWriter();
      for (const value of given.integers) writer.integer(a, value);
      for (const value of given.floats) writer.float(b, value);
      for (const value of given.doubles) writer.double(c, value);
      for (const value of given.texts) writer.text(d, value);
      for (const value of given.bytes) writer.bytes(e, value);
      writer.packedDoubles(f, given.doubles);
      const message = new MessageReader(writer.finish(), refuse);
      expect(message.integers(a)).toEqual(given.integers.map((value) => value + 0));
      expect(message.floats(b)).toEqual(given.floats);
      expect(message.floats(c, 8)).toEqual(given.doubles);
      expect(message.floats(f, 8)).toEqual(given.doubles);
      expect(message.texts(d)).toEqual(given.texts);
      expect(message.all(e)).toEqual(given.bytes);
      expect(message.integer(a)).toBe((given.integers.at(-1) ?? 0) + 0);
      expect(message.text(d)).toBe(given.texts.at(-1) ?? "");
      expect(message.bytes(e)).toEqual(given.bytes.at(-1));
      expect(message.has(e)).toBe(given.bytes.length > 0);
    }),
  );
});

test("bytes by hand, from the documentation of the format", () => {
  // Field 1 is 150: 08 96 01. Field 2 is "testing": 12 07 74 65 73 74 69 6e 67.
  expect(read(0x08, 0x96, 0x01).integer(1)).toBe(150);
  expect(read(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67).text(2)).toBe("testing");
  // Field 6 is the packed list 3, 270, 86942: 32 06 03 8e 02 9e a7 05.
  expect(read(0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05).integers(6)).toEqual([3, 270, 86942]);
  expect(read(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).integer(1)).toBe(-1);
});

describe("is refused", () => {
  test.each([
    ["a truncated integer", () => read(0x08, 0x96)],
    ["an integer of 65 bits", () => read(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02)],
    ["an integer of 11 bytes", () => read(0x08, ...new Array<number>(10).fill(0x80), 0x00)],
    ["a length beyond the end", () => read(0x12, 0x07, 0x74)],
    ["a length of 2^63", () => read(0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)],
    ["4 bytes of which 3 are there", () => read(0x15, 1, 2, 3)],
    ["a group", () => read(0x0b, 0x0c)],
    ["field 0", () => read(0x00, 0x01)],
    ["text that is not UTF-8", () => read(0x0a, 0x01, 0xff).text(1)],
    ["an integer for text", () => read(0x08, 0x01).text(1)],
    ["4 bytes for an integer", () => read(0x0d, 1, 2, 3, 4).integer(1)],
    ["an integer for a float", () => read(0x08, 0x01).floats(1)],
    ["packed floats of 3 bytes", () => read(0x0a, 0x03, 1, 2, 3).floats(1)],
    ["a packed integer that does not end", () => read(0x0a, 0x01, 0x80).integers(1)],
  ])("%s", (_, call) => {
    expect(call).toThrow(FormatError);
    expect(call).toThrowErrorMatchingSnapshot();
  });

  test("more fields than any file has", () => {
    const bytes = new Uint8Array(2 * (2 ** 20 + 1)).fill(0x08);
    expect(() => new MessageReader(bytes, refuse)).toThrow(
      "a message has more than 1048576 fields, which are too many",
    );
  });
});
