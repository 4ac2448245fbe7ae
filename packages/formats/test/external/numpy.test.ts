/** NumPy reads what is written here, and what NumPy writes is read, to the last bit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { tensors } from "../../../tensor/test/arbitraries.ts";
import { numpyDtypes, numpyElements } from "../../src/numpy/dtypes.ts";
import { encodeNpy, parseNpy } from "../../src/numpy/npy.ts";
import { encodeNpz, parseNpz } from "../../src/numpy/npz.ts";
import { elements } from "../../src/safetensors/elements.ts";
import { toHex } from "../safetensors/handmade.ts";
import { python } from "./python.ts";

const script = fileURLToPath(new URL("./arrays.py", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "polygrad-numpy-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Shown {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
}

const bytesOf = (path: string) => new Uint8Array(readFileSync(path));

/** The bytes of a tensor's elements in row-major order, found by the strides and nothing else. */
function rawOf({ shape, strides, offset, data }: Tensor): string {
  const places = shape.reduce(
    (list, size, axis) => list.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis])),
    [offset],
  );
  const ordered =
    data instanceof Float64Array
      ? Float64Array.from(places, (i) => data[i])
      : Float32Array.from(places, (i) => data[i]);
  return toHex(new Uint8Array(ordered.buffer));
}

test("NumPy reads tensors of any layout, from .npy and .npz, compressed or not", () => {
  const any = fc.oneof(tensors({ contents: "special" }), tensors({ contents: "special", double: true }));
  const names = fc.stringMatching(/^[a-zé€][a-z0-9._]{0,5}$/);
  const drawn = fc.sample(fc.dictionary(names, any, { maxKeys: 8, noNullPrototype: true }), { numRuns: 40, seed: 1 });
  const written = new Map<string, Readonly<Record<string, Tensor>>>();
  for (const [i, given] of drawn.entries()) {
    for (const compress of [false, true]) {
      const path = join(directory, `${i}-${compress}.npz`);
      writeFileSync(path, encodeNpz(given, { compress }));
      written.set(path, given);
    }
    for (const [k, x] of Object.values(given).entries()) {
      const path = join(directory, `${i}-${k}.npy`);
      writeFileSync(path, encodeNpy(x));
      written.set(path, { "": x });
    }
  }
  const read: Record<string, Record<string, Shown>> = JSON.parse(python("numpy", [script, "read", ...written.keys()]));
  for (const [path, given] of written) {
    expect(Object.keys(read[path]).toSorted()).toEqual(Object.keys(given).toSorted());
    for (const [name, x] of Object.entries(given))
      expect(read[path][name]).toEqual({ dtype: x.dtype, shape: x.shape, data: rawOf(x) });
  }
  expect(written.size).toBeGreaterThan(150);
});

/** The bytes of arrays of any type, in any order of bytes and of axes, and any version of the format. */
const arrays = fc.constantFrom(...numpyDtypes).chain((dtype) =>
  fc
    .record({
      shape: fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
      order: fc.constantFrom("C", "F"),
      version: fc.constantFrom([1, 0], [2, 0], [3, 0]),
      swap: fc.boolean(),
    })
    .chain((layout) => {
      const count = layout.shape.reduce((product, size) => product * size, 1);
      const { bytes } = elements[numpyElements[dtype].element];
      const size = count * bytes;
      const drawn = fc.uint8Array({ minLength: size, maxLength: size });
      const data =
        dtype === "bool"
          ? drawn.map((list) => list.map((byte) => byte & 1))
          : // 64-bit integers that float64 holds.
            /int64/.test(dtype)
            ? drawn.map((list) => list.map((byte, i) => (i % 8 < 6 ? byte : 0)))
            : drawn;
      return data.map((raw) => ({ dtype, ...layout, data: toHex(raw) }));
    }),
);

/** The bits of 1 in the exponent of each float, which are all 1 in infinity and NaN. */
const INFINITY: Readonly<Record<string, bigint>> = {
  float16: 0x7c00n,
  float32: 0x7f800000n,
  float64: 0x7ff0000000000000n,
};

/** Floats in hexadecimal, little-endian, with one code for all NaNs: processors need not keep which NaN it was. */
function oneNan(dtype: string, codes: string): string {
  const infinity = INFINITY[dtype];
  if (infinity === undefined) return codes;
  const width = infinity.toString(16).length;
  return codes.replaceAll(new RegExp(`.{${width}}`, "g"), (code) => {
    const bits = BigInt(`0x${code.match(/../g)?.reverse().join("")}`) & ((1n << BigInt(4 * width - 1)) - 1n);
    return bits > infinity ? "NaN".padEnd(width) : code;
  });
}

test("what NumPy writes is read: all types, byte orders, orders of axes, versions", () => {
  const drawn = fc.sample(arrays, { numRuns: 300, seed: 1 }).map((array, i) => ({ name: `x${i}`, ...array }));
  python("numpy", [script, "write", directory], JSON.stringify(drawn));
  const all = parseNpz(bytesOf(join(directory, "all.npz")));
  const packed = parseNpz(bytesOf(join(directory, "packed.npz")));
  expect(Object.keys(all.tensors)).toHaveLength(drawn.length);
  for (const { name, dtype, shape, data } of drawn) {
    const { tensor, dtype: found } = parseNpy(bytesOf(join(directory, `${name}.npy`)));
    expect([found, tensor.shape]).toEqual([dtype, shape]);
    for (const x of [tensor, all.tensors[name], packed.tensors[name]]) {
      const wanted = oneNan(dtype, data);
      if (dtype === "float32" || dtype === "float64") expect(oneNan(dtype, rawOf(x))).toBe(wanted);
      const back = encodeNpy(x, { dtype });
      expect(oneNan(dtype, toHex(back.subarray(back.length - data.length / 2)))).toBe(wanted);
    }
  }
});

test("the same bytes as NumPy, for arrays in row-major order", () => {
  const drawn = fc
    .sample(arrays, { numRuns: 100, seed: 2 })
    .filter(({ dtype }) => dtype !== "float16")
    .map((array, i) => ({ name: `y${i}`, ...array, order: "C", version: [1, 0], swap: false }));
  python("numpy", [script, "write", directory], JSON.stringify(drawn));
  for (const { name, dtype } of drawn) {
    const bytes = bytesOf(join(directory, `${name}.npy`));
    expect(toHex(encodeNpy(parseNpy(bytes).tensor, { dtype }))).toBe(toHex(bytes));
  }
});
