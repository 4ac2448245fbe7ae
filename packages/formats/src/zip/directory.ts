/**
 * The directory at the end of a zip file, read from bytes that nothing is known of.
 *
 * ```
 * [local header, content] ... [local header, content]  directory: one header each  [64-bit end record, locator]  end record
 * ```
 * Sizes and offsets that do not fit in 32 bits are all ones there, and follow in 64 bits. PyTorch always writes the 64-bit
 * end record. Source: PKWARE, APPNOTE.TXT - .ZIP File Format Specification, sections 4.3 and 4.5.3.
 */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { checkPath } from "./path.ts";

/** What the directory says of a file. */
export interface DirectoryEntry {
  readonly name: string;
  /** Bit 0: encrypted. Bit 3: sizes and checksum follow the content. Bit 11: the name is UTF-8. */
  readonly flags: number;
  /** 0: stored; 8: deflate. */
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly start: number;
}

type Refuse = (what: string) => FormatError;

/** Where the headers of the directory lie, and how many there are. */
interface Extent {
  readonly count: number;
  readonly size: number;
  readonly start: number;
}

/** The lengths of the records, without what is of any length: names, extra fields, comments. */
const END = 22;
const END64 = 56;
const LOCATOR = 20;
const HEADER = 46;
const LONGEST_COMMENT = 0xffff;

/** Whether bytes begin as a zip file with a file in it does, or an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5) && bytes[3] === bytes[2] + 1;
}

/** Reads the directory. Returns its entries in its order, and where it begins. */
export function readDirectory(bytes: Uint8Array, refuse: Refuse): { entries: DirectoryEntry[]; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { count, size, start } = extentOf(view, refuse);
  if (count > size / HEADER) throw refuse(`the directory has ${size} bytes, too few for ${count} files`);
  const entries: DirectoryEntry[] = [];
  const names = new Set<string>();
  const end = start + size;
  let at = start;
  for (let k = 0; k < count; k++) {
    if (at + HEADER > end || view.getUint32(at, true) !== 0x02014b50)
      throw refuse(`file ${k} of ${count} has no header in the directory, which ends at byte ${end}`);
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + HEADER + lengths[0] + lengths[1] + lengths[2];
    if (next > end) throw refuse(`the header of file ${k} ends at byte ${next}, beyond the directory's end at ${end}`);
    const name = nameAt(bytes, at + HEADER, lengths[0], (what) => refuse(`file ${k}: ${what}`));
    if (names.has(name)) throw refuse(`the name ${brief(name)} appears twice`);
    names.add(name);
    entries.push(entryAt(view, at, name, lengths[0], lengths[1], (what) => refuse(`file ${brief(name)}: ${what}`)));
    at = next;
  }
  if (at !== end) throw refuse(`the directory's headers end at byte ${at}, but its end record says ${end}`);
  return { entries, start };
}

/** Finds the end record: the last one whose comment ends where the file does. */
function extentOf(view: DataView, refuse: Refuse): Extent {
  const first = Math.max(0, view.byteLength - END - LONGEST_COMMENT);
  for (let at = view.byteLength - END; at >= first; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    if (view.getUint16(at + 20, true) !== view.byteLength - at - END) continue;
    const isLong = at >= LOCATOR && view.getUint32(at - LOCATOR, true) === 0x07064b50;
    const { record, ...extent } = isLong ? longExtent(view, at - LOCATOR, refuse) : shortExtent(view, at, refuse);
    if (extent.start + extent.size !== record)
      throw refuse(
        `the directory begins at byte ${extent.start} and has ${extent.size} bytes, but its end record is at byte ${record}`,
      );
    return extent;
  }
  throw refuse("there is no end record of a zip file; it is truncated or of another format");
}

function shortExtent(view: DataView, at: number, refuse: Refuse): Extent & { readonly record: number } {
  const [disk, diskOfDirectory, here, count] = [4, 6, 8, 10].map((field) => view.getUint16(at + field, true));
  checkDisks(disk, diskOfDirectory, here, count, refuse);
  return { count, size: view.getUint32(at + 12, true), start: view.getUint32(at + 16, true), record: at };
}

function longExtent(view: DataView, locator: number, refuse: Refuse): Extent & { readonly record: number } {
  const record = longAt(view, locator + 8, refuse);
  if (record + END64 > locator || view.getUint32(record, true) !== 0x06064b50)
    throw refuse(`there is no 64-bit end record at byte ${record}`);
  const length = longAt(view, record + 4, refuse) + 12;
  if (record + length !== locator)
    throw refuse(`the 64-bit end record ends at byte ${record + length}, but its locator is at byte ${locator}`);
  const [disk, diskOfDirectory] = [16, 20].map((field) => view.getUint32(record + field, true));
  const [here, count, size, start] = [24, 32, 40, 48].map((field) => longAt(view, record + field, refuse));
  checkDisks(disk, diskOfDirectory, here, count, refuse);
  return { count, size, start, record };
}

function checkDisks(disk: number, diskOfDirectory: number, here: number, count: number, refuse: Refuse): void {
  if (disk !== 0 || diskOfDirectory !== 0 || here !== count)
    throw refuse("it is a part of a zip file in several parts; join them first");
}

/** A 64-bit number. */
function longAt(view: DataView, at: number, refuse: Refuse): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw refuse(`byte ${at} has the offset or size ${value}, beyond any file`);
  return value;
}

function nameAt(bytes: Uint8Array, at: number, length: number, refuse: Refuse): string {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(at, at + length));
  } catch {
    throw refuse("its name is not UTF-8");
  }
  checkPath(name, (what) => refuse(`the name ${brief(name)} ${what}`));
  return name;
}

function entryAt(
  view: DataView,
  at: number,
  name: string,
  nameLength: number,
  extraLength: number,
  refuse: Refuse,
): DirectoryEntry {
  const [flags, method] = [8, 10].map((field) => view.getUint16(at + field, true));
  const crc = view.getUint32(at + 16, true);
  const short = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  const extra = at + HEADER + nameLength;
  const long = longFields(view, extra, extra + extraLength, refuse);
  let used = 0;
  const [size, compressedSize, start] = short.map((value) => {
    if (value !== 0xffffffff) return value;
    const own = long[used++];
    if (own === undefined) throw refuse("a size or offset is to follow in 64 bits, but does not");
    return own;
  });
  if (view.getUint16(at + 34, true) !== 0) throw refuse("it begins in another part of the zip file");
  return { name, flags, method, crc, compressedSize, size, start };
}

/** The 64-bit numbers of the extra field 1; at most size, compressed size and offset. */
function longFields(view: DataView, from: number, end: number, refuse: Refuse): number[] {
  let at = from;
  while (at + 4 <= end) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    at += 4;
    if (at + length > end) throw refuse("an extra field is longer than the header says");
    if (id === 1)
      return Array.from({ length: Math.min(3, Math.floor(length / 8)) }, (_, k) => longAt(view, at + 8 * k, refuse));
    at += length;
  }
  return [];
}
