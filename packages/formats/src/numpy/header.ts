/**
 * The header of an .npy file. Read literal.ts and dtypes.ts first.
 *
 * ```
 * byte 0 ... 5       6, 7      8 ...                        ...
 *      \x93 N U M P Y  version   length, uint16 (version 1)   the header, ended by a newline   the elements
 *                              or uint32 (versions 2, 3)
 * ```
 * Versions 1 and 2 are Latin-1, version 3 is UTF-8. The elements are in row-major order, or in Fortran's: the first axis
 * varies fastest. Source: numpy/lib/format.py of NumPy 1.24.
 */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import { elements } from "../safetensors/elements.ts";
import { MOST } from "../safetensors/parse.ts";
import { dtypeOf, type NumpyDtype, numpyElements } from "./dtypes.ts";
import { parseDictionary } from "./literal.ts";

/** The longest header that is read, in bytes: the limit of NumPy. */
export const LONGEST_NPY_HEADER = 10_000;

/** The most axes of an array of NumPy 1; since NumPy 2, it is 64. */
export const MOST_AXES = 64;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** A header, checked against the length of the file. */
export interface NpyHeader {
  readonly dtype: NumpyDtype;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly count: number;
  /** Where the elements begin. */
  readonly start: number;
}

type Refuse = (what: string) => FormatError;

/** Reads a header, and checks that the rest of the file is what it describes. */
export function readNpyHeader(bytes: Uint8Array, refuse: Refuse): NpyHeader {
  const { text, start } = headerText(bytes, refuse);
  const {
    descr,
    fortran_order: isFortran,
    shape,
    ...more
  } = parseDictionary(text, (what) => refuse(`the header: ${what}`));
  const [surplus] = Object.keys(more);
  if (surplus !== undefined) throw refuse(`the header has an unknown field ${brief(surplus)}`);
  if (typeof descr !== "string" || typeof isFortran !== "boolean" || !isShape(shape))
    throw refuse(
      `the header must have descr (a text), fortran_order (True or False) and shape (a tuple of integers), got ${brief(text.trim())}`,
    );
  const { dtype, isBigEndian } = dtypeOf(descr, refuse);
  if (shape.length > MOST_AXES) throw refuse(`it has ${shape.length} axes, but NumPy has at most ${MOST_AXES}`);
  // Sizes of 0 do not excuse sizes that overflow.
  const product = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (product > MOST) throw refuse(`shape ${brief(shape)} has ${product} elements, but a tensor has at most ${MOST}`);
  const count = shape.includes(0) ? 0 : product;
  const wanted = count * elements[numpyElements[dtype].element].bytes;
  const left = bytes.length - start;
  if (wanted > left)
    throw refuse(
      `${dtype} ${brief(shape)} takes ${wanted} bytes, but ${left} follow the header; the file is truncated`,
    );
  if (wanted < left)
    throw refuse(
      `${left - wanted} bytes follow the elements of ${dtype} ${brief(shape)}; a file must hold one array: for several, use .npz`,
    );
  return { dtype, isBigEndian, isFortran, shape, count, start };
}

/** The header's text, and where it ends. */
function headerText(bytes: Uint8Array, refuse: Refuse): { text: string; start: number } {
  if (!MAGIC.every((byte, i) => bytes[i] === byte))
    throw refuse("it does not begin like an .npy file, with \\x93NUMPY");
  const version = bytes[6];
  if (bytes.length < 12) throw refuse(`the file is truncated: it has ${bytes.length} bytes`);
  if (version < 1 || version > 3 || bytes[7] !== 0)
    throw refuse(`it has version ${version}.${bytes[7]} of the format; 1.0, 2.0 and 3.0 are read`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [begin, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > LONGEST_NPY_HEADER)
    throw refuse(`the header's length is ${length} bytes, but at most ${LONGEST_NPY_HEADER} are read`);
  if (length > bytes.length - begin)
    throw refuse(`the header's length is ${length} bytes, but ${bytes.length - begin} follow; the file is truncated`);
  const encoded = bytes.slice(begin, begin + length);
  try {
    const decoder = new TextDecoder(version === 3 ? "utf-8" : "latin1", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(encoded), start: begin + length };
  } catch {
    throw refuse("the header is not valid UTF-8");
  }
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size));
}

/** The header of version 1.0 of row-major elements, with spaces that align what follows to 64 bytes. */
export function npyHeader(dtype: NumpyDtype, shape: readonly number[]): Uint8Array {
  const { code } = numpyElements[dtype];
  const order = code.endsWith("1") ? "|" : "<";
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const encoded = new TextEncoder().encode(`${text.padEnd(length - 1)}\n`);
  const header = new Uint8Array(10 + length);
  header.set(MAGIC);
  header.set([1, 0, length & 255, length >> 8], 6);
  header.set(encoded, 10);
  return header;
}
