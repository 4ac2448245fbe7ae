/** Damaged files: each is refused with a FormatError or read as sane tensors, and takes little memory in either case. */
import { type Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Meter } from "../../../polygrad/test/arguments/bounded.ts";
import { FormatError } from "../../src/errors.ts";
import { elements, isElementName } from "../../src/safetensors/elements.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { parseSafetensors } from "../../src/safetensors/parse.ts";
import { damages } from "../damages.ts";
import { handmade, joined, lengthField } from "./handmade.ts";

const dtypes = Object.keys(elements)
  .filter(isElementName)
  .filter((dtype) => dtype !== "F8_E8M0");
const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
const entries = fc.dictionary(fc.string({ maxLength: 6 }), fc.tuple(fc.constantFrom(...dtypes), shape), {
  maxKeys: 5,
  noNullPrototype: true,
});

/** Valid files of all element types. */
const valid: fc.Arbitrary<Uint8Array> = fc
  .tuple(entries, fc.dictionary(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), { maxKeys: 2 }))
  .map(([given, metadata]) => {
    const named = Object.entries(given).filter(([name]) => name !== "__proto__" && name !== "__metadata__");
    const ones = ([name, [, sizes]]: (typeof named)[number]): [string, Tensor] => {
      const size = sizes.reduce((product, each) => product * each, 1);
      return [name, tensor(new Float32Array(size).fill(1), sizes)];
    };
    return encodeSafetensors(Object.fromEntries(named.map(ones)), {
      metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== "__proto__")),
      dtype: Object.fromEntries(named.map(([name, [dtype]]) => [name, dtype])),
    });
  });

/** What may happen to the bytes of a file, and to the length that it begins with. */
const damage: fc.Arbitrary<(file: Uint8Array) => Uint8Array> = fc.oneof(
  { weight: 2, arbitrary: damages },
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((length) => (file: Uint8Array) => joined(lengthField(length), file.subarray(8))),
  fc.nat({ max: 300 }).map((length) => (file: Uint8Array) => joined(lengthField(BigInt(length)), file.subarray(8))),
);

/** Values that a field of the header should not have. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    "F32",
    "I64",
    "C64",
    -1,
    0.5,
    2 ** 1000,
    2 ** 53,
    2 ** 60,
    [],
    {},
    [0],
    [0, 8],
    [8, 0],
  ),
  fc.array(fc.oneof(fc.nat({ max: 64 }), fc.maxSafeInteger(), fc.double()), { maxLength: 4 }),
);

/** The header as text, with one of its numbers, texts, arrays or objects replaced, or its text repeated within. */
const rewritten: fc.Arbitrary<(header: string) => string> = fc.oneof(
  fc.tuple(fc.nat(), odd).map(([which, value]) => (header: string) => {
    const places = [...header.matchAll(/-?\d+|"[^"\\]*"|\[[^[\]]*\]|\{[^{}]*\}/g)];
    const { index, 0: old } = places[which % places.length] ?? { index: 0, 0: "" };
    return header.slice(0, index) + JSON.stringify(value) + header.slice(index + old.length);
  }),
  fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([from, length, to]) => (header: string) => {
    const start = from % (header.length + 1);
    const place = to % (header.length + 1);
    return header.slice(0, place) + header.slice(start, start + (length % 60)) + header.slice(place);
  }),
);

function headerOf(file: Uint8Array): [header: string, data: Uint8Array] {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  return [new TextDecoder().decode(file.subarray(8, 8 + length)), file.subarray(8 + length)];
}

/** Every tensor that was read lies within the data, and all of them together are the data. */
function checkSane(file: Uint8Array): void {
  const { tensors, dtypes, metadata } = parseSafetensors(file, { roundIntegers: true, allowUnaligned: true });
  const [, data] = headerOf(file);
  const sum = Object.entries(tensors).reduce((bytes, [name, x]) => {
    expect(x.shape.reduce((product, size) => product * size, 1)).toBe(x.size);
    expect([...x.clone().data].every((value) => typeof value === "number")).toBe(true);
    return bytes + x.size * elements[dtypes[name]].bytes;
  }, 0);
  expect(sum).toBe(data.length);
  expect(Object.values(metadata).every((text) => typeof text === "string")).toBe(true);
}

const counts = { read: 0, refused: 0 };

/** Reads a file with all that it allocates counted. */
function attempt(file: Uint8Array): void {
  const meter = new Meter();
  meter.install();
  try {
    parseSafetensors(file, { roundIntegers: true, allowUnaligned: true });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    counts.refused++;
    return;
  } finally {
    meter.restore();
    // A byte of data may become a float32; a header is copied once, and its text and names are counted by no one.
    expect(meter.bytes).toBeLessThanOrEqual(8 * file.length + 4096);
  }
  counts.read++;
  checkSane(file);
}

test("any damage to the bytes is refused or harmless", () => {
  fc.assert(
    fc.property(valid, fc.array(damage, { minLength: 1, maxLength: 3 }), (file, list) => {
      attempt(list.reduce((bytes, each) => each(bytes), file));
    }),
    { numRuns: 3000 },
  );
});

test("any change of the header is refused or harmless", () => {
  fc.assert(
    fc.property(valid, fc.array(rewritten, { minLength: 1, maxLength: 3 }), (file, list) => {
      const [header, data] = headerOf(file);
      attempt(
        handmade(
          list.reduce((text, each) => each(text), header),
          data,
        ),
      );
    }),
    { numRuns: 3000 },
  );
});

test("any bytes are refused", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.json().map((json) => handmade(json)),
      ),
      (file) => attempt(file),
    ),
    { numRuns: 1000 },
  );
});

test("of the damaged files, some were read and most were refused", () => {
  expect(counts.read).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(counts.read);
});
