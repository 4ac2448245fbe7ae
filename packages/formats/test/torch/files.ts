/** Files of PyTorch, valid and damaged, as arbitraries: for the fuzz test and the soak. */
import fc from "fast-check";
import { severalDamages } from "../damages.ts";
import { joined } from "../safetensors/handmade.ts";
import { deflated, stored, zipOf } from "../zip/handmade.ts";
import { code, legacyFile, type Made, opcodes, pickled } from "./handmade.ts";

/** The bytes of an element of each class of storages. */
const classes: readonly (readonly [Class: string, width: number])[] = [
  ["FloatStorage", 4],
  ["DoubleStorage", 8],
  ["HalfStorage", 2],
  ["BFloat16Storage", 2],
  ["CharStorage", 1],
  ["ShortStorage", 2],
  ["IntStorage", 4],
  ["LongStorage", 8],
  ["ByteStorage", 1],
];

/** A value with one storage, and the storage's elements. */
interface Parts {
  readonly value: Made;
  readonly pickle: Uint8Array;
  readonly storage: Uint8Array;
  readonly count: number;
}

const COUNT = 12;

/** Names of entries; numbers and the names of properties of objects among them. */
const keys = fc.oneof(
  fc.stringMatching(/^[a-z0-9._é]{0,6}$/),
  fc.constantFrom("constructor", "weight"),
  fc.nat({ max: 9 }),
);

/** Dictionaries and lists of plain values and of tensors that are views of one storage. */
const parts: fc.Arbitrary<Parts> = fc.constantFrom(...classes).chain(([Class, width]) => {
  const size = fc.nat({ max: 3 });
  const tensor: fc.Arbitrary<Made> = fc
    .tuple(fc.array(fc.tuple(size, fc.nat({ max: 2 })), { maxLength: 2 }), fc.nat({ max: 3 }))
    .map(([axes, offset]) => ({
      kind: "tensor",
      Class,
      count: COUNT,
      shape: axes.map(([size]) => size),
      strides: axes.map(([, stride]) => stride),
      offset,
    }));
  const plain: fc.Arbitrary<Made> = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ maxLength: 5 }),
  );
  const { value } = fc.letrec<{ value: Made }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tensor,
      plain,
      fc.array(tie("value"), { maxLength: 3 }),
      fc
        .uniqueArray(fc.tuple(keys, tie("value")), { maxLength: 3, selector: ([key]) => String(key) })
        .map((entries): Made => ({ kind: "dictionary", entries })),
    ),
  }));
  const storage = fc.uint8Array({ minLength: COUNT * width, maxLength: COUNT * width });
  return fc
    .record({ value, storage })
    .map(({ value, storage }) => ({ value, pickle: pickled(value), storage, count: COUNT }));
});

/** The zip file around a pickle and its storage. */
function zipped({ pickle, storage }: Parts, compressed: boolean): Uint8Array {
  const put = compressed ? deflated : stored;
  return zipOf([put("archive/data.pkl", pickle), put("archive/data/0", storage)], { long: !compressed });
}

/** The legacy file around the same. */
function legacy({ pickle, storage, count }: Parts): Uint8Array {
  // A storage that nothing refers to is not listed.
  const isUsed = new TextDecoder("latin1").decode(pickle).includes("_rebuild_tensor_v2");
  return legacyFile(pickle, isUsed ? [{ key: "0", count, storage }] : []);
}

/** Valid files of both containers. */
export const torchFiles: fc.Arbitrary<Uint8Array> = fc
  .tuple(parts, fc.constantFrom("zip", "compressed", "legacy"))
  .map(([made, container]) => (container === "legacy" ? legacy(made) : zipped(made, container === "compressed")));

/** Opcodes in any order, with arguments that some of them take. */
const program: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."N()]}.0atuesRbQ").map(code),
      fc.constantFrom(0x85, 0x86, 0x87, 0x88, 0x89, 0x93, 0x94).map((byte) => Uint8Array.of(byte)),
      fc
        .tuple(fc.constantFrom(..."qhKU"), fc.nat({ max: 3 }))
        .map(([letter, byte]) => joined(code(letter), Uint8Array.of(byte))),
      fc
        .constantFrom(
          "ccollections\nOrderedDict\n",
          "ctorch\nSize\n",
          "ctorch\nFloatStorage\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
        )
        .map(code),
      fc.constantFrom<Made>("storage", "0", 12, false, [], [1], 0).map(opcodes),
    ),
    { maxLength: 40 },
  )
  .map((list) => joined(Uint8Array.of(0x80, 2), ...list, code(".")));

/** Files with damage in any of their parts; in zip files, with the checksum of what is damaged. */
export const damagedTorchFiles: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(torchFiles, severalDamages).map(([file, damage]) => damage(file)),
  fc.tuple(parts, severalDamages).map(([made, damage]) => zipped({ ...made, pickle: damage(made.pickle) }, false)),
  fc.tuple(parts, severalDamages).map(([made, damage]) => zipped({ ...made, storage: damage(made.storage) }, false)),
  fc.tuple(parts, severalDamages).map(([made, damage]) => damage(legacy(made))),
  fc.tuple(parts, program).map(([made, pickle]) => zipped({ ...made, pickle }, false)),
);
