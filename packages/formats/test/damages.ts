/** What may happen to the bytes of a file of any format: for tests that damage files. */
import fc from "fast-check";
import { joined } from "./safetensors/handmade.ts";

/** Another file in the place of one. */
export type Damage = (file: Uint8Array) => Uint8Array;

/** A byte is another, the end is missing, bytes are inserted or left out, or a part is there twice. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => (file: Uint8Array) => {
    const copy = file.slice();
    copy[at % copy.length] = byte;
    return copy;
  }),
  fc.nat().map((at) => (file: Uint8Array) => file.subarray(0, at % (file.length + 1))),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 9 })).map(([at, bytes]) => (file: Uint8Array) => {
    const place = at % (file.length + 1);
    return joined(file.subarray(0, place), bytes, file.subarray(place));
  }),
  fc.tuple(fc.nat(), fc.nat({ max: 9 })).map(([at, length]) => (file: Uint8Array) => {
    const place = at % (file.length + 1);
    return joined(file.subarray(0, place), file.subarray(place + length));
  }),
  fc.tuple(fc.nat(), fc.nat({ max: 60 }), fc.nat()).map(([from, length, to]) => (file: Uint8Array) => {
    const [start, place] = [from % (file.length + 1), to % (file.length + 1)];
    return joined(file.subarray(0, place), file.subarray(start, start + length), file.subarray(place));
  }),
);

/** One to three of them, one after the other. */
export const severalDamages: fc.Arbitrary<Damage> = fc
  .array(damages, { minLength: 1, maxLength: 3 })
  .map((list) => (file) => list.reduce((bytes, damage) => damage(bytes), file));
