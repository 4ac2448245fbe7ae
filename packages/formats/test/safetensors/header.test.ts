/** What is wrong in a file is refused with an error that names the entry and both numbers, and allocates nothing. */
import { expect, test } from "vitest";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { handmade, joined, lengthField } from "./handmade.ts";

const F32 = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
const eight = new Uint8Array(8);
const entry = (changes: object, data: Uint8Array = eight) => handmade({ w: { ...F32, ...changes } }, data);
const pair = (first: readonly number[], second: readonly number[], bytes: number) =>
  handmade(
    {
      a: { dtype: "U8", shape: [first[1] - first[0]], data_offsets: first },
      b: { dtype: "U8", shape: [second[1] - second[0]], data_offsets: second },
    },
    new Uint8Array(bytes),
  );

const faults: Readonly<Record<string, Uint8Array>> = {
  "an empty file": new Uint8Array(0),
  "seven bytes": new Uint8Array(7),
  "a header longer than the file": joined(lengthField(1000n), new TextEncoder().encode("{}")),
  "a header longer by one byte": joined(lengthField(3n), new TextEncoder().encode("{}")),
  "a header beyond the limit": joined(lengthField(100_000_001n), new TextEncoder().encode("{}")),
  "a header of 2^64 - 1 bytes": joined(lengthField(2n ** 64n - 1n), new TextEncoder().encode("{}")),
  "a header of 2^53 + 1 bytes": joined(lengthField(2n ** 53n + 1n), new TextEncoder().encode("{}")),
  "no header": lengthField(0n),
  "another format": joined(new TextEncoder().encode("PK\u0003\u0004"), new Uint8Array(100)),
  "a space before the header": handmade(" {}"),
  "an array": handmade("[]"),
  "a byte order mark": handmade("\ufeff{}"),
  "invalid UTF-8": joined(lengthField(7n), Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)),
  "an overlong encoding": joined(lengthField(8n), Uint8Array.of(0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d)),
  "JSON that ends early": handmade('{"w":{"dtype":"F32"', eight),
  "something after the JSON": handmade("{} {}"),
  "a string that never ends": handmade('{"w'),
  "a string that ends in a backslash": handmade('{"w\\'),
  "a bad escape": handmade('{"\\x":1}'),
  "nesting beyond the format's": handmade('{"w":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}', eight),
  "nesting that goes on and on": handmade(`{"w":${"[".repeat(100_000)}`),
  "an entry twice": handmade(`{"w":${JSON.stringify(F32)},"w":${JSON.stringify(F32)}}`, eight),
  "an entry twice, once escaped": handmade(`{"w":${JSON.stringify(F32)},"\\u0077":${JSON.stringify(F32)}}`, eight),
  "a field twice": handmade('{"w":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}', eight),
  "metadata twice": handmade('{"__metadata__":{},"__metadata__":{}}'),
  "a text twice": handmade('{"__metadata__":{"a":"1","a":"2"}}'),
  "the name __proto__": handmade(`{"__proto__":${JSON.stringify(F32)}}`, eight),
  "__proto__, escaped": handmade(`{"\\u005f_proto__":${JSON.stringify(F32)}}`, eight),
  "__proto__ in the metadata": handmade('{"__metadata__":{"__proto__":"a"}}'),
  "half of a surrogate pair": handmade(`{"\\ud800":${JSON.stringify(F32)}}`, eight),
  "an entry that is a number": handmade({ w: 1 }),
  "an entry that is null": handmade({ w: null }),
  "an entry that is a list": handmade({ w: [] }),
  "a field too many": entry({ stride: 1 }),
  "no dtype": handmade({ w: { shape: [2], data_offsets: [0, 8] } }, eight),
  "no shape": handmade({ w: { dtype: "F32", data_offsets: [0, 8] } }, eight),
  "no data_offsets": handmade({ w: { dtype: "F32", shape: [2] } }, eight),
  "an unknown dtype": entry({ dtype: "F128" }),
  "a dtype that is a method's name": entry({ dtype: "constructor" }),
  "a dtype in small letters": entry({ dtype: "f32" }),
  "a shape that is a number": entry({ shape: 2 }),
  "a negative size": entry({ shape: [-2] }),
  "a fractional size": entry({ shape: [0.5] }),
  "a size that is text": entry({ shape: ["2"] }),
  "a size of -0": handmade('{"w":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'),
  "a size beyond 2^53": entry({ shape: [2 ** 60] }),
  "a size that is infinite": handmade('{"w":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}', eight),
  "sizes whose product overflows 64 bits to 0": entry(
    { shape: [2 ** 32, 2 ** 32], data_offsets: [0, 0] },
    new Uint8Array(),
  ),
  "sizes whose product overflows, and 0": entry(
    { shape: [2 ** 52, 2 ** 52, 0], data_offsets: [0, 0] },
    new Uint8Array(),
  ),
  "a shape larger than its range": entry({ shape: [3] }),
  "a shape smaller than its range": entry({ shape: [1] }),
  "a scalar of eight bytes": entry({ shape: [] }),
  "half a byte": entry({ dtype: "F4", shape: [3], data_offsets: [0, 1] }, new Uint8Array(1)),
  "one offset": entry({ data_offsets: [8] }),
  "three offsets": entry({ data_offsets: [0, 8, 8] }),
  "a negative offset": entry({ data_offsets: [-8, 0] }),
  "a fractional offset": entry({ data_offsets: [0.5, 8.5] }),
  "an offset that is text": entry({ data_offsets: ["0", "8"] }),
  "an end before the beginning": entry({ data_offsets: [8, 0] }),
  "a range beyond the data": entry({ shape: [4], data_offsets: [0, 16] }),
  "a range that begins beyond the data": entry({ data_offsets: [8, 16] }),
  "overlapping ranges": pair([0, 5], [4, 8], 8),
  "the same range twice": pair([0, 8], [0, 8], 8),
  "a range within another": pair([0, 8], [2, 4], 8),
  "a hole": pair([0, 3], [4, 8], 8),
  "a hole at the beginning": pair([1, 3], [3, 8], 8),
  "bytes at the end": pair([0, 3], [3, 8], 9),
  "bytes without an entry": handmade("{}", [1]),
  "an unaligned range": handmade(
    { a: { dtype: "U8", shape: [1], data_offsets: [0, 1] }, w: { ...F32, data_offsets: [1, 9] } },
    new Uint8Array(9),
  ),
  "metadata that is text": handmade({ __metadata__: "text" }),
  "metadata of numbers": handmade({ __metadata__: { a: 1 } }),
  "metadata of half of a surrogate pair": handmade('{"__metadata__":{"a":"\\udc00"}}'),
};

function refusal(file: Uint8Array): string {
  try {
    parseSafetensors(file, { file: "m" });
  } catch (error) {
    return String(error).replace(/(not valid JSON): .*/, "$1: the engine's reason");
  }
  return "accepted";
}

test("every fault has an error that says what is wrong", () => {
  const messages = Object.entries(faults).map(([name, file]) => `${name}\n    ${refusal(file)}`);
  expect(`\n${messages.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    an empty file
        FormatError: parseSafetensors: m: the file is truncated: it has 0 bytes, too few for the length of the header
    seven bytes
        FormatError: parseSafetensors: m: the file is truncated: it has 7 bytes, too few for the length of the header
    a header longer than the file
        FormatError: parseSafetensors: m: the header's length is 1000 bytes, but only 2 follow; the file is truncated or of another format
    a header longer by one byte
        FormatError: parseSafetensors: m: the header's length is 3 bytes, but only 2 follow; the file is truncated or of another format
    a header beyond the limit
        FormatError: parseSafetensors: m: the header's length is 100000001 bytes, but at most 100000000 are read; is it safetensors?
    a header of 2^64 - 1 bytes
        FormatError: parseSafetensors: m: the header's length is 18446744073709551615 bytes, but at most 100000000 are read; is it safetensors?
    a header of 2^53 + 1 bytes
        FormatError: parseSafetensors: m: the header's length is 9007199254740993 bytes, but at most 100000000 are read; is it safetensors?
    no header
        FormatError: parseSafetensors: m: the header must begin with {, but its length is 0
    another format
        FormatError: parseSafetensors: m: the header's length is 67324752 bytes, but only 96 follow; the file is truncated or of another format
    a space before the header
        FormatError: parseSafetensors: m: the header must begin with {, got byte 32
    an array
        FormatError: parseSafetensors: m: the header must begin with {, got byte 91
    a byte order mark
        FormatError: parseSafetensors: m: the header must begin with {, got byte 239
    invalid UTF-8
        FormatError: parseSafetensors: m: the header is not valid UTF-8
    an overlong encoding
        FormatError: parseSafetensors: m: the header is not valid UTF-8
    JSON that ends early
        FormatError: parseSafetensors: m: the header: it is not valid JSON: the engine's reason
    something after the JSON
        FormatError: parseSafetensors: m: the header: it is not valid JSON: the engine's reason
    a string that never ends
        FormatError: parseSafetensors: m: the header: it is not valid JSON: the engine's reason
    a string that ends in a backslash
        FormatError: parseSafetensors: m: the header: it is not valid JSON: the engine's reason
    a bad escape
        FormatError: parseSafetensors: m: the header: "\\x" is not a valid string in JSON
    nesting beyond the format's
        FormatError: parseSafetensors: m: the header: its JSON is nested more than 3 deep at character 29
    nesting that goes on and on
        FormatError: parseSafetensors: m: the header: its JSON is nested more than 3 deep at character 7
    an entry twice
        FormatError: parseSafetensors: m: the header: the name "w" appears twice; names must be unique
    an entry twice, once escaped
        FormatError: parseSafetensors: m: the header: the name "w" appears twice; names must be unique
    a field twice
        FormatError: parseSafetensors: m: the header: the name "shape" appears twice; names must be unique
    metadata twice
        FormatError: parseSafetensors: m: the header: the name "__metadata__" appears twice; names must be unique
    a text twice
        FormatError: parseSafetensors: m: the header: the name "a" appears twice; names must be unique
    the name __proto__
        FormatError: parseSafetensors: m: the header: the name "__proto__" is not allowed
    __proto__, escaped
        FormatError: parseSafetensors: m: the header: the name "__proto__" is not allowed
    __proto__ in the metadata
        FormatError: parseSafetensors: m: the header: the name "__proto__" is not allowed
    half of a surrogate pair
        FormatError: parseSafetensors: m: entry "\\ud800": it has half of a surrogate pair, which is not Unicode
    an entry that is a number
        FormatError: parseSafetensors: m: entry "w": must be an object with dtype, shape and data_offsets, got 1
    an entry that is null
        FormatError: parseSafetensors: m: entry "w": must be an object with dtype, shape and data_offsets, got null
    an entry that is a list
        FormatError: parseSafetensors: m: entry "w": must be an object with dtype, shape and data_offsets, got an empty array
    a field too many
        FormatError: parseSafetensors: m: entry "w": has an unknown field "stride"
    no dtype
        FormatError: parseSafetensors: m: entry "w": unknown dtype undefined; the format has F64, F32, F16, BF16, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F4, F6_E2M3, F6_E3M2, C64
    no shape
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got undefined
    no data_offsets
        FormatError: parseSafetensors: m: entry "w": data_offsets must be two integers from 0 up, got undefined
    an unknown dtype
        FormatError: parseSafetensors: m: entry "w": unknown dtype "F128"; the format has F64, F32, F16, BF16, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F4, F6_E2M3, F6_E3M2, C64
    a dtype that is a method's name
        FormatError: parseSafetensors: m: entry "w": unknown dtype "constructor"; the format has F64, F32, F16, BF16, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F4, F6_E2M3, F6_E3M2, C64
    a dtype in small letters
        FormatError: parseSafetensors: m: entry "w": unknown dtype "f32"; the format has F64, F32, F16, BF16, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F4, F6_E2M3, F6_E3M2, C64
    a shape that is a number
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got 2
    a negative size
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got [-2]
    a fractional size
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got [0.5]
    a size that is text
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got ["2"]
    a size of -0
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got [0]
    a size beyond 2^53
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got [1152921504606847000]
    a size that is infinite
        FormatError: parseSafetensors: m: entry "w": the shape must be an array of integers from 0 up, got [null]
    sizes whose product overflows 64 bits to 0
        FormatError: parseSafetensors: m: entry "w": shape [4294967296,4294967296] has 18446744073709552000 elements of 32 bits, more than any file holds
    sizes whose product overflows, and 0
        FormatError: parseSafetensors: m: entry "w": shape [4503599627370496,4503599627370496,0] has 2.028240960365167e+31 elements of 32 bits, more than any file holds
    a shape larger than its range
        FormatError: parseSafetensors: m: entry "w": F32 [3] takes 12 bytes, but data_offsets [0, 8] span 8
    a shape smaller than its range
        FormatError: parseSafetensors: m: entry "w": F32 [1] takes 4 bytes, but data_offsets [0, 8] span 8
    a scalar of eight bytes
        FormatError: parseSafetensors: m: entry "w": F32 [] takes 4 bytes, but data_offsets [0, 8] span 8
    half a byte
        FormatError: parseSafetensors: m: entry "w": F4 [3] takes 1.5 bytes, but data_offsets [0, 1] span 1
    one offset
        FormatError: parseSafetensors: m: entry "w": data_offsets must be two integers from 0 up, got [8]
    three offsets
        FormatError: parseSafetensors: m: entry "w": data_offsets must be two integers from 0 up, got [0,8,8]
    a negative offset
        FormatError: parseSafetensors: m: entry "w": data_offsets must be two integers from 0 up, got [-8,0]
    a fractional offset
        FormatError: parseSafetensors: m: entry "w": data_offsets must be two integers from 0 up, got [0.5,8.5]
    an offset that is text
        FormatError: parseSafetensors: m: entry "w": data_offsets must be two integers from 0 up, got ["0","8"]
    an end before the beginning
        FormatError: parseSafetensors: m: entry "w": data_offsets [8, 0] end before they begin: 0 < 8
    a range beyond the data
        FormatError: parseSafetensors: m: entry "w" ends at byte 16, but the data has 8 bytes; the file is truncated
    a range that begins beyond the data
        FormatError: parseSafetensors: m: entry "w" ends at byte 16, but the data has 8 bytes; the file is truncated
    overlapping ranges
        FormatError: parseSafetensors: m: entry "b" overlaps the end of entry "a": it begins at byte 4, before byte 5
    the same range twice
        FormatError: parseSafetensors: m: entry "b" overlaps the end of entry "a": it begins at byte 0, before byte 8
    a range within another
        FormatError: parseSafetensors: m: entry "b" overlaps the end of entry "a": it begins at byte 2, before byte 8
    a hole
        FormatError: parseSafetensors: m: entry "b" begins at byte 4, but the end of entry "a" is at byte 3; holes are not allowed
    a hole at the beginning
        FormatError: parseSafetensors: m: entry "a" begins at byte 1, but the end of the header is at byte 0; holes are not allowed
    bytes at the end
        FormatError: parseSafetensors: m: 1 bytes follow the last entry: it ends at byte 8, the data at byte 9
    bytes without an entry
        FormatError: parseSafetensors: m: 1 bytes follow the last entry: it ends at byte 0, the data at byte 1
    an unaligned range
        FormatError: parseSafetensors: m: entry "w": it begins at byte 1, which is not a multiple of the 4 bytes of F32; the option allowUnaligned reads it all the same
    metadata that is text
        FormatError: parseSafetensors: m: __metadata__ must be an object of texts, got "text"
    metadata of numbers
        FormatError: parseSafetensors: m: __metadata__: "a" must be text, got 1
    metadata of half of a surrogate pair
        FormatError: parseSafetensors: m: __metadata__: "a": it has half of a surrogate pair, which is not Unicode
    "
  `);
});

test("long names and shapes are cut in messages", () => {
  const long = handmade({ ["n".repeat(100_000)]: { ...F32, shape: new Array(10_000).fill(3) } }, eight);
  expect(refusal(long).length).toBeLessThan(1000);
  expect(refusal(entry({ shape: "s".repeat(10_000) })).length).toBeLessThan(1000);
  expect(refusal(handmade(`{"\\${"x".repeat(10_000)}":1}`)).length).toBeLessThan(1000);
});
