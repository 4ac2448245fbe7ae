/** The bytes of encoded files, as the published format has them. */
import { pinned, type Tensor, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import type { SafetensorsDtype } from "../../src/safetensors/elements.ts";
import { type EncodeOptions, encodeSafetensors } from "../../src/safetensors/encode.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { handmade, hex, toHex } from "./handmade.ts";

test("a small file, byte by byte", () => {
  const header = '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}       ';
  expect(encodeSafetensors({ w: tensor([[1], [-10]]) }, { metadata: { a: "b" } })).toEqual(
    handmade(header, hex("0000803f 000020c1")),
  );
  expect(encodeSafetensors({})).toEqual(handmade("{}      "));
});

test("entries stand in the order of their elements' size, then by name, whatever the order they are given in", () => {
  const x = { c: tensor([1]), a: tensor([2]), d: tensor([3], { dtype: "float64" }), b: tensor([4, 5, 6]) };
  const dtype = { b: "U8" } as const;
  const file = encodeSafetensors(x, { dtype });
  const text = new TextDecoder("latin1").decode(file);
  expect(text.slice(8, 8 + file[0] + 256 * file[1])).toMatchInlineSnapshot(
    `"{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"c":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},"b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}}       "`,
  );
  expect(toHex(file.subarray(-19))).toBe("0000000000000840000000400000803f040506");
  const { a, b, c, d } = x;
  expect(encodeSafetensors({ b, d, c, a }, { dtype })).toEqual(file);
});

describe("elements are in row-major order:", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  test.each<readonly [string, Tensor, readonly number[]]>([
    ["a transpose", x.transpose(), [1, 4, 2, 5, 3, 6]],
    ["a slice", x.slice(1, 1, 3), [2, 3, 5, 6]],
    ["backwards", x.slice(1, undefined, undefined, -1), [3, 2, 1, 6, 5, 4]],
    ["expanded", tensor([7, 8]).reshape([2, 1]).expand([2, 3]), [7, 7, 7, 8, 8, 8]],
    ["a scalar", tensor(9), [9]],
    ["an empty tensor", zeros([2, 0, 3]), []],
    ["an empty slice at the end", x.slice(0, 2, 2), []],
    ["pinned", pinned([2]).assign(tensor([1, 2])), [1, 2]],
  ])("%s", (_, y, values) => {
    const { x: back } = parseSafetensors(encodeSafetensors({ x: y })).tensors;
    expect(back.shape).toEqual(y.shape);
    expect([...back.data.subarray(back.offset, back.offset + back.size)]).toEqual(values);
    expect(back.isContiguous).toBe(true);
  });
});

test("float32 and float64 keep every bit, also of NaN", () => {
  const words = Uint32Array.of(0x7fc00001, 0xffc12345, 0x7f800001, 0x80000000, 1, 0x7f7fffff);
  const x = tensor(new Float32Array(words.buffer));
  const file = encodeSafetensors({ x });
  expect(new Uint32Array(file.buffer, file.length - 24)).toEqual(words);
  const doubles = tensor(new Float64Array(words.slice().buffer));
  expect(new Uint32Array(encodeSafetensors({ doubles }).slice(-24).buffer)).toEqual(words);
});

const refusal = (values: readonly number[], dtype: SafetensorsDtype) => {
  try {
    encodeSafetensors({ x: tensor(Float64Array.from(values)) }, { dtype });
  } catch (error) {
    return String(error);
  }
  return "accepted";
};

test("a number that a type does not have is refused, not changed", () => {
  const cases: readonly (readonly [readonly number[], SafetensorsDtype])[] = [
    [[1, 65520], "F16"],
    [[-65520], "F16"],
    [[3.4e38], "F16"],
    [[3.4e38], "BF16"],
    [[1e39], "F32"],
    [[465], "F8_E4M3"],
    [[Number.POSITIVE_INFINITY], "F8_E4M3"],
    [[61440], "F8_E5M2"],
    [[248], "F8_E4M3FNUZ"],
    [[3], "F8_E8M0"],
    [[0], "F8_E8M0"],
    [[-1], "F8_E8M0"],
    [[0.5], "I8"],
    [[128], "I8"],
    [[-1], "U8"],
    [[256], "U8"],
    [[2], "BOOL"],
    [[Number.NaN], "I32"],
    [[2 ** 31], "I32"],
    [[2 ** 63], "I64"],
    [[-(2 ** 63) - 2048], "I64"],
    [[2 ** 64], "U64"],
    [[Number.POSITIVE_INFINITY], "U64"],
  ];
  expect(`\n${cases.map(([values, dtype]) => refusal(values, dtype)).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    FormatError: encodeSafetensors: "x": element 1 is 65520, which F16 would make Infinity; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is -65520, which F16 would make -Infinity; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 3.4e+38, which F16 would make Infinity; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 3.4e+38, which BF16 would make Infinity; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 1e+39, which F32 would make Infinity; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 465, which F8_E4M3 would make NaN; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is Infinity, which F8_E4M3 would make NaN; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 61440, which F8_E5M2 would make Infinity; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 248, which F8_E4M3FNUZ would make NaN; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 3, which F8_E8M0 does not have; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 0, which F8_E8M0 does not have; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is -1, which F8_E8M0 does not have; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 0.5, but I8 holds integers from -128 to 127; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 128, but I8 holds integers from -128 to 127; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is -1, but U8 holds integers from 0 to 255; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 256, but U8 holds integers from 0 to 255; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 2, but BOOL holds integers from 0 to 1; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is NaN, but I32 holds integers from -2147483648 to 2147483647; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 2147483648, but I32 holds integers from -2147483648 to 2147483647; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 9223372036854776000, but I64 holds integers from -9223372036854776000 to 9223372036854775000; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is -9223372036854778000, but I64 holds integers from -9223372036854776000 to 9223372036854775000; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is 18446744073709552000, but U64 holds integers from 0 to 18446744073709550000; choose another dtype
    FormatError: encodeSafetensors: "x": element 0 is Infinity, but U64 holds integers from 0 to 18446744073709550000; choose another dtype
    "
  `);
});

test("the largest number of each type is written", () => {
  const largest: readonly (readonly [number, SafetensorsDtype])[] = [
    [65519.99, "F16"],
    [464, "F8_E4M3"],
    [Number.POSITIVE_INFINITY, "F8_E5M2"],
    [2 ** 63 - 1024, "I64"],
    [-(2 ** 63), "I64"],
    [2 ** 64 - 2048, "U64"],
    [-128, "I8"],
    [2 ** -127, "F8_E8M0"],
  ];
  expect(largest.map(([x, dtype]) => refusal([x], dtype))).toEqual(largest.map(() => "accepted"));
});

test("wrong names and arguments are refused by name", () => {
  const x = tensor([1]);
  const attempts: readonly (() => unknown)[] = [
    () => encodeSafetensors({ __metadata__: x }),
    () => encodeSafetensors(JSON.parse('{"__proto__":{}}')),
    () => encodeSafetensors(Object.fromEntries([["__proto__", x]])),
    () => encodeSafetensors({ "\ud800": x }),
    () => encodeSafetensors({ x }, { metadata: { a: "\udc00" } }),
    () => encodeSafetensors({ x }, { metadata: Object.fromEntries([["__proto__", "a"]]) }),
    () => encodeSafetensors({ x }, { dtype: { y: "F16" } }),
    () => Reflect.apply(encodeSafetensors, undefined, [{ x }, { dtype: { x: "float16" } }]),
    () => Reflect.apply(encodeSafetensors, undefined, [{ x }, { metadata: { a: 1 } }]),
    () => Reflect.apply(encodeSafetensors, undefined, [{ x: [1] }]),
    () => Reflect.apply(encodeSafetensors, undefined, [new Map([["x", x]])]),
  ];
  const messages = attempts.map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      return String(error);
    }
  });
  expect(`\n${messages.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    FormatError: encodeSafetensors: the name "__metadata__" is reserved; pass texts as options.metadata
    ArgumentError: encodeSafetensors: tensors: "__proto__" must be a tensor (in place of a variable, its value), got an object
    FormatError: encodeSafetensors: the name "__proto__" is not allowed: in many programs it would change all objects
    FormatError: encodeSafetensors: the name "\\ud800" is not allowed: it has half of a surrogate pair, which is not Unicode
    FormatError: encodeSafetensors: metadata "a": it has half of a surrogate pair, which is not Unicode
    FormatError: encodeSafetensors: the name "__proto__" is not allowed: in many programs it would change all objects
    FormatError: encodeSafetensors: dtype names "y", but there is no tensor of that name
    ArgumentError: encodeSafetensors: dtype must be one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, or an object of these by tensor, got an object
    ArgumentError: encodeSafetensors: metadata: "a" must be text, got 1
    ArgumentError: encodeSafetensors: tensors: "x" must be a tensor (in place of a variable, its value), got an array of 1
    ArgumentError: encodeSafetensors: tensors must be an object of tensors by name, got a Map
    "
  `);
});

test("what is undefined has its default", () => {
  const options: EncodeOptions = { metadata: undefined, dtype: undefined };
  expect(encodeSafetensors({ x: tensor([1]) }, options)).toEqual(encodeSafetensors({ x: tensor([1]) }));
});
