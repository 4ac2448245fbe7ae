/** The binary format's numbers: the tables of the LEB128 article and of the DWARF standard, and decoding as a property. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, type Code, float, lengthOf, name, section, signed, unsigned, vector } from "../../src/wasm/encode.ts";

/** Reads LEB128 by its definition: seven bits a byte, the lowest first. */
function decode(bytes: readonly number[], isSigned: boolean): bigint {
  const magnitude = bytes.reduce((sum, byte, i) => sum + (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
  const negative = isSigned && ((bytes.at(-1) ?? 0) & 0x40) !== 0;
  return negative ? magnitude - (1n << BigInt(7 * bytes.length)) : magnitude;
}

const continues = (bytes: readonly number[]) => bytes.map((byte) => byte >= 0x80);
const allButLast = (length: number) => Array.from({ length }, (_, i) => i < length - 1);

describe("unsigned LEB128", () => {
  // DWARF 5, figure C.1 and 7.6; the last of them from WebAssembly's limits.
  test.each([
    [0, [0]],
    [2, [2]],
    [127, [127]],
    [128, [0x80, 1]],
    [129, [0x81, 1]],
    [12857, [0xb9, 0x64]],
    [624485, [0xe5, 0x8e, 0x26]],
    [65536, [0x80, 0x80, 0x04]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("%d", (value, bytes) => {
    expect(unsigned(value)).toEqual(bytes);
  });

  test("decodes to what was encoded, in as few bytes as can be", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (value) => {
        const bytes = unsigned(value);
        expect(decode(bytes, false)).toBe(BigInt(value));
        expect(continues(bytes)).toEqual(allButLast(bytes.length));
        expect(bytes.length === 1 || bytes.at(-1) !== 0).toBe(true);
      }),
    );
  });
});

describe("signed LEB128", () => {
  // DWARF 5, figure C.2.
  test.each([
    [0, [0]],
    [2, [2]],
    [-2, [0x7e]],
    [63, [0x3f]],
    [64, [0xc0, 0]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [127, [0xff, 0]],
    [-127, [0x81, 0x7f]],
    [128, [0x80, 1]],
    [-128, [0x80, 0x7f]],
    [129, [0x81, 1]],
    [-129, [0xff, 0x7e]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])("%d", (value, bytes) => {
    expect(signed(value)).toEqual(bytes);
  });

  test("decodes to what was encoded; addresses beyond 2^31 wrap around", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (value) => {
        const bytes = signed(value);
        expect(decode(bytes, true)).toBe(BigInt(value | 0));
        expect(continues(bytes)).toEqual(allButLast(bytes.length));
      }),
    );
  });
});

test("floats are little-endian", () => {
  expect(float(1, 32)).toEqual([0, 0, 0x80, 0x3f]);
  expect(float(-2.5, 32)).toEqual([0, 0, 0x20, 0xc0]);
  expect(float(1, 64)).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  expect(float(-0, 64)).toEqual([0, 0, 0, 0, 0, 0, 0, 0x80]);
});

test("vectors, names and sections begin with their lengths", () => {
  expect([...bytesOf(vector([[1, 2], [3]]))]).toEqual([2, 1, 2, 3]);
  expect([...bytesOf(vector(new Array(200).fill([7])))].slice(0, 3)).toEqual([0xc8, 1, 7]);
  expect([...bytesOf(name("ab"))]).toEqual([2, 97, 98]);
  expect([...bytesOf(section(10, new Array(128).fill(0)))].slice(0, 3)).toEqual([10, 0x80, 1]);
});

test("code in code has the bytes of the array that it would be if it were flat", () => {
  const { code } = fc.letrec<{ code: Code }>((tie) => ({
    code: fc.array(fc.oneof({ maxDepth: 4 }, fc.nat(255), tie("code"))),
  }));
  const flat = (nested: Code): number[] => nested.flatMap((part) => (typeof part === "number" ? part : flat(part)));
  fc.assert(
    fc.property(code, (nested) => {
      expect([...bytesOf(nested)]).toEqual(flat(nested));
      expect(lengthOf(nested)).toBe(flat(nested).length);
    }),
  );
});
