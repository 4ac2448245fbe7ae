/** Pickles put together opcode by opcode. */
import { joined } from "../safetensors/handmade.ts";
import { fields } from "../zip/handmade.ts";

/** What a handmade pickle holds. A tensor's storage has the key "0". */
export type Made =
  | null
  | boolean
  | number
  | string
  | readonly Made[]
  | { readonly kind: "dictionary"; readonly entries: readonly (readonly [Made, Made])[] }
  | {
      readonly kind: "tensor";
      readonly Class: string;
      readonly count: number;
      readonly shape: readonly number[];
      readonly strides: readonly number[];
      readonly offset?: number;
    };

/** A pickle of protocol 2. */
export function pickled(value: Made): Uint8Array {
  return joined(Uint8Array.of(0x80, 2), opcodes(value), code("."));
}

/** A storage as it follows the pickles of a legacy file. */
export interface LegacyStorage {
  readonly key: Made;
  readonly count: number;
  readonly storage: Uint8Array;
}

/** The legacy file around a pickle: see src/torch/container.ts. */
export function legacyFile(
  pickle: Uint8Array,
  storages: readonly LegacyStorage[],
  { protocol = 1001, system = [["little_endian", true]] }: { protocol?: Made; system?: [Made, Made][] } = {},
): Uint8Array {
  const magic = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);
  return joined(
    ...[magic, code("."), pickled(protocol), pickled({ kind: "dictionary", entries: system }), pickle],
    pickled(storages.map(({ key }) => key)),
    ...storages.flatMap(({ count, storage }) => [fields([8, count]), storage]),
  );
}

/** Opcodes by their letters. */
export function code(letters: string): Uint8Array {
  return new TextEncoder().encode(letters);
}

/** The opcodes that push a value. */
export function opcodes(value: Made): Uint8Array {
  if (value === null) return code("N");
  if (typeof value === "boolean") return Uint8Array.of(value ? 0x88 : 0x89);
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? int(value) : float(value);
  if (typeof value === "string") {
    const text = code(value);
    return joined(code("X"), fields([4, text.length]), text);
  }
  if (isList(value)) return joined(code("]("), ...value.map(opcodes), code("e"));
  if (value.kind === "dictionary")
    return joined(code("}("), ...value.entries.flatMap(([key, part]) => [opcodes(key), opcodes(part)]), code("u"));
  const { Class, count, shape, strides, offset = 0 } = value;
  const tuple = (sizes: readonly number[]) => joined(code("("), ...sizes.map(opcodes), code("t"));
  return joined(
    code("ctorch._utils\n_rebuild_tensor_v2\n(("),
    ...[opcodes("storage"), code(`ctorch\n${Class}\n`), opcodes("0"), opcodes("cpu"), opcodes(count), code("tQ")],
    ...[opcodes(offset), tuple(shape), tuple(strides), opcodes(false), code("ccollections\nOrderedDict\n)RtR")],
  );
}

function isList(value: Made): value is readonly Made[] {
  return Array.isArray(value);
}

function int(value: number): Uint8Array {
  return joined(code("J"), fields([4, value < 0 ? value + 2 ** 32 : value]));
}

function float(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return joined(code("G"), new Uint8Array(bytes.buffer));
}
