/** Plain readers of IDX and gzip files, written from their specifications: byte by byte, with all that may be wrong. */
import { inflateRawSync } from "node:zlib";

/** The content of an IDX file. */
export interface Content {
  readonly type: number;
  readonly shape: readonly number[];
  readonly items: readonly number[];
}

/** For each element type of IDX the bytes of an element, and how it is read (big-endian). */
const TYPES: Readonly<Record<number, { bytes: number; read: (view: DataView, at: number) => number }>> = {
  8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  9: { bytes: 1, read: (view, at) => view.getInt8(at) },
  11: { bytes: 2, read: (view, at) => view.getInt16(at) },
  12: { bytes: 4, read: (view, at) => view.getInt32(at) },
  13: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  14: { bytes: 8, read: (view, at) => view.getFloat64(at) },
};

/** Reads an IDX file that is not compressed; undefined if it is not one, or not complete. */
export function readIdx(file: Uint8Array): Content | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 || file[0] !== 0 || file[1] !== 0) return undefined;
  const type = TYPES[file[2]];
  const rank = file[3];
  if (type === undefined || rank === 0 || file.length < 4 + 4 * rank) return undefined;
  const shape: number[] = [];
  let elements = 1n;
  for (let axis = 0; axis < rank; axis++) {
    shape.push(view.getUint32(4 + 4 * axis));
    elements *= BigInt(shape[axis]);
  }
  const start = 4 + 4 * rank;
  if (elements * BigInt(type.bytes) !== BigInt(file.length - start)) return undefined;
  const items: number[] = [];
  for (let at = start; at < file.length; at += type.bytes) items.push(type.read(view, at));
  return { type: file[2], shape, items };
}

/**
 * Decompresses a gzip file (RFC 1952), which is a series of members; undefined if one of them is damaged. A zero after a
 * member is the beginning of padding: what follows is not part of the file, as for the program gzip and for Node. A file
 * that does not begin with 1f 8b is not compressed.
 */
export function readGzip(file: Uint8Array): Uint8Array | undefined {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  const pieces: Uint8Array[] = [];
  let at = 0;
  while (at < file.length && !(at > 0 && file[at] === 0)) {
    const member = readMember(file.subarray(at));
    if (member === undefined) return undefined;
    pieces.push(member.content);
    at += member.length;
  }
  return new Uint8Array(Buffer.concat(pieces));
}

function readMember(file: Uint8Array): { content: Uint8Array; length: number } | undefined {
  const start = headerLength(file);
  if (start === undefined) return undefined;
  try {
    // With `info`, Node also returns the engine, which counts the bytes that it has consumed.
    const result: unknown = inflateRawSync(file.subarray(start), { info: true });
    const content: unknown = Reflect.get(Object(result), "buffer");
    const consumed: unknown = Reflect.get(Object(Reflect.get(Object(result), "engine")), "bytesWritten");
    if (!(content instanceof Uint8Array) || typeof consumed !== "number")
      throw new TypeError("inflateRawSync: no info");
    const end = start + consumed;
    if (file.length < end + 8) return undefined;
    const trailer = new DataView(file.buffer, file.byteOffset + end, 8);
    if (trailer.getUint32(0, true) !== crc32(content) || trailer.getUint32(4, true) !== content.length >>> 0)
      return undefined;
    return { content, length: end + 8 };
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return undefined;
  }
}

/** The length of a member's header, with its optional fields; undefined if it is not one. */
function headerLength(file: Uint8Array): number | undefined {
  const flags = file[3];
  if (file.length < 10 || file[0] !== 0x1f || file[1] !== 0x8b || file[2] !== 8 || flags > 31) return undefined;
  let at = 10;
  if (flags & 4) {
    if (at + 2 > file.length) return undefined;
    at += 2 + file[at] + 256 * file[at + 1];
  }
  for (const field of [8, 16]) {
    if (!(flags & field)) continue;
    const end = file.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & 2) {
    const sum = file[at] + 256 * file[at + 1];
    if (sum !== (crc32(file.subarray(0, at)) & 0xffff)) return undefined;
    at += 2;
  }
  return at <= file.length ? at : undefined;
}

/** The checksum of RFC 1952, section 8, bit by bit. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
