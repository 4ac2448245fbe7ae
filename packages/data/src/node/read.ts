/**
 * Reading an IDX file without trusting it: nothing but a regular file is opened, and no more of it is decompressed than
 * its header promises.
 */
import { open, readFile, stat } from "node:fs/promises";
import { ByteRows } from "@polygrad/tensor";
import { DatasetError, IdxError } from "../errors.ts";
import { inflated, isGzip } from "../gzip.ts";
import { LONGEST_HEADER, parseHeader } from "../idx.ts";

/** The largest file, and the largest decompressed array, in bytes. */
const LARGEST = 2 ** 30;
/** Deflate makes of one byte at most so many. (M. Adler, "zlib Technical Details": 1032 to 1.) */
const LARGEST_RATIO = 1032;

/**
 * Reads a whole file.
 *
 * @param collection the name of the collection, for error messages
 * @throws DatasetError if it is a directory, a pipe, a socket or a device, is larger than 1 GiB, or cannot be read
 */
export async function readRegularFile(path: string, collection: string): Promise<Uint8Array> {
  await sizeOfRegularFile(path, collection);
  return readFile(path).catch(refusal(path, collection));
}

/**
 * Reads an IDX file of bytes into pinned memory, without a copy in between: in half the time.
 *
 * @returns the shape of the array, and its rows; undefined if it is anything else, such as a compressed file or one that
 * is too short: `readRegularFile` and `parseIdx` then read it or say what is wrong
 */
export async function readRows(path: string, collection: string): Promise<PinnedArray | undefined> {
  const size = await sizeOfRegularFile(path, collection);
  const file = await open(path).catch(refusal(path, collection));
  try {
    const head = new Uint8Array(LONGEST_HEADER);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const header = headerOf(head.subarray(0, bytesRead));
    if (header === undefined || header.promised !== size) return undefined;
    const { shape, start } = header;
    const rows = new ByteRows(shape[0], (size - start) / shape[0]);
    const { bytes } = rows;
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead: more } = await file.read(bytes, at, bytes.length - at, start + at);
      if (more === 0) return undefined;
      at += more;
    }
    // Unshared memory that has grown meanwhile has other bytes.
    return rows.bytes === bytes ? { shape, rows } : undefined;
  } finally {
    await file.close();
  }
}

/** An array of bytes in pinned memory, with one row for each index of its first axis. */
export interface PinnedArray {
  readonly shape: readonly number[];
  readonly rows: ByteRows;
}

/** The header of an uncompressed file of bytes that are not none; undefined if the file is another. */
function headerOf(head: Uint8Array): ReturnType<typeof parseHeader> | undefined {
  try {
    const header = parseHeader(head, (what) => new IdxError(what));
    return header.type.name === "Uint8Array" && !header.shape.includes(0) ? header : undefined;
  } catch {
    return undefined;
  }
}

/** What to throw in place of an error of the file system. */
export function refusal(path: string, collection: string): (cause: Error) => never {
  return (cause) => {
    throw new DatasetError(`${collection}: cannot read ${path}: ${cause.message}; check that it is a readable file`, {
      cause,
    });
  };
}

async function sizeOfRegularFile(path: string, collection: string): Promise<number> {
  const size = await sizeOfAnyRegularFile(path, collection);
  if (size > LARGEST)
    throw new DatasetError(
      `${collection}: ${path} has ${size} bytes, more than ${LARGEST}; check that it is the right file`,
    );
  return size;
}

/** The size of a file in bytes. @throws DatasetError if it is a directory, a pipe, a socket or a device */
export async function sizeOfAnyRegularFile(path: string, collection: string): Promise<number> {
  // A pipe would keep us waiting for a writer, and a device such as /dev/zero never ends.
  const found = await stat(path).catch(refusal(path, collection));
  if (found.isFile()) return found.size;
  const kind = found.isDirectory() ? "a directory" : found.isFIFO() ? "a pipe" : "a socket or a device";
  throw new DatasetError(`${collection}: ${path} is ${kind}; put a regular file in its place`);
}

/**
 * Decompresses an IDX file. It reads the header first, and stops as soon as there is more than the header promises: so
 * a small file that decompresses to gigabytes costs neither time nor memory. Bytes that do not begin like a gzip file
 * are returned unchanged.
 *
 * @param path the path of the file, for error messages
 * @throws IdxError if the file is corrupt or truncated, has no valid header, or decompresses to more than it promises
 */
export async function gunzipIdx(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const refuse = (what: string, options?: ErrorOptions): IdxError => new IdxError(`gunzip: ${path}: ${what}`, options);
  let head: Uint8Array = new Uint8Array(0);
  let whole: Uint8Array | undefined;
  let length = 0;
  for await (const piece of inflated(bytes, refuse)) {
    let rest = piece;
    if (whole === undefined) {
      head = Buffer.concat([head, piece]);
      if (head.length < LONGEST_HEADER) continue;
      whole = promisedBy(head, bytes.length, refuse);
      rest = head;
    }
    if (length + rest.length > whole.length)
      throw refuse(`the header promises ${whole.length} bytes, but the file decompresses to more; get a new copy`);
    whole.set(rest, length);
    length += rest.length;
  }
  // parseIdx refuses what is shorter than a header, or than the header promises.
  return whole?.subarray(0, length) ?? head;
}

/** Memory for as many bytes as the header promises, if the compressed file can hold that much. */
function promisedBy(head: Uint8Array, compressed: number, refuse: (what: string) => IdxError): Uint8Array {
  const { type, shape, promised } = parseHeader(head, refuse);
  const says = `the header says ${type.name} [${shape.join(", ")}], which takes ${promised} bytes`;
  if (promised > LARGEST) throw refuse(`${says}, more than ${LARGEST}; check that it is the right file`);
  if (promised > LARGEST_RATIO * compressed)
    throw refuse(`the file is truncated: ${says}, more than ${compressed} compressed bytes can hold; get a new copy`);
  return new Uint8Array(promised);
}
