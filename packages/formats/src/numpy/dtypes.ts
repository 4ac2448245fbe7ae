/** The element types of NumPy: how a header names them, and which of them tensors are read from. */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import type { SafetensorsDtype } from "../safetensors/elements.ts";

/** The element types of NumPy that tensors can be read from and written to. */
export type NumpyDtype =
  | "float16"
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/** A type: its name in headers without the byte order, and the same type in safetensors, where it stands how it is read. */
interface NumpyElement {
  readonly code: string;
  readonly element: SafetensorsDtype;
}

export const numpyElements: Readonly<Record<NumpyDtype, NumpyElement>> = {
  float16: { code: "f2", element: "F16" },
  float32: { code: "f4", element: "F32" },
  float64: { code: "f8", element: "F64" },
  int8: { code: "i1", element: "I8" },
  int16: { code: "i2", element: "I16" },
  int32: { code: "i4", element: "I32" },
  int64: { code: "i8", element: "I64" },
  uint8: { code: "u1", element: "U8" },
  uint16: { code: "u2", element: "U16" },
  uint32: { code: "u4", element: "U32" },
  uint64: { code: "u8", element: "U64" },
  bool: { code: "b1", element: "BOOL" },
};

export const numpyDtypes: readonly NumpyDtype[] = Object.keys(numpyElements).filter(isNumpyDtype);

function isNumpyDtype(name: string): name is NumpyDtype {
  return Object.hasOwn(numpyElements, name);
}

/** The types that are refused, by the letter that stands for them, and what to do. */
const refused: Readonly<Record<string, string>> = {
  O: "Python objects (object), which are stored as a pickle; convert the array to numbers: x.astype(float)",
  c: "complex numbers; save x.real and x.imag",
  f: "floats of a size that no tensor holds; convert them: x.astype(np.float64)",
  S: "bytes (S), which are no numbers",
  a: "bytes (S), which are no numbers",
  U: "texts (U), which are no numbers",
  V: "records or raw bytes (void); save each field as an array of its own",
  M: 'points in time (datetime64); convert them: x.astype("int64")',
  m: 'spans of time (timedelta64); convert them: x.astype("int64")',
};

/** The type that a header names, such as "<f4": a byte order, a letter, and a size. */
export function dtypeOf(
  descr: string,
  refuse: (what: string) => FormatError,
): { readonly dtype: NumpyDtype; readonly isBigEndian: boolean } {
  const [order, code] = [descr.slice(0, 1), descr.slice(1)];
  const dtype = numpyDtypes.find((name) => numpyElements[name].code === code);
  if (dtype !== undefined && (order === "<" || order === ">" || (order === "|" && code.endsWith("1"))))
    return { dtype, isBigEndian: order === ">" };
  if (dtype !== undefined) throw refuse(`the dtype ${brief(descr)}: its byte order must be < or >`);
  const letter = /^[<>|=]?([A-Za-z])/.exec(descr)?.[1] ?? "";
  const why = Object.hasOwn(refused, letter) ? refused[letter] : "which is not a type of NumPy";
  throw refuse(`the dtype ${brief(descr)}: ${why}`);
}
