/** .npy files, put together by hand after NumPy's description of the format. */
import { Random, type Tensor, tensor, uniform, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Meter } from "../../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../../src/errors.ts";
import { encodeNpy, parseNpy } from "../../src/numpy/npy.ts";
import { hex, joined } from "../safetensors/handmade.ts";
import { npy } from "./handmade.ts";

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const elementsOf = (x: Tensor) => Array.from(x.clone().data);

describe("what is right is read:", () => {
  const cases: readonly [string, string, number[]][] = [
    ["<f4", "0000c03f 000000c0", [1.5, -2]],
    [">f4", "3fc00000 c0000000", [1.5, -2]],
    ["<f8", "000000000000f83f 9a9999999999b93f", [1.5, 0.1]],
    [">f8", "3ff8000000000000 3fb999999999999a", [1.5, 0.1]],
    ["<f2", "003e 00c0", [1.5, -2]],
    [">f2", "3e00 c000", [1.5, -2]],
    ["|i1", "7f 80", [127, -128]],
    ["<i2", "0100 ffff", [1, -1]],
    [">i2", "0001 ffff", [1, -1]],
    ["<i4", "01000000 ffffff7f", [1, 2 ** 31 - 1]],
    [">i8", "0000000000000001 ffffffffffffffff", [1, -1]],
    ["<i8", "ffffffffffff1f00 01000000000000 00", [2 ** 53 - 1, 1]],
    ["|u1", "00 ff", [0, 255]],
    ["<u1", "00 ff", [0, 255]],
    [">u2", "0100 00ff", [256, 255]],
    ["<u4", "ffffffff 00000080", [2 ** 32 - 1, 2 ** 31]],
    ["<u8", "0000000000000000 0700000000000000", [0, 7]],
    ["|b1", "01 00", [1, 0]],
  ];

  test.each(cases)("%s", (descr, data, values) => {
    const { tensor, dtype } = parseNpy(npy(header(descr, "(2,)"), hex(data)));
    expect(elementsOf(tensor)).toEqual(values);
    expect(dtype).toMatch(/^(float|u?int)(8|16|32|64)$|^bool$/);
  });

  test("versions 1, 2 and 3", () => {
    for (const version of [1, 2, 3])
      expect(parseNpy(npy(header("|u1", "(2,)"), [3, 4], version)).tensor.toArray()).toEqual([3, 4]);
  });

  test("a scalar, no elements, Fortran's order", () => {
    expect(parseNpy(npy(header("|u1", "()"), [3])).tensor.item()).toBe(3);
    expect(parseNpy(npy(header("|u1", "(0, 3)"), [])).tensor.shape).toEqual([0, 3]);
    const data = [1, 2, 3, 4, 5, 6];
    expect(parseNpy(npy(header("|u1", "(2, 3)"), data)).tensor.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const { tensor } = parseNpy(npy(header("|u1", "(2, 3)", "True"), data));
    expect([tensor.toArray(), tensor.strides]).toEqual([
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
      [1, 2],
    ]);
  });

  test("a header with other white space, quotes and order, and integers of Python 2", () => {
    const text = `{"shape":(2L ,),\n "fortran_order" : False,'descr':"|u1"}   \n`;
    expect(parseNpy(npy(text, [3, 4])).tensor.toArray()).toEqual([3, 4]);
    expect(parseNpy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)}", [3, 4])).tensor.shape).toEqual([
      1, 2,
    ]);
  });

  test("aligned floats are views of the bytes, in either order of axes; others are copies", () => {
    const bytes = encodeNpy(uniform([3, 4], new Random(1)));
    expect(parseNpy(bytes).tensor.data.buffer).toBe(bytes.buffer);
    const shifted = joined(Uint8Array.of(0), bytes).subarray(1);
    const copy = parseNpy(shifted).tensor;
    expect(copy.data.buffer).not.toBe(shifted.buffer);
    expect(copy.equals(parseNpy(bytes).tensor)).toBe(true);
  });

  test("the bytes stay as they are, those of a Buffer of Node too", () => {
    const bytes = Buffer.from(npy(header(">f4", "(2,)"), hex("3fc00000 c0000000")));
    for (let time = 0; time < 2; time++) expect(parseNpy(bytes).tensor.toArray()).toEqual([1.5, -2]);
  });

  test("integers beyond 2^53 - 1 are refused, or rounded on request", () => {
    const bytes = npy(header("<u8", "(1,)"), hex("ffffffffffffffff"));
    expect(() => parseNpy(bytes, { file: "x.npy" })).toThrow(
      "parseNpy: x.npy: element 0 is about 18446744073709552000, which float64 cannot hold exactly; the option roundIntegers rounds it",
    );
    expect(parseNpy(bytes, { roundIntegers: true }).tensor.toArray()).toEqual([2 ** 64]);
  });
});

describe("what is wrong is refused, and nothing evaluated:", () => {
  const good = header("|u1", "(2,)");
  const of = (text: string) => npy(text, [1, 2]);
  const cases: readonly [string, () => Uint8Array][] = [
    ["an empty file", () => new Uint8Array()],
    ["another file", () => joined(Uint8Array.of(0x50, 0x4b), new Uint8Array(100))],
    ["a magic number alone", () => of(good).subarray(0, 8)],
    ["version 4", () => of(good).with(6, 4)],
    ["version 1.1", () => of(good).with(7, 1)],
    ["a header beyond the file", () => of(good).with(9, 1)],
    ["a header of 2^32 - 1 bytes", () => npy(good, [1, 2], 2).fill(255, 8, 12)],
    ["a header that is not UTF-8", () => npy("é", [], 3).map((byte) => (byte === 0xc3 ? 0xff : byte))],
    ["a missing element", () => npy(good, [1])],
    ["an element too many", () => npy(good, [1, 2, 3])],
    ["no header", () => of("")],
    ["a list", () => of("[1]")],
    ["a call", () => of("__import__('os').system('true')")],
    ["a call as a value", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': tuple([2])}")],
    ["a sum", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (1+1,)}")],
    ["a float", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (2.0,)}")],
    ["a negative size", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}")],
    ["a number in brackets, which is no tuple", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (2)}")],
    ["two commas", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (2,,)}")],
    ["an escape", () => of("{'descr': '|\\x751', 'fortran_order': False, 'shape': (2,)}")],
    ["a name twice", () => of("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)}")],
    ["an unknown name", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'x': 'y'}")],
    ["__proto__", () => of("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), '__proto__': 'y'}")],
    ["a missing name", () => of("{'descr': '|u1', 'shape': (2,)}")],
    ["a number for a flag", () => of("{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}")],
    ["text after the dictionary", () => of(`${good} x`)],
    ["a dictionary without an end", () => of(good.slice(0, -3))],
    ["a size beyond 2^53", () => of(header("|u1", "(99999999999999999999,)"))],
    ["too many elements", () => of(header("|u1", "(1073741825,)"))],
    ["sizes that overflow", () => of(header("|u1", "(4294967296, 4294967296, 0)"))],
    ["a shape beyond the file", () => of(header("<f8", "(1000000,)"))],
    ["too many axes", () => of(header("|u1", `(${"1, ".repeat(65)})`))],
    ["objects", () => of(header("|O", "(2,)"))],
    ["complex numbers", () => of(header("<c8", "(2,)"))],
    ["long doubles", () => of(header("<f16", "(2,)"))],
    ["bytes", () => of(header("|S2", "(1,)"))],
    ["texts", () => of(header("<U1", "(1,)"))],
    ["raw bytes", () => of(header("|V2", "(1,)"))],
    ["points in time", () => of(header("<M8[ns]", "(1,)"))],
    ["spans of time", () => of(header("<m8[ns]", "(1,)"))],
    ["records", () => of("{'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, 'shape': (2,), }")],
    ["an unknown type", () => of(header("<q4", "(2,)"))],
    ["no byte order", () => of(header("|f4", "(2,)"))],
    ["a byte order of the machine", () => of(header("=f4", "(2,)"))],
    ["a flag that is 2", () => of(header("|b1", "(2,)"))],
  ];

  test.each(cases)("%s", (_, make) => {
    const bytes = make();
    const meter = new Meter();
    meter.install();
    try {
      expect(() => parseNpy(bytes)).toThrow(FormatError);
    } finally {
      meter.restore();
    }
    expect(meter.bytes).toBeLessThan(8 * bytes.length + 4096);
    expect(() => parseNpy(bytes)).toThrowErrorMatchingSnapshot();
  });
});

describe("encodeNpy", () => {
  test("writes version 1.0, with the elements at a multiple of 64 bytes", () => {
    const bytes = encodeNpy(tensor([[1, 2, 3]]).transpose());
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, 128));
    expect(text.slice(0, 8)).toBe("\x93NUMPY\x01\x00");
    expect(text.slice(10).trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1), }");
    expect([text.at(-1), bytes.length]).toEqual(["\n", 128 + 12]);
    expect(parseNpy(bytes).tensor.toArray()).toEqual([[1], [2], [3]]);
  });

  test("converts on request, and refuses what another type does not have", () => {
    expect(parseNpy(encodeNpy(tensor([1, 2.5]), { dtype: "float16" }))).toMatchObject({ dtype: "float16" });
    expect(parseNpy(encodeNpy(tensor(7), { dtype: "int64" })).tensor.item()).toBe(7);
    const messages = [
      () => encodeNpy(tensor([1, 0.5]), { dtype: "int8" }),
      () => encodeNpy(tensor([1e5]), { dtype: "float16" }),
      () => encodeNpy(tensor([2]), { dtype: "bool" }),
      () => encodeNpy(zeros(Array.from({ length: 33 }, () => 1))),
      // @ts-expect-error there is no such type
      () => encodeNpy(tensor([1]), { dtype: "complex64" }),
      // @ts-expect-error numbers are no tensor
      () => encodeNpy([1]),
    ];
    for (const message of messages) expect(message).toThrowErrorMatchingSnapshot();
  });
});
