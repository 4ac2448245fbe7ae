/** Writing zip files: stored, with aligned contents, or compressed by deflate. Read directory.ts first. */
import { deflateSync } from "fflate";
import { roomFor } from "../bytes.ts";
import type { FormatError } from "../errors.ts";
import { crc32 } from "./crc32.ts";

/** A file to be written. Its name passes `checkPath`, and no other has it. */
export interface FileToZip {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The contents of stored files begin at multiples of this, so that readers can use them without copying. */
const ALIGNMENT = 64;
const [LOCAL, HEADER, END] = [30, 46, 22];
/** The extra field that is only there to align: its ID is Android's; programs skip it. */
const PADDING = 0xd935;
/** 1980-01-01, the first date of the format: the same files give the same bytes at any time. */
const DATE = 0x21;

/** Zips files, in their order. @throws FormatError if there are too many files or bytes for a zip file of 32 bits */
export function zip(
  files: readonly FileToZip[],
  compress: boolean,
  refuse: (what: string) => FormatError,
): Uint8Array<ArrayBuffer> {
  let at = 0;
  const placed = files.map(({ name, content }) => {
    const data = compress ? deflateSync(content, { level: 6 }) : content;
    const encoded = new TextEncoder().encode(name);
    const begin = at + LOCAL + encoded.length;
    const padding = compress ? 0 : 4 + ((ALIGNMENT - ((begin + 4) % ALIGNMENT)) % ALIGNMENT);
    const file = { name: encoded, data, start: at, padding, size: content.length, crc: crc32(content) };
    at = begin + padding + data.length;
    return file;
  });
  const directory = at;
  const size = placed.reduce((sum, { name }) => sum + HEADER + name.length, 0);
  if (directory + size >= 2 ** 32 - 1 || files.length >= 0xffff)
    throw refuse(
      `${files.length} files of ${directory + size} bytes in all are too many for a zip file; write several`,
    );
  const bytes = roomFor(directory + size + END, refuse);
  const view = new DataView(bytes.buffer);
  at = directory;
  for (const { name, data, start, padding, size, crc } of placed) {
    // What both headers have: version 2.0, UTF-8, method, date, checksum, sizes.
    const common = (from: number, extra: number) => {
      for (const [k, value] of [20, 0x800, compress ? 8 : 0, 0, DATE].entries())
        view.setUint16(from + 2 * k, value, true);
      for (const [k, value] of [crc, data.length, size].entries()) view.setUint32(from + 10 + 4 * k, value, true);
      view.setUint16(from + 22, name.length, true);
      view.setUint16(from + 24, extra, true);
    };
    view.setUint32(start, 0x04034b50, true);
    common(start + 4, padding);
    bytes.set(name, start + LOCAL);
    if (padding > 0) {
      view.setUint16(start + LOCAL + name.length, PADDING, true);
      view.setUint16(start + LOCAL + name.length + 2, padding - 4, true);
    }
    bytes.set(data, start + LOCAL + name.length + padding);
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 4, 20, true);
    common(at + 6, 0);
    view.setUint32(at + 42, start, true);
    bytes.set(name, at + HEADER);
    at += HEADER + name.length;
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, files.length, true);
  view.setUint16(at + 10, files.length, true);
  view.setUint32(at + 12, size, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}
