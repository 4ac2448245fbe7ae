/** Safetensors files, valid and damaged, for tests that read what nothing is known of. */
import { type Tensor, tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { elements, isElementName } from "../../src/safetensors/elements.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { type Damage, severalDamages } from "../damages.ts";
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
export const safetensorsFiles: fc.Arbitrary<Uint8Array> = fc
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

/** The header of a file, and what follows it. */
export function headerOf(file: Uint8Array): [header: string, data: Uint8Array] {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  return [new TextDecoder().decode(file.subarray(8, 8 + length)), file.subarray(8 + length)];
}

/** Another length of the header. */
const lengths: fc.Arbitrary<Damage> = fc
  .oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 300n }))
  .map((length) => (file) => joined(lengthField(length), file.subarray(8)));

/** Files with damage to their bytes, or to the text of the header, which has its right length. */
export const damagedSafetensorsFiles: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(safetensorsFiles, severalDamages).map(([file, damage]) => damage(file)),
  fc.tuple(safetensorsFiles, lengths).map(([file, damage]) => damage(file)),
  fc.tuple(safetensorsFiles, fc.array(rewritten, { minLength: 1, maxLength: 3 })).map(([file, list]) => {
    const [header, data] = headerOf(file);
    return handmade(
      list.reduce((text, each) => each(text), header),
      data,
    );
  }),
);
