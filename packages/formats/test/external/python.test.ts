/** Python's struct and json read what is written here, and write what is read here, to the last bit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { tensors } from "../../../tensor/test/arbitraries.ts";
import { elements, isElementName, type SafetensorsDtype } from "../../src/safetensors/elements.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { fromPython, type PythonEntry, pythonRead, pythonWrite, toPython } from "./oracle.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-safetensors-"));
const pathOf = (i: number) => join(directory, `${i}.safetensors`);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As many files are drawn, because Python takes long to start. */
const FILES = 60;
const draws = { numRuns: FILES, seed: 1 };

const dtypes = Object.keys(elements).filter(isElementName);
const names = fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => !name.startsWith("__"));
const metadatas = fc.dictionary(names, fc.string({ unit: "grapheme" }), { noNullPrototype: true });

/** The elements in row-major order, found by the strides and nothing else. */
function rowMajor({ shape, strides, offset, data }: Tensor): number[] {
  const places = shape.reduce(
    (list, size, axis) => list.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis])),
    [offset],
  );
  return places.map((place) => data[place]);
}

test("Python reads tensors of any layout, in float32 or float64", () => {
  const any = fc.oneof(tensors({ contents: "special" }), tensors({ contents: "special", double: true }));
  const widen = fc.boolean();
  const drawn = fc.sample(fc.tuple(fc.dictionary(names, fc.tuple(any, widen), { maxKeys: 20 }), metadatas), draws);
  const files = drawn.map(([entries, metadata], i) => {
    const given = Object.fromEntries(Object.entries(entries).map(([name, [x]]) => [name, x]));
    const dtype = Object.fromEntries(
      Object.entries(entries).map(([name, [x, wide]]): [string, SafetensorsDtype] => [
        name,
        x.storage.isDouble || wide ? "F64" : "F32",
      ]),
    );
    const bytes = encodeSafetensors(given, { metadata, dtype });
    writeFileSync(pathOf(i), bytes);
    return { given, dtype, metadata, bytes };
  });
  const read = pythonRead(...files.map((_, i) => pathOf(i)));
  for (const [i, { given, dtype, metadata, bytes }] of files.entries()) {
    const { entries, header_bytes, metadata: texts } = read[i];
    expect(texts).toEqual(metadata);
    expect(header_bytes % 8).toBe(0);
    let end = 0;
    const inOrder = Object.values(entries).sort(
      ({ data_offsets: a }, { data_offsets: b }) => a[0] - b[0] || a[1] - b[1],
    );
    for (const { dtype, data_offsets } of inOrder) {
      expect(data_offsets[0]).toBe(end);
      expect(end % (dtype === "F64" ? 8 : 4)).toBe(0);
      end = data_offsets[1];
    }
    expect(8 + header_bytes + end).toBe(bytes.length);
    expect(Object.keys(entries).sort()).toEqual(Object.keys(given).sort());
    const back = parseSafetensors(bytes).tensors;
    for (const [name, x] of Object.entries(given)) {
      expect([entries[name].dtype, entries[name].shape]).toEqual([dtype[name], x.shape]);
      expect(entries[name].values.map(fromPython)).toEqual(rowMajor(x)); // toEqual tells -0 from 0
      expect(rowMajor(back[name])).toEqual(rowMajor(x));
    }
  }
});

test("Python reads every dtype as it was written, integers at the ends of their ranges too", () => {
  const ones = dtypes.map((dtype) => ({ name: dtype, dtype, x: tensor([1, 1]) }));
  const ends = dtypes.flatMap((dtype) => {
    const { range } = elements[dtype];
    return range === undefined ? [] : [{ name: `${dtype} range`, dtype, x: tensor(Float64Array.from(range)) }];
  });
  const all = [...ones, ...ends];
  const file = encodeSafetensors(Object.fromEntries(all.map(({ name, x }) => [name, x])), {
    dtype: Object.fromEntries(all.map(({ name, dtype }) => [name, dtype])),
  });
  writeFileSync(pathOf(0), file);
  const [{ entries }] = pythonRead(pathOf(0));
  for (const { name, dtype, x } of all)
    expect([entries[name].dtype, entries[name].values.map(fromPython)]).toEqual([dtype, rowMajor(x)]);
});

test("what Python writes is read to the last bit", () => {
  const values: Readonly<Record<string, fc.Arbitrary<number>>> = {
    F64: fc.double(),
    F32: fc.float(),
    F16: fc.double({ min: -65504, max: 65504 }),
    I64: fc.maxSafeInteger(),
    I32: fc.integer(),
    I16: fc.integer({ min: -32768, max: 32767 }),
    I8: fc.integer({ min: -128, max: 127 }),
    U64: fc.maxSafeNat(),
    U32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    U16: fc.integer({ min: 0, max: 65535 }),
    U8: fc.integer({ min: 0, max: 255 }),
    BOOL: fc.constantFrom(0, 1),
  };
  const entry = fc
    .constantFrom(...Object.keys(values))
    .chain((dtype) => fc.tuple(names, fc.constant(dtype), fc.array(values[dtype], { maxLength: 30 })));
  const entries = fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 20 });
  const drawn = fc.sample(fc.tuple(entries, metadatas), draws);
  pythonWrite(
    drawn.map(([given, metadata], i) => ({
      path: pathOf(i),
      metadata,
      entries: given.map(([name, dtype, numbers]): PythonEntry => {
        return [name, dtype, [1, numbers.length], numbers.map(toPython)];
      }),
    })),
  );
  const python = pythonRead(...drawn.map((_, i) => pathOf(i)));
  for (const [i, [given, metadata]] of drawn.entries()) {
    // Python neither sorts nor pads.
    const { tensors, dtypes, metadata: texts } = parseSafetensors(readFileSync(pathOf(i)), { allowUnaligned: true });
    expect({ ...texts }).toEqual(metadata);
    expect(Object.keys(tensors).length).toBe(given.length);
    for (const [name, dtype, numbers] of given) {
      expect([tensors[name].shape, dtypes[name]]).toEqual([[1, numbers.length], dtype]);
      expect(rowMajor(tensors[name])).toEqual(python[i].entries[name].values.map(fromPython));
      if (dtype !== "F16") expect(rowMajor(tensors[name])).toEqual(numbers);
    }
  }
});
