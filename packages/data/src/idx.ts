/**
 * IDX, the file format of MNIST: a header that gives an element type and the sizes, then the numbers, big-endian.
 *
 * ```
 * byte   0  1  2     3     4 ...                 4 + 4 * rank ...
 *        0  0  type  rank  sizes, uint32 each    elements in row-major order
 * ```
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats".
 */
import { IdxError } from "./errors.ts";
import { isGzip } from "./gzip.ts";

/** The six kinds of array an IDX file can hold. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array of any rank: `data` has as many elements as the product of `shape`, in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

interface ElementType {
  readonly code: number;
  readonly name: IdxData[typeof Symbol.toStringTag];
  readonly bytes: number;
  /** A typed array over memory that is already there. */
  readonly over: (buffer: ArrayBufferLike, at: number, count: number) => IdxData;
}

const TYPES: readonly ElementType[] = [
  { code: 0x08, name: "Uint8Array", bytes: 1, over: (buffer, at, count) => new Uint8Array(buffer, at, count) },
  { code: 0x09, name: "Int8Array", bytes: 1, over: (buffer, at, count) => new Int8Array(buffer, at, count) },
  { code: 0x0b, name: "Int16Array", bytes: 2, over: (buffer, at, count) => new Int16Array(buffer, at, count) },
  { code: 0x0c, name: "Int32Array", bytes: 4, over: (buffer, at, count) => new Int32Array(buffer, at, count) },
  { code: 0x0d, name: "Float32Array", bytes: 4, over: (buffer, at, count) => new Float32Array(buffer, at, count) },
  { code: 0x0e, name: "Float64Array", bytes: 8, over: (buffer, at, count) => new Float64Array(buffer, at, count) },
];

const LARGEST_RANK = 255;
const LARGEST_SIZE = 2 ** 32 - 1;

/**
 * Reads an IDX file that is in memory. Nothing in the header is believed before the length of the file confirms it,
 * so a header that promises too much allocates nothing.
 *
 * @param bytes the whole file, not compressed (see `gunzip`)
 * @param name what error messages call it
 * @returns for one-byte elements a view of `bytes`, otherwise a copy in the byte order of this machine
 * @throws IdxError if `bytes` is not an IDX file of exactly the promised length
 */
export function parseIdx(bytes: Uint8Array, name: string = "IDX file"): IdxArray {
  const refuse = (what: string): IdxError => new IdxError(`parseIdx: ${name}: ${what}`);
  if (!(bytes instanceof Uint8Array))
    throw refuse(`expected a Uint8Array, got ${Object.prototype.toString.call(bytes)}`);
  if (isGzip(bytes)) throw refuse("still compressed with gzip; pass it through gunzip() first");
  if (bytes.length < 4)
    throw refuse(`${bytes.length} bytes are too few for a header; the file is truncated, get it again`);

  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [code, rank] = [header.getUint8(2), header.getUint8(3)];
  if (header.getUint16(0) !== 0)
    throw refuse(`starts with ${hex(bytes.subarray(0, 4))}, not with 00 00; is it an IDX file?`);
  const type = TYPES.find((each) => each.code === code);
  if (type === undefined)
    throw refuse(
      `unknown element type 0x${hex([code])}; known are ${TYPES.map(({ code }) => `0x${hex([code])}`).join(", ")}`,
    );
  if (rank === 0) throw refuse("has rank 0; an IDX array has 1 to 255 dimensions");
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    throw refuse(`a header of rank ${rank} takes ${start} bytes, the file has ${bytes.length}; get it again`);

  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const promised = start + count(shape) * type.bytes;
  if (promised !== bytes.length) {
    const fault = promised > bytes.length ? "truncated" : "oversized";
    throw refuse(
      `${fault}: the header promises ${type.name} [${shape.join(", ")}], ` +
        `a file of ${promised} bytes, but there are ${bytes.length}; get it again`,
    );
  }
  const payload = bytes.subarray(start);
  const native = type.bytes === 1 ? payload : swapped(payload, type.bytes);
  return { shape, data: type.over(native.buffer, native.byteOffset, count(shape)) };
}

/**
 * Writes the file that {@link parseIdx} reads; the type of `data` decides the element type.
 *
 * @throws IdxError if the sizes do not fit an IDX header or do not multiply to the length of `data`
 */
export function encodeIdx({ shape, data }: IdxArray): Uint8Array<ArrayBuffer> {
  const type = TYPES.find((each) => each.name === data[Symbol.toStringTag]);
  if (type === undefined)
    throw new IdxError(
      `encodeIdx: no element type for ${Object.prototype.toString.call(data)}; ` +
        `use ${TYPES.map(({ name }) => name).join(", ")}`,
    );
  if (shape.length < 1 || shape.length > LARGEST_RANK) {
    throw new IdxError(`encodeIdx: shape has ${shape.length} dimensions; an IDX array has 1 to ${LARGEST_RANK}`);
  }
  const wrong = shape.find((size) => !Number.isInteger(size) || size < 0 || size > LARGEST_SIZE);
  if (wrong !== undefined)
    throw new IdxError(`encodeIdx: size ${wrong} in shape; sizes are integers from 0 to 2^32 - 1`);
  if (count(shape) !== data.length) {
    throw new IdxError(
      `encodeIdx: shape [${shape.join(", ")}] has ${count(shape)} elements, data has ${data.length}; they must agree`,
    );
  }
  const start = 4 + 4 * shape.length;
  const file = new Uint8Array(start + data.byteLength);
  const header = new DataView(file.buffer);
  header.setUint8(2, type.code);
  header.setUint8(3, shape.length);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  file.set(swapped(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), type.bytes), start);
  return file;
}

/** The number of elements; may be Infinity, and then no file has that many. A zero wins, for 0 * Infinity is NaN. */
function count(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** A copy with the bytes of each element in the other order, where this machine's order differs from IDX's. */
function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (!littleEndian || width === 1) return copy;
  for (let at = 0; at < copy.length; at += width) {
    for (let byte = 0; byte < width; byte++) copy[at + byte] = bytes[at + width - 1 - byte];
  }
  return copy;
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
