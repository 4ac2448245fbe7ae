/** Files of PyTorch 1.13, read to the last bit; see figures/make_figures.py. */
import type { Tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readTorch } from "../../src/torch/read.ts";
import { joined } from "../safetensors/handmade.ts";
import { stored, zipOf } from "../zip/handmade.ts";
import { figure, isTensorFigure, numberOf, values } from "./figures.ts";
import { code, legacyFile, pickled } from "./handmade.ts";

const elementsOf = (x: Tensor) => Array.from(x.clone().data);

describe.each(["zip.pt", "legacy.pt", "protocol4.pt"])("%s", (name) => {
  const bytes = figure(name);
  const read = readTorch(bytes);

  test("has the tensors of PyTorch, all elements and layouts", () => {
    const wanted = Object.entries(values()).filter(([, value]) => isTensorFigure(value));
    expect(Object.keys(read.tensors).toSorted()).toEqual(wanted.map(([name]) => name).toSorted());
    for (const [name, value] of wanted) {
      if (!isTensorFigure(value)) continue;
      const x = read.tensors[name];
      expect([name, read.dtypes[name], x.shape]).toEqual([name, value.dtype, value.shape]);
      const rounded = value.values.map(numberOf).map((v) => (x.dtype === "float32" ? Math.fround(v) : v));
      expect(elementsOf(x), name).toEqual(rounded); // toEqual tells -0 from 0
    }
  });

  test("has its numbers, texts, flags and lists", () => {
    const wanted = Object.entries(values()).filter(([, value]) => !isTensorFigure(value));
    expect(Object.keys(read.values).toSorted()).toEqual(wanted.map(([name]) => name).toSorted());
    const { seed, "history.1.loss": loss, ...others } = Object.fromEntries(wanted);
    for (const [name, value] of Object.entries(others)) expect(read.values[name], name).toEqual(value);
    expect([read.values.seed, seed]).toEqual([2n ** 64n - 1n, String(2n ** 64n - 1n)]);
    expect([read.values["history.1.loss"], loss]).toEqual([Number.POSITIVE_INFINITY, "inf"]);
  });

  test("shares storages as PyTorch does", () => {
    const { tensors } = read;
    const base = tensors["model.base"];
    for (const name of ["transposed", "rows", "columns", "offset", "expanded", "windows"])
      expect(tensors[`model.${name}`].storage).toBe(base.storage);
    expect(tensors["model.expanded"].strides).toEqual([0, 0]);
    expect(tensors["model.float32"].storage).not.toBe(base.storage);
  });
});

test("float32 and float64 of zip files are views of the bytes; what is not aligned is copied", () => {
  const bytes = figure("zip.pt");
  const { tensors, dtypes } = readTorch(bytes);
  for (const [name, x] of Object.entries(tensors))
    if (x.size > 0)
      expect(x.data.buffer === bytes.buffer, name).toBe(
        /float(32|64)/.test(dtypes[name]) && !/b?float16/.test(dtypes[name]),
      );
  const shifted = readTorch(joined(Uint8Array.of(0), bytes).subarray(1)).tensors["model.base"];
  expect(shifted.data.buffer).not.toBe(bytes.buffer);
  expect(elementsOf(shifted)).toEqual(elementsOf(tensors["model.base"]));
});

test("only reads these tensors, and refuses a name that is not there", () => {
  const { tensors, values } = readTorch(figure("zip.pt"), { only: ["model.int8"] });
  expect([Object.keys(tensors), values.epoch]).toEqual([["model.int8"], 3]);
  expect(() => readTorch(figure("zip.pt"), { file: "zip.pt", only: ["model"] })).toThrow(
    new FormatError('readTorch: zip.pt: there is no tensor "model"'),
  );
});

test("integers beyond 2^53 - 1 are refused, or rounded on request; plain ones are bigints", () => {
  const storage = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127);
  const bytes = zipOf([
    stored("a/data.pkl", pickled({ kind: "tensor", Class: "LongStorage", count: 1, shape: [], strides: [] })),
    stored("a/data/0", storage),
  ]);
  expect(() => readTorch(bytes)).toThrow(
    'readTorch: PyTorch: tensor "": element 0 is about 9223372036854776000, which float64 cannot hold exactly; the option roundIntegers rounds it',
  );
  expect(readTorch(bytes, { roundIntegers: true }).tensors[""].item()).toBe(2 ** 63);
});

test("files of Python 2 are read: its texts, and ordered dictionaries that are made of pairs", () => {
  const pair = joined(code("U"), Uint8Array.of(1), code("aK"), Uint8Array.of(7, 0x86));
  const dictionary = joined(code("ccollections\nOrderedDict\n]("), pair, code("e"), Uint8Array.of(0x85), code("R"));
  const text = joined(code("}T"), Uint8Array.of(1, 0, 0, 0), code("b"), dictionary, code("s."));
  const { values } = readTorch(zipOf([stored("a/data.pkl", joined(Uint8Array.of(0x80, 2), text))]));
  expect({ ...values }).toEqual({ "b.a": 7 });
});

test("a legacy file of a big-endian machine is read", () => {
  const pickle = pickled({ kind: "tensor", Class: "FloatStorage", count: 1, shape: [1], strides: [1] });
  const own = { key: "0", count: 2 ** 56, storage: Uint8Array.of(0x3f, 0x80, 0, 0) }; // 1, with its bytes in that order
  const bytes = legacyFile(pickle, [own], { system: [["little_endian", false]] });
  expect(readTorch(bytes).tensors[""].toArray()).toEqual([1]);
});

test("a file of a big-endian machine is read", () => {
  const bytes = zipOf([
    stored("a/data.pkl", pickled({ kind: "tensor", Class: "FloatStorage", count: 2, shape: [2], strides: [1] })),
    stored("a/byteorder", new TextEncoder().encode("big")),
    stored("a/data/0", Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0)),
  ]);
  expect(readTorch(bytes).tensors[""].toArray()).toEqual([1, -2]);
});
