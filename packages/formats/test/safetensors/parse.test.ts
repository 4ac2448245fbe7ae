/** Files written by hand from the published format, byte by byte, are read as they were meant. */
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { handmade, hex } from "./handmade.ts";

/** One entry, whose data begins right after the header. */
function one(dtype: string, shape: readonly number[], data: string): Uint8Array {
  const bytes = hex(data);
  return handmade({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes);
}

test("every byte of a file has its meaning", () => {
  const file = hex(`
    58 00 00 00 00 00 00 00
    7b 22 5f 5f 6d 65 74 61 64 61 74 61 5f 5f 22 3a 7b 22 61 22 3a 22 62 22 7d 2c
    22 77 22 3a 7b 22 64 74 79 70 65 22 3a 22 46 33 32 22 2c 22 73 68 61 70 65 22 3a 5b 32 2c 31 5d 2c
    22 64 61 74 61 5f 6f 66 66 73 65 74 73 22 3a 5b 30 2c 38 5d 7d 7d 20 20 20 20 20 20 20
    00 00 80 3f 00 00 20 c1`);
  // {"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}} and spaces
  const { tensors, metadata, dtypes } = parseSafetensors(file);
  expect(Object.keys(tensors)).toEqual(["w"]);
  expect(tensors.w.toArray()).toEqual([[1], [-10]]);
  expect(tensors.w.dtype).toBe("float32");
  expect({ ...metadata }).toEqual({ a: "b" });
  expect({ ...dtypes }).toEqual({ w: "F32" });
});

describe("the elements of", () => {
  test.each([
    ["F64", "182d4454fb210940 000000000000f87f", "float64", [Math.PI, Number.NaN]],
    ["F32", "db0f4940 00000080 000080ff", "float32", [Math.fround(Math.PI), -0, Number.NEGATIVE_INFINITY]],
    ["F16", "4842 0100 ff7b 007c", "float32", [3.140625, 2 ** -24, 65504, Number.POSITIVE_INFINITY]],
    ["BF16", "4940 7f7f 0100", "float32", [3.140625, 255 * 2 ** 120, 2 ** -133]],
    ["F8_E4M3", "7e 01 ff b8", "float32", [448, 2 ** -9, Number.NaN, -1]],
    ["F8_E5M2", "7b 7c 01 bc", "float32", [57344, Number.POSITIVE_INFINITY, 2 ** -16, -1]],
    ["F8_E4M3FNUZ", "7f 80 40", "float32", [240, Number.NaN, 1]],
    ["F8_E5M2FNUZ", "7f 80 40", "float32", [57344, Number.NaN, 1]],
    ["F8_E8M0", "7f 00 fe ff", "float32", [1, 2 ** -127, 2 ** 127, Number.NaN]],
    ["I64", "ffffffffffff1f00 feffffffffffffff", "float64", [Number.MAX_SAFE_INTEGER, -2]],
    ["I32", "ffffff7f 00000080", "float64", [2 ** 31 - 1, -(2 ** 31)]],
    ["I16", "ff7f 0080", "float32", [32767, -32768]],
    ["I8", "7f 80", "float32", [127, -128]],
    ["U64", "0000000001000000 ffffffffffff1f00", "float64", [2 ** 32, Number.MAX_SAFE_INTEGER]],
    ["U32", "ffffffff 01000000", "float64", [2 ** 32 - 1, 1]],
    ["U16", "ffff 0100", "float32", [65535, 1]],
    ["U8", "ff 01", "float32", [255, 1]],
    ["BOOL", "01 00", "float32", [1, 0]],
  ])("%s", (dtype, data, precision, values) => {
    const { tensors, dtypes } = parseSafetensors(one(dtype, [values.length], data));
    expect(tensors.x.toArray()).toEqual(values);
    expect([tensors.x.dtype, dtypes.x]).toEqual([precision, dtype]);
  });
});

test("scalars, empty tensors and files without tensors are allowed", () => {
  expect(parseSafetensors(one("F32", [], "0000803f")).tensors.x.item()).toBe(1);
  for (const shape of [[0], [3, 0, 2], [2 ** 40, 0]])
    expect(parseSafetensors(one("F32", shape, "")).tensors.x).toMatchObject({ shape, size: 0 });
  expect(parseSafetensors(handmade("{}")).tensors).toEqual(Object.create(null));
  expect(parseSafetensors(handmade('{"__metadata__":{}}  ')).metadata).toEqual(Object.create(null));
});

test("the header may list entries in any order, and JSON may be spaced and escaped", () => {
  const file = handmade(
    ` {"b" : {"data_offsets":[1, 3],\n"shape":[2], "dtype":"U8"}, "\\u0061\\"": {"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`.slice(
      1,
    ),
    [7, 8, 9],
  );
  const { tensors } = parseSafetensors(file);
  expect(Object.entries(tensors).map(([name, x]) => [name, x.toArray()])).toEqual([
    ['a"', [7]],
    ["b", [8, 9]],
  ]);
});

test("names of objects' own methods are names like others", () => {
  const names = ["constructor", "toString", "hasOwnProperty", "0", "", "ü😀"];
  const entries = names.map((name, i) => [name, { dtype: "U8", shape: [1], data_offsets: [i, i + 1] }]);
  const file = handmade({ __metadata__: { valueOf: "text" }, ...Object.fromEntries(entries) }, [0, 1, 2, 3, 4, 5]);
  const { tensors, metadata } = parseSafetensors(file);
  for (const [i, name] of names.entries()) expect(tensors[name].item()).toBe(i);
  expect(tensors.valueOf).toBeUndefined();
  expect(metadata.valueOf).toBe("text");
});

describe("F32 and F64", () => {
  const header = JSON.stringify({
    d: { dtype: "F64", shape: [1], data_offsets: [0, 8] },
    x: { dtype: "F32", shape: [2], data_offsets: [8, 16] },
  });
  const data = hex("000000000000f03f 0000803f 00000040");
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);

  test("are views of aligned bytes: what is written to the one shows in the other", () => {
    const file = handmade(padded, data);
    const { d, x } = parseSafetensors(file).tensors;
    expect([d.data.buffer, x.data.buffer]).toEqual([file.buffer, file.buffer]);
    x.assign(tensor([3, 4]));
    expect(parseSafetensors(file).tensors.x.toArray()).toEqual([3, 4]);
    file.fill(0, file.length - 16);
    expect([d.item(), x.toArray()]).toEqual([0, [0, 0]]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])("are copied if the bytes begin at an odd place, %i", (shift) => {
    const file = handmade(padded, data);
    const moved = new Uint8Array(file.length + shift).subarray(shift);
    moved.set(file);
    const { d, x } = parseSafetensors(moved).tensors;
    expect([d.toArray(), x.toArray()]).toEqual([[1], [1, 2]]);
    expect(d.data.buffer === moved.buffer).toBe(false);
    expect(x.data.buffer === moved.buffer).toBe(shift % 4 === 0);
  });

  test("are copied after a header without padding", () => {
    const { d, x } = parseSafetensors(handmade(`${padded} `, data)).tensors;
    expect([d.toArray(), x.toArray()]).toEqual([[1], [1, 2]]);
  });

  test("are read from shared memory", () => {
    const file = handmade(padded, data);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    const { d, x } = parseSafetensors(shared).tensors;
    expect([d.toArray(), x.toArray()]).toEqual([[1], [1, 2]]);
    expect(x.data.buffer).toBe(shared.buffer);
  });
});

describe("options", () => {
  const file = handmade(
    {
      a: { dtype: "U8", shape: [1], data_offsets: [0, 1] },
      x: { dtype: "F32", shape: [1], data_offsets: [1, 5] },
      c: { dtype: "C64", shape: [1], data_offsets: [5, 13] },
    },
    hex("07 0000803f 0000803f 00000040"),
  );

  test("only reads some, and allowUnaligned reads where no element should begin", () => {
    const { tensors } = parseSafetensors(file, { only: ["x", "a", "x"], allowUnaligned: true });
    expect(Object.keys(tensors)).toEqual(["a", "x"]);
    expect(tensors.x.toArray()).toEqual([1]);
    expect(Object.keys(parseSafetensors(file, { only: [] }).tensors)).toEqual([]);
    expect(() => parseSafetensors(file, { only: ["y"], file: "m" })).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: parseSafetensors: m: there is no entry "y"]`,
    );
    expect(() => parseSafetensors(file, { only: ["x"], file: "m" })).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: parseSafetensors: m: entry "x": it begins at byte 1, which is not a multiple of the 4 bytes of F32; the option allowUnaligned reads it all the same]`,
    );
    expect(() => parseSafetensors(file, { only: ["c"], file: "m" })).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: parseSafetensors: m: entry "c": a tensor cannot hold C64; leave it out with the option only]`,
    );
  });

  test("roundIntegers rounds integers beyond 2^53 - 1, which are refused otherwise", () => {
    const [signed, unsigned] = [one("I64", [2], "0100000000002080 0100000000002000"), one("U64", [1], "ff".repeat(8))];
    expect(() => parseSafetensors(signed)).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: parseSafetensors: safetensors: entry "x": element 0 is about -9214364837600035000, which float64 cannot hold exactly; the option roundIntegers rounds it]`,
    );
    expect(() => parseSafetensors(unsigned)).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: parseSafetensors: safetensors: entry "x": element 0 is about 18446744073709552000, which float64 cannot hold exactly; the option roundIntegers rounds it]`,
    );
    expect(() => parseSafetensors(one("I64", [1], "0000000000002000"))).toThrow(FormatError);
    expect(parseSafetensors(signed, { roundIntegers: true }).tensors.x.toArray()).toEqual([
      -(2 ** 63) + 2 ** 53,
      2 ** 53,
    ]);
    expect(parseSafetensors(unsigned, { roundIntegers: true }).tensors.x.item()).toBe(2 ** 64);
  });

  test("a byte that is neither true nor false is refused", () => {
    expect(() => parseSafetensors(one("BOOL", [2], "01 02"))).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: parseSafetensors: safetensors: entry "x": element 1 is the byte 2, but BOOL has only 0 and 1]`,
    );
  });
});
