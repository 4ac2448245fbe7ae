/**
 * IDX, the file format of MNIST: a header with an element type and the sizes, followed by the elements, big-endian.
 *
 * ```
 * byte   0  1  2     3     4 ...                 4 + 4 * rank ...
 *        0  0  type  rank  sizes, uint32 each    elements in row-major order
 * ```
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats".
 */
import { Tensor } from "@polygrad/tensor";
import { described, integers, text } from "@polygrad/tensor/internal";
import { IdxError } from "./errors.ts";
import { isGzip } from "./gzip.ts";

/** The six types of array that an IDX file can hold. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array of any rank: `data` holds its elements in row-major order, as many as the product of `shape`. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: IdxData;
}

interface ElementType {
  readonly code: number;
  readonly name: IdxData[typeof Symbol.toStringTag];
  readonly bytes: number;
  /** Creates a typed array over existing memory, without copying. */
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
 * Parses an IDX file. It checks the header against the length of the file before it uses any size in it, so a corrupt
 * header cannot make it allocate memory.
 *
 * @param bytes the whole file, uncompressed (see `gunzip`)
 * @param name the name of the file in error messages
 * @returns the shape and the elements: a view of `bytes` if each element is one byte, otherwise a copy in the byte
 * order of this machine
 * @throws IdxError if `bytes` is not an IDX file, or not of exactly the length that its header gives
 */
export function parseIdx(bytes: Uint8Array, name: string = "IDX file"): IdxArray {
  text("parseIdx", "the name", name);
  const refuse = (what: string): IdxError => new IdxError(`parseIdx: ${name}: ${what}`);
  if (!(bytes instanceof Uint8Array)) throw refuse(`expected a Uint8Array, got ${described(bytes)}`);
  if (isGzip(bytes)) throw refuse("the file is compressed with gzip; pass it through gunzip() first");
  const { type, shape, start, promised } = parseHeader(bytes, refuse);
  if (promised !== bytes.length) {
    const fault = promised > bytes.length ? "truncated" : "oversized";
    throw refuse(
      `the file is ${fault}: the header says ${type.name} [${shape.join(", ")}], ` +
        `which takes ${promised} bytes, but the file has ${bytes.length}; get a new copy`,
    );
  }
  const payload = bytes.subarray(start);
  const native = type.bytes === 1 ? payload : swapped(payload, type.bytes);
  return { shape, data: type.over(native.buffer, native.byteOffset, count(shape)) };
}

/** The longest header of an IDX file, in bytes. */
export const LONGEST_HEADER: number = 4 + 4 * LARGEST_RANK;

interface Header {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Where the elements start, in bytes. */
  readonly start: number;
  /** The length of the whole file, in bytes, that the header gives. */
  readonly promised: number;
}

/**
 * Parses the header at the start of `bytes`, which may be a whole file or its first {@link LONGEST_HEADER} bytes.
 *
 * @throws what `refuse` makes of the reason if there is no valid header
 */
export function parseHeader(bytes: Uint8Array, refuse: (what: string) => IdxError): Header {
  if (bytes.length < 4)
    throw refuse(`the file is truncated: it has ${bytes.length} bytes, too few for a header; get a new copy`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [code, rank] = [header.getUint8(2), header.getUint8(3)];
  if (header.getUint16(0) !== 0)
    throw refuse(`the file starts with ${hex(bytes.subarray(0, 4))}, not with 00 00; check that it is an IDX file`);
  const type = TYPES.find((each) => each.code === code);
  if (type === undefined)
    throw refuse(
      `unknown element type 0x${hex([code])}; IDX defines ${TYPES.map(({ code }) => `0x${hex([code])}`).join(", ")}`,
    );
  if (rank === 0) throw refuse("the array has rank 0; an IDX array has 1 to 255 dimensions");
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    throw refuse(
      `the file is truncated: it has ${bytes.length} bytes, ` +
        `but a header of rank ${rank} takes ${start}; get a new copy`,
    );
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  return { type, shape, start, promised: start + count(shape) * type.bytes };
}

/**
 * Encodes an array as an IDX file, which {@link parseIdx} reads. The type of `data` determines the element type.
 *
 * @returns the bytes of the file
 * @throws ArgumentError if the shape is not an array of numbers; IdxError if the shape does not fit an IDX header, or its product is not the length of `data`
 */
export function encodeIdx(array: IdxArray): Uint8Array<ArrayBuffer> {
  // A tensor has a shape and data too, but its strides may arrange them in another order.
  if (typeof array !== "object" || array === null || array instanceof Tensor)
    throw new IdxError(`encodeIdx: needs an array { shape, data }, got ${described(array)}`);
  const { shape, data } = array;
  const type = ArrayBuffer.isView(data) ? TYPES.find((each) => each.name === data[Symbol.toStringTag]) : undefined;
  if (type === undefined)
    throw new IdxError(
      `encodeIdx: an IDX file cannot hold ${described(data)}; ` +
        `use one of ${TYPES.map(({ name }) => name).join(", ")}`,
    );
  integers("encodeIdx", "the shape", shape);
  if (shape.length < 1 || shape.length > LARGEST_RANK) {
    throw new IdxError(`encodeIdx: shape has ${shape.length} dimensions; an IDX array has 1 to ${LARGEST_RANK}`);
  }
  const wrong = shape.find((size) => !Number.isInteger(size) || size < 0 || size > LARGEST_SIZE);
  if (wrong !== undefined)
    throw new IdxError(`encodeIdx: shape contains the size ${wrong}; sizes are integers from 0 to 2^32 - 1`);
  if (count(shape) !== data.length) {
    throw new IdxError(
      `encodeIdx: shape [${shape.join(", ")}] has ${count(shape)} elements, but data has ${data.length}; ` +
        "give as many elements as the shape has",
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

/**
 * The number of elements of a shape. It may be Infinity, and then no file is long enough. A size of 0 is looked for
 * first, because 0 * Infinity is NaN.
 */
function count(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** A copy, with the bytes of each element reversed if this machine is little-endian. */
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
