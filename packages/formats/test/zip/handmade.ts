/** Zip files put together byte by byte: they owe nothing to the writer under test. */
import { deflateRawSync } from "node:zlib";
import { joined } from "../safetensors/handmade.ts";

/** A file in a zip file. What is not given follows from the content. */
export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method: number;
  readonly size: number;
  readonly crc: number;
  /** The name in the local header. */
  readonly localName: string;
  readonly flags: number;
  readonly compressedSize: number;
  /** An extra field of the directory. */
  readonly extra: Uint8Array;
  /** Where the directory says that it begins. */
  readonly start: number | undefined;
}

/** CRC-32 by division, bit by bit. */
export function crcOf(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++)
      rest = ((rest ^ (byte >>> bit)) & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return ~rest >>> 0;
}

export function stored(name: string, data: Uint8Array, changes: Partial<Entry> = {}): Entry {
  const own = {
    name,
    data,
    method: 0,
    size: data.length,
    crc: crcOf(data),
    localName: name,
    flags: 0x800,
    extra: new Uint8Array(),
  };
  return { ...own, compressedSize: data.length, start: undefined, ...changes };
}

export function deflated(name: string, content: Uint8Array, changes: Partial<Entry> = {}): Entry {
  const data = new Uint8Array(deflateRawSync(content));
  return stored(name, data, { method: 8, size: content.length, crc: changes.crc ?? crcOf(content), ...changes });
}

/** Numbers of those widths, little-endian. */
export function fields(...list: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    list.flatMap(([bytes, value]) => Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256)),
  );
}

/** What may be wrong with the end record. */
interface End {
  readonly count?: number;
  readonly size?: number;
  readonly start?: number;
  readonly comment?: Uint8Array;
  readonly disk?: number;
  /** Whether there is a 64-bit end record. */
  readonly long?: boolean;
}

export function zipOf(entries: readonly Entry[], end: End = {}): Uint8Array {
  const locals: Uint8Array[] = [];
  const headers: Uint8Array[] = [];
  let at = 0;
  for (const { name, localName, data, method, size, crc, flags, compressedSize, extra, start = at } of entries) {
    const encode = (text: string) => new TextEncoder().encode(text);
    const common: [number, number][] = [
      [2, 20],
      [2, flags],
      [2, method],
      [4, 0x210000],
      [4, crc],
      [4, compressedSize],
      [4, size],
    ];
    const local = joined(
      fields([4, 0x04034b50], ...common, [2, encode(localName).length], [2, 0]),
      encode(localName),
      data,
    );
    headers.push(
      joined(
        fields(
          [4, 0x02014b50],
          [2, 20],
          ...common,
          [2, encode(name).length],
          [2, extra.length],
          [2, 0],
          [2, 0],
          [2, 0],
          [4, 0],
          [4, start],
        ),
        encode(name),
        extra,
      ),
    );
    locals.push(local);
    at += local.length;
  }
  const directory = joined(...headers);
  const {
    count = entries.length,
    size = directory.length,
    start = at,
    comment = new Uint8Array(),
    disk = 0,
    long,
  } = end;
  const record = fields(
    [4, 0x06054b50],
    [2, disk],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, start],
    [2, comment.length],
  );
  const whole: [number, number][] = [
    [8, count],
    [8, count],
    [8, size],
    [8, start],
  ];
  const record64 = joined(
    fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, disk], [4, 0], ...whole),
    fields([4, 0x07064b50], [4, 0], [8, at + directory.length], [4, 1]),
  );
  return joined(...locals, directory, ...(long ? [record64] : []), record, comment);
}
