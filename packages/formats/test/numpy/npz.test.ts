/** .npz files. Their zip files have tests of their own. */
import { tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { encodeNpz, parseNpz } from "../../src/numpy/npz.ts";
import { deflated, stored, zipOf } from "../zip/handmade.ts";
import { npy } from "./handmade.ts";

const bytes = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", [3, 4]);

test("arrays, stored or compressed, by their names", () => {
  const { tensors, dtypes } = parseNpz(
    zipOf([stored("a.npy", bytes), deflated("b/c.npy", bytes), stored("x.npy.npy", bytes)]),
  );
  expect(Object.keys(tensors)).toEqual(["a", "b/c", "x.npy"]);
  expect([tensors.a.toArray(), tensors["b/c"].toArray(), dtypes.a]).toEqual([[3, 4], [3, 4], "uint8"]);
});

test("only reads these arrays, whatever the others are", () => {
  const file = zipOf([stored("a.npy", bytes), stored("b.npy", bytes, { crc: 0 }), stored("readme.txt", bytes)]);
  expect(Object.keys(parseNpz(file, { only: ["a"] }).tensors)).toEqual(["a"]);
});

test("what is written is read; stored arrays are aligned, and views", () => {
  const given = {
    a: tensor([
      [1, 2],
      [3, 4.5],
    ]).transpose(),
    ü: tensor(Float64Array.of(0.1)),
    constructor: tensor(7),
  };
  for (const compress of [false, true]) {
    const file = encodeNpz(given, { compress });
    const { tensors, dtypes } = parseNpz(file);
    expect({ ...dtypes }).toEqual({ a: "float32", ü: "float64", constructor: "float32" });
    for (const [name, x] of Object.entries(given)) {
      expect(tensors[name].equals(x)).toBe(true);
      expect(tensors[name].data.buffer === file.buffer).toBe(!compress);
    }
    expect(encodeNpz(given, { compress })).toEqual(file);
  }
  const { dtypes } = parseNpz(encodeNpz({ a: tensor([1]), b: tensor([1]) }, { dtype: { a: "int8" } }));
  expect({ ...dtypes }).toEqual({ a: "int8", b: "float32" });
  expect(parseNpz(encodeNpz({ a: tensor([1]) }, { dtype: "uint16" })).dtypes.a).toBe("uint16");
  expect(Object.keys(parseNpz(encodeNpz({})).tensors)).toEqual([]);
});

describe("what is wrong is refused:", () => {
  const zero = () => zipOf([deflated("a.npy", new Uint8Array(2 ** 20))]);
  const cases: readonly [string, () => unknown][] = [
    ["no zip file", () => parseNpz(bytes)],
    ["a file that is no array", () => parseNpz(zipOf([stored("readme.txt", bytes)]), { file: "x.npz" })],
    ["a damaged array", () => parseNpz(zipOf([stored("a.npy", bytes.subarray(0, 20))]))],
    ["a path", () => parseNpz(zipOf([stored("../a.npy", bytes)]))],
    ["a name that is not there", () => parseNpz(zipOf([stored("a.npy", bytes)]), { only: ["b"] })],
    ["__proto__", () => parseNpz(zipOf([stored("__proto__.npy", bytes)]))],
    ["a bomb", () => parseNpz(zero(), { maxInflated: 1000 })],
    ["a path, written", () => encodeNpz({ "../a": tensor(1) })],
    ["an absolute path, written", () => encodeNpz({ "/a": tensor(1) })],
    ["__proto__, written", () => encodeNpz(JSON.parse('{"__proto__": 1}'))],
    ["half of a surrogate pair, written", () => encodeNpz({ "\ud800": tensor(1) })],
    ["a dtype of no tensor", () => encodeNpz({ a: tensor(1) }, { dtype: { b: "int8" } })],
    ["an element that a type does not have", () => encodeNpz({ a: tensor([0.5]) }, { dtype: "int8" })],
  ];
  test.each(cases)("%s", (_, call) => {
    expect(call).toThrowErrorMatchingSnapshot();
  });

  test("as FormatErrors", () => {
    for (const [name, call] of cases)
      if (!name.startsWith("__proto__, written")) expect(call, name).toThrow(FormatError);
  });
});
