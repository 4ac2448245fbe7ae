/** Reading and writing .npy files: one array. Read header.ts first. */
import { permute, Tensor, tensor } from "@polygrad/tensor";
import { type Checks, checkOptions, flag, instance, oneOf, text } from "@polygrad/tensor/internal";
import { roomFor } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { elements } from "../safetensors/elements.ts";
import { swapped, valuesOf, writeValues } from "../safetensors/values.ts";
import { type NumpyDtype, numpyDtypes, numpyElements } from "./dtypes.ts";
import { npyHeader, readNpyHeader } from "./header.ts";

/** Options of `parseNpy`. */
export interface ParseNpyOptions {
  /** The name of the file in error messages. */
  readonly file?: string | undefined;
  /** Whether 64-bit integers beyond 2^53 - 1 are rounded to float64. By default, they are refused. */
  readonly roundIntegers?: boolean | undefined;
}

/** The content of an .npy file: a tensor, and the element type that it has in the file. */
export interface NpyArray {
  readonly tensor: Tensor;
  readonly dtype: NumpyDtype;
}

/** The checks of these options. */
export const parseNpyChecks: Checks<ParseNpyOptions> = { file: text, roundIntegers: flag };

/**
 * Parses an .npy file of version 1, 2 or 3, in either byte order.
 *
 * float32 and float64 become tensors over the memory of `bytes`, if their elements are aligned there: NumPy aligns them. An
 * array in Fortran's order is a view with other strides. float16, bool and integers of up to 16 bits become float32, larger
 * integers float64: copies, each number exact. Arrays of Python objects are pickles, and refused, as are complex numbers,
 * texts, records and times.
 * @throws FormatError if `bytes` is not such a file, or a tensor cannot hold an element exactly; ArgumentError if an argument
 * is of the wrong kind
 */
export function parseNpy(bytes: Uint8Array, options: ParseNpyOptions = {}): NpyArray {
  instance(Uint8Array, "the bytes of a file in a Uint8Array")("parseNpy", "bytes", bytes);
  checkOptions("parseNpy", options, parseNpyChecks);
  const { file = "npy", roundIntegers = false } = options;
  return arrayOf(bytes, roundIntegers, (what) => new FormatError(`parseNpy: ${file}: ${what}`));
}

/** The array of a file. */
export function arrayOf(bytes: Uint8Array, roundIntegers: boolean, refuse: (what: string) => FormatError): NpyArray {
  const { dtype, isBigEndian, isFortran, shape, count, start } = readNpyHeader(bytes, refuse);
  const { element } = numpyElements[dtype];
  const data = bytes.subarray(start);
  const ordered = isBigEndian ? swapped(data, elements[element].bytes) : data;
  const values = valuesOf(ordered, count, { dtype: element, name: dtype, roundIntegers }, refuse);
  if (!isFortran) return { tensor: tensor(values, shape), dtype };
  const reversed = tensor(values, shape.toReversed());
  return { tensor: permute(reversed, [...shape.keys()].reverse()), dtype };
}

/** Options of `encodeNpy`. */
export interface EncodeNpyOptions {
  /**
   * The element type in the file. The default is the tensor's own. Other types convert: to floats by rounding to the
   * nearest, ties to even; to integers without rounding.
   */
  readonly dtype?: NumpyDtype | undefined;
}

const encodeChecks: Checks<EncodeNpyOptions> = { dtype: oneOf(...numpyDtypes) };

/** NumPy 1 reads arrays of at most so many axes. */
const MOST_AXES = 32;

/**
 * Encodes a tensor as an .npy file of version 1.0, which `numpy.load` reads: little-endian, in row-major order whatever
 * the strides. The same tensor gives the same bytes, and they are the same as NumPy's.
 * @throws ArgumentError if an argument is of the wrong kind; FormatError if the type asked for has no place for an element,
 * or the tensor has more than 32 axes
 */
export function encodeNpy(x: Tensor, options: EncodeNpyOptions = {}): Uint8Array<ArrayBuffer> {
  instance(Tensor, "a tensor (in place of a variable, its value)")("encodeNpy", "the tensor", x);
  checkOptions("encodeNpy", options, encodeChecks);
  return npyOf(x, options.dtype, (what) => new FormatError(`encodeNpy: ${what}`));
}

/** The bytes of a file. */
export function npyOf(
  x: Tensor,
  dtype: NumpyDtype = x.dtype,
  refuse: (what: string) => FormatError,
): Uint8Array<ArrayBuffer> {
  if (x.rank > MOST_AXES)
    throw refuse(`the tensor has ${x.rank} axes, but NumPy reads at most ${MOST_AXES}; reshape it`);
  const { element } = numpyElements[dtype];
  const header = npyHeader(dtype, x.shape);
  const file = roomFor(header.length + x.size * elements[element].bytes, refuse);
  file.set(header);
  writeValues(x, file, header.length, { dtype: element, name: dtype }, refuse);
  return file;
}
