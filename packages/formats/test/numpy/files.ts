/** .npy and .npz files, valid and damaged, as arbitraries: for the fuzz test and the soak. */
import fc from "fast-check";
import { severalDamages } from "../damages.ts";
import { joined } from "../safetensors/handmade.ts";
import { deflated, fields, stored, zipOf } from "../zip/handmade.ts";
import { npy } from "./handmade.ts";

const types = ["<f4", ">f4", "<f8", ">f8", "<f2", "|i1", "<i2", ">i4", "<i8", "|u1", ">u2", "<u8"];

/** Files of all versions, types, orders and shapes. */
export const npyFiles: fc.Arbitrary<Uint8Array> = fc
  .record({
    descr: fc.constantFrom(...types),
    isFortran: fc.boolean(),
    shape: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
    version: fc.constantFrom(1, 2, 3),
  })
  .chain(({ descr, isFortran, shape, version }) => {
    const size = shape.reduce((product, each) => product * each, Number(descr[2]));
    const sizes = `${shape.join(", ")}${shape.length === 1 ? "," : ""}`;
    const header = `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': (${sizes}), }`;
    const data = fc.uint8Array({ minLength: size, maxLength: size });
    return fc
      .tuple(data, fc.nat({ max: 70 }))
      .map(([data, spaces]) => npy(`${header}${" ".repeat(spaces)}\n`, data, version));
  });

/** A part of a header in the place of another, or of several. */
const words = [
  "{",
  "}",
  "(",
  ")",
  ",",
  ":",
  "'descr'",
  "'shape'",
  "True",
  "12",
  "-1",
  "2L",
  "'",
  '"',
  "1e9",
  "4294967296",
  "[",
  "\\",
  "None",
];

/** Files with the header written anew, with its right length, and files with any damage. */
export const damagedNpyFiles: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(npyFiles, severalDamages).map(([file, damage]) => damage(file)),
  fc.tuple(npyFiles, fc.nat(), fc.nat({ max: 6 }), fc.constantFrom(...words)).map(([file, at, length, word]) => {
    const isShort = file[6] === 1;
    const begin = isShort ? 10 : 12;
    const end = file.indexOf(0x0a, begin) + 1;
    const header = file.subarray(begin, end);
    const place = at % header.length;
    const text = joined(header.subarray(0, place), new TextEncoder().encode(word), header.subarray(place + length));
    return joined(file.subarray(0, 8), fields([isShort ? 2 : 4, text.length]), text, file.subarray(end));
  }),
);

const zippedFrom = (files: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .uniqueArray(fc.tuple(fc.stringMatching(/^[a-zé/.]{1,4}$/), files, fc.boolean()), {
      maxLength: 3,
      selector: ([name]) => name,
    })
    .map((list) =>
      zipOf(list.map(([name, file, compressed]) => (compressed ? deflated : stored)(`${name}.npy`, file))),
    );

/** Files with some arrays; some names are paths that are refused. */
export const npzFiles: fc.Arbitrary<Uint8Array> = zippedFrom(npyFiles);

/** Files with damage in the zip file, or in an array, with its right checksum. */
export const damagedNpzFiles: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(npzFiles, severalDamages).map(([file, damage]) => damage(file)),
  zippedFrom(damagedNpyFiles),
);
