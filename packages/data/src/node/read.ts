/**
 * Reading an IDX file without trusting it: nothing but a regular file is opened, and no more of it is decompressed than
 * its header promises.
 */
import { readFile, stat } from "node:fs/promises";
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
  const refuse = (cause: Error): never => {
    throw new DatasetError(`${collection}: cannot read ${path}: ${cause.message}; check that it is a readable file`, {
      cause,
    });
  };
  // A pipe would keep us waiting for a writer, and a device such as /dev/zero never ends.
  const found = await stat(path).catch(refuse);
  if (!found.isFile()) {
    const kind = found.isDirectory() ? "a directory" : found.isFIFO() ? "a pipe" : "a socket or a device";
    throw new DatasetError(`${collection}: ${path} is ${kind}; put a regular file in its place`);
  }
  if (found.size > LARGEST)
    throw new DatasetError(
      `${collection}: ${path} has ${found.size} bytes, more than ${LARGEST}; check that it is the right file`,
    );
  return readFile(path).catch(refuse);
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
