/** A zip file whose files can be read: their places checked, their content by name. Read directory.ts and inflate.ts first. */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { crc32 } from "./crc32.ts";
import { type DirectoryEntry, readDirectory } from "./directory.ts";
import { inflated, LARGEST_RATIO } from "./inflate.ts";

/**
 * How many bytes more than the file has may come out of its compressed files in all, by default: 256 MiB. A zip bomb of
 * any size costs no more memory.
 */
export const MAX_INFLATED: number = 2 ** 28;

/** The files in a zip file. */
export interface Archive {
  /** Their names, in the order of the directory. Folders have none. */
  readonly names: readonly string[];
  /** Whether there is a file of that name. */
  has(name: string): boolean;
  /**
   * The content of a file, checked against its CRC-32. A stored one is a view of the zip file's bytes, a compressed one a copy.
   * @throws FormatError if it is encrypted, compressed by a method other than deflate, or damaged
   */
  read(name: string): Uint8Array;
}

type Refuse = (what: string) => FormatError;

/** Where the content of a file begins. */
interface Placed extends DirectoryEntry {
  readonly content: number;
}

const LOCAL = 30;

/**
 * Opens a zip file. Its files may not overlap, nor reach into the directory, and the two headers of a file must agree.
 * @param maxInflated how many bytes more than `bytes` has may come out of its compressed files in all
 */
export function openZip(bytes: Uint8Array, refuse: Refuse, maxInflated: number = MAX_INFLATED): Archive {
  const { entries, start } = readDirectory(bytes, refuse);
  const files = new Map<string, Placed>();
  let [end, before] = [0, ""];
  for (const entry of entries.toSorted((a, b) => a.start - b.start)) {
    const refuseFile = (what: string) => refuse(`file ${brief(entry.name)}: ${what}`);
    if (entry.start < end) throw refuseFile(`it begins at byte ${entry.start}, within ${before}`);
    const placed = place(bytes, entry, start, refuseFile);
    [end, before] = [placed.content + placed.compressedSize, `file ${brief(entry.name)}`];
    if (!entry.name.endsWith("/")) files.set(entry.name, placed);
  }
  let left = bytes.length + maxInflated;
  return {
    names: entries.filter(({ name }) => files.has(name)).map(({ name }) => name),
    has: (name) => files.has(name),
    read(name) {
      const refuseFile = (what: string) => refuse(`file ${brief(name)}: ${what}`);
      const entry = files.get(name);
      if (entry === undefined) throw refuseFile("it is missing");
      if (entry.method !== 0) {
        left -= entry.size;
        if (left < 0)
          throw refuseFile(
            `with it, more than ${maxInflated} bytes beyond the size of the zip file would be inflated; ` +
              "raise maxInflated if you trust the file",
          );
      }
      return contentOf(bytes, entry, refuseFile);
    },
  };
}

/** Checks the local header of an entry, and that its content ends before the directory. */
function place(bytes: Uint8Array, entry: DirectoryEntry, directory: number, refuse: Refuse): Placed {
  const { start, name, flags, method, compressedSize } = entry;
  if (start + LOCAL > directory) throw refuse(`it begins at byte ${start}, but the directory at byte ${directory}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, LOCAL);
  if (view.getUint32(0, true) !== 0x04034b50) throw refuse(`there is no header at byte ${start}`);
  const [ownFlags, ownMethod, nameLength, extraLength] = [6, 8, 26, 28].map((field) => view.getUint16(field, true));
  const content = start + LOCAL + nameLength + extraLength;
  if (content + compressedSize > directory)
    throw refuse(`it ends at byte ${content + compressedSize}, but the directory begins at byte ${directory}`);
  const own = new TextDecoder().decode(bytes.slice(start + LOCAL, start + LOCAL + nameLength));
  if (own !== name) throw refuse(`its own header calls it ${brief(own)}`);
  if (ownMethod !== method || ((ownFlags ^ flags) & 1) !== 0)
    throw refuse("its own header and the directory differ in how it is compressed or encrypted");
  return { ...entry, content };
}

function contentOf(bytes: Uint8Array, entry: Placed, refuse: Refuse): Uint8Array {
  const { flags, method, crc, compressedSize, size, content } = entry;
  if ((flags & 1) !== 0) throw refuse("it is encrypted; store it without a password");
  if (method !== 0 && method !== 8)
    throw refuse(`it is compressed by method ${method}${nameOf(method)}; only deflate is read, and stored files`);
  const raw = bytes.subarray(content, content + compressedSize);
  if (method === 0 && size !== compressedSize)
    throw refuse(`it is stored in ${compressedSize} bytes, but the directory says that it has ${size}`);
  if (size > compressedSize * LARGEST_RATIO)
    throw refuse(`${compressedSize} bytes cannot become ${size}: deflate makes at most ${LARGEST_RATIO} of one`);
  const whole = method === 0 ? raw : inflated(raw, size, refuse);
  const own = crc32(whole);
  if (own !== crc) throw refuse(`it is damaged: its CRC-32 is ${hex(own)}, but the directory says ${hex(crc)}`);
  return whole;
}

const METHODS: ReadonlyMap<number, string> = new Map([
  [9, "deflate64"],
  [12, "bzip2"],
  [14, "LZMA"],
  [93, "zstd"],
  [95, "xz"],
  [99, "AES"],
]);

function nameOf(method: number): string {
  const name = METHODS.get(method);
  return name === undefined ? "" : ` (${name})`;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
