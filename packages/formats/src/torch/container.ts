/**
 * The two containers of PyTorch files, and what is in them: one value, and the storages that it refers to.
 *
 * ```
 * zip, since PyTorch 1.6                       legacy
 * NAME/data.pkl    the pickle                  pickles: magic number, protocol version, {little_endian, ...}
 * NAME/data/KEY    the elements of a storage   the pickle
 * NAME/byteorder   since PyTorch 2.1           a pickle: the list of the storages' keys
 *                                              for each key: the number of elements, int64; the elements
 * ```
 * Source: torch/serialization.py of PyTorch 1.13.
 */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { openZip } from "../zip/archive.ts";
import { isZip } from "../zip/directory.ts";
import { unpickle } from "./pickle.ts";
import { bytesOf } from "./storages.ts";
import { isDictionary, itemsOf, type PickleValue, type StorageReference, shown } from "./values.ts";

type Refuse = (what: string) => FormatError;

/** What a file has. */
export interface Content {
  readonly value: PickleValue;
  readonly isBigEndian: boolean;
  /** The bytes of a storage, exactly as many as it has. */
  readonly bytesAt: (reference: StorageReference, refuse: Refuse) => Uint8Array;
}

/** Reads a file of either container. */
export function contentOf(bytes: Uint8Array, maxInflated: number | undefined, refuse: Refuse): Content {
  if (isZip(bytes)) return zipContent(bytes, maxInflated, refuse);
  if (bytes[0] === 0x80) return legacyContent(bytes, refuse);
  const isTar = new TextDecoder().decode(bytes.slice(257, 262)) === "ustar";
  throw refuse(
    isTar
      ? "it is in the tar format of PyTorch before 0.1.10, which is not read; load it and save it again with a newer version"
      : "it is not a file of PyTorch: it begins like neither a zip file nor a pickle",
  );
}

function zipContent(bytes: Uint8Array, maxInflated: number | undefined, refuse: Refuse): Content {
  const archive = openZip(bytes, refuse, maxInflated);
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1)
    throw refuse(
      `a file of PyTorch has one file NAME/data.pkl, but this zip file has ${pickles.length === 0 ? "none" : pickles.length}`,
    );
  const folder = pickles[0].slice(0, -"data.pkl".length);
  if (archive.has(`${folder}constants.pkl`))
    throw refuse("it is a TorchScript program; save the state dict: torch.save(model.state_dict(), path)");
  const pickle = archive.read(pickles[0]);
  const { value, end } = unpickle(pickle, 0, (what) => refuse(`${pickles[0]}: ${what}`));
  if (end !== pickle.length) throw refuse(`${pickles[0]}: ${pickle.length - end} bytes follow the pickle`);
  return {
    value,
    isBigEndian: archive.has(`${folder}byteorder`) && isBigOrder(archive.read(`${folder}byteorder`), refuse),
    bytesAt(reference, refuse) {
      const name = `${folder}data/${reference.key}`;
      if (!archive.has(name)) throw refuse(`its storage, the file ${brief(name)}, is missing`);
      const content = archive.read(name);
      const wanted = bytesOf(reference);
      if (content.length !== wanted)
        throw refuse(
          `its storage has ${content.length} bytes, but ${reference.count} elements of ${reference.dtype} take ${wanted}`,
        );
      return content;
    },
  };
}

function isBigOrder(bytes: Uint8Array, refuse: Refuse): boolean {
  const order = new TextDecoder().decode(bytes.slice(0, 100));
  if (order !== "little" && order !== "big") throw refuse(`the byte order must be little or big, got ${brief(order)}`);
  return order === "big";
}

/** What the first pickle of a legacy file holds. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

function legacyContent(bytes: Uint8Array, refuse: Refuse): Content {
  const magic = unpickle(bytes, 0, refuse);
  if (magic.value !== MAGIC)
    throw refuse("it is a pickle, but not of PyTorch: save with torch.save(model.state_dict(), path)");
  const protocol = unpickle(bytes, magic.end, refuse);
  if (protocol.value !== PROTOCOL)
    throw refuse(`the version of the legacy format is ${shown(protocol.value)}, not 1001`);
  const system = unpickle(bytes, protocol.end, refuse);
  const isLittle = isDictionary(system.value) ? system.value.entries.get("little_endian") : undefined;
  if (typeof isLittle !== "boolean") throw refuse("the legacy format must say whether it is little_endian");
  const references = new Map<string, StorageReference>();
  const object = unpickle(bytes, system.end, refuse, (reference) => references.set(reference.key, reference));
  const keys = unpickle(bytes, object.end, refuse);
  return {
    value: object.value,
    isBigEndian: !isLittle,
    bytesAt: legacyStorages(bytes, keys.end, itemsOf(keys.value) ?? [], references, !isLittle, refuse),
  };
}

/** Finds where each storage lies: after the one before it. */
function legacyStorages(
  bytes: Uint8Array,
  start: number,
  keys: readonly PickleValue[],
  references: ReadonlyMap<string, StorageReference>,
  isBigEndian: boolean,
  refuse: Refuse,
): Content["bytesAt"] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const places = new Map<string, Uint8Array>();
  let at = start;
  for (const key of keys) {
    const reference = typeof key === "string" ? references.get(key) : undefined;
    if (typeof key !== "string" || reference === undefined || places.has(key))
      throw refuse(`the list of storages has ${shown(key)}; each must be there once, and a tensor must refer to it`);
    if (bytes.length - at < 8) throw refuse(`storage ${brief(key)} is missing: the file is truncated`);
    const count = Number(view.getBigInt64(at, !isBigEndian));
    if (count !== reference.count)
      throw refuse(`storage ${brief(key)} has ${count} elements, but its tensors say ${reference.count}`);
    const [from, length] = [at + 8, bytesOf(reference)];
    if (length > bytes.length - from)
      throw refuse(
        `storage ${brief(key)} takes ${length} bytes, but ${bytes.length - from} follow; the file is truncated`,
      );
    places.set(key, bytes.subarray(from, from + length));
    at = from + length;
  }
  if (at !== bytes.length) throw refuse(`${bytes.length - at} bytes follow the last storage`);
  return ({ key, count, dtype }, refuse) => {
    const found = places.get(key);
    const own = references.get(key);
    if (found === undefined || own === undefined) throw refuse(`its storage ${brief(key)} is missing`);
    if (own.count !== count || own.dtype !== dtype)
      throw refuse(
        `storage ${brief(key)} is ${count} elements of ${dtype} here, and ${own.count} of ${own.dtype} elsewhere`,
      );
    return found;
  };
}
