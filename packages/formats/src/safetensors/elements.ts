/**
 * The element types of safetensors: how many bits an element has, and how it is read and written, little-endian.
 * Read small-floats.ts first.
 *
 * Source: https://github.com/huggingface/safetensors, README.md, section "Format", and the enum `Dtype`.
 */
import type { Dtype } from "@polygrad/tensor";
import { exponents, type SmallFloat, smallFloat } from "./small-floats.ts";

/** The element types that tensors can be read from and written to. */
export type SafetensorsDtype =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "F8_E4M3"
  | "F8_E5M2"
  | "F8_E4M3FNUZ"
  | "F8_E5M2FNUZ"
  | "F8_E8M0"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U64"
  | "U32"
  | "U16"
  | "U8"
  | "BOOL";

/** An element type. */
export interface Element {
  readonly bytes: number;
  /** The precision of a tensor that holds all its numbers; of 64-bit integers, those from -(2^53 - 1) to 2^53 - 1. */
  readonly precision: Dtype;
  /** Integers: the least and the greatest that a float64 can hold. */
  readonly range?: readonly [least: number, most: number];
  /** Whether a number that is none of the type's is refused in writing, not rounded. */
  readonly isExact: boolean;
  readonly read: (view: DataView, at: number) => number;
  readonly write: (view: DataView, at: number, x: number) => void;
}

function float(bytes: 1 | 2, codes: SmallFloat, isExact = false): Element {
  return {
    bytes,
    precision: "float32",
    isExact,
    read: (view, at) => codes.decode(bytes === 1 ? view.getUint8(at) : view.getUint16(at, true)),
    write: (view, at, x) =>
      bytes === 1 ? view.setUint8(at, codes.encode(x)) : view.setUint16(at, codes.encode(x), true),
  };
}

function integer(
  bytes: number,
  range: readonly [least: number, most: number],
  read: Element["read"],
  write: Element["write"],
): Element {
  // Integers of up to 24 bits are exact in float32.
  return { bytes, precision: bytes < 4 ? "float32" : "float64", range, isExact: true, read, write };
}

/** The greatest float64 below 2^n. */
const below = (n: number) => 2 ** n - 2 ** (n - 53);

export const elements: Readonly<Record<SafetensorsDtype, Element>> = {
  F64: {
    bytes: 8,
    precision: "float64",
    isExact: false,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, x) => view.setFloat64(at, x, true),
  },
  F32: {
    bytes: 4,
    precision: "float32",
    isExact: false,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, x) => view.setFloat32(at, x, true),
  },
  F16: float(2, smallFloat(16, 10, -14, "ieee")),
  BF16: float(2, smallFloat(16, 7, -126, "ieee")),
  F8_E4M3: float(1, smallFloat(8, 3, -6, "fn")),
  F8_E5M2: float(1, smallFloat(8, 2, -14, "ieee")),
  F8_E4M3FNUZ: float(1, smallFloat(8, 3, -7, "fnuz")),
  F8_E5M2FNUZ: float(1, smallFloat(8, 2, -15, "fnuz")),
  F8_E8M0: float(1, exponents, true),
  I64: integer(
    8,
    [-(2 ** 63), below(63)],
    (view, at) => Number(view.getBigInt64(at, true)),
    (view, at, x) => view.setBigInt64(at, BigInt(x), true),
  ),
  I32: integer(
    4,
    [-(2 ** 31), 2 ** 31 - 1],
    (view, at) => view.getInt32(at, true),
    (view, at, x) => view.setInt32(at, x, true),
  ),
  I16: integer(
    2,
    [-(2 ** 15), 2 ** 15 - 1],
    (view, at) => view.getInt16(at, true),
    (view, at, x) => view.setInt16(at, x, true),
  ),
  I8: integer(
    1,
    [-128, 127],
    (view, at) => view.getInt8(at),
    (view, at, x) => view.setInt8(at, x),
  ),
  U64: integer(
    8,
    [0, below(64)],
    (view, at) => Number(view.getBigUint64(at, true)),
    (view, at, x) => view.setBigUint64(at, BigInt(x), true),
  ),
  U32: integer(
    4,
    [0, 2 ** 32 - 1],
    (view, at) => view.getUint32(at, true),
    (view, at, x) => view.setUint32(at, x, true),
  ),
  U16: integer(
    2,
    [0, 2 ** 16 - 1],
    (view, at) => view.getUint16(at, true),
    (view, at, x) => view.setUint16(at, x, true),
  ),
  U8: integer(
    1,
    [0, 255],
    (view, at) => view.getUint8(at),
    (view, at, x) => view.setUint8(at, x),
  ),
  BOOL: integer(
    1,
    [0, 1],
    (view, at) => view.getUint8(at),
    (view, at, x) => view.setUint8(at, x),
  ),
};

/** The bits of an element of the types that the format defines and that no tensor holds: packed or complex numbers. */
export const others: Readonly<Record<string, number>> = { F4: 4, F6_E2M3: 6, F6_E3M2: 6, C64: 64 };

/** Whether this machine keeps numbers in the byte order of the file. */
export const isLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Whether there is an element type of that name that tensors can be read from. */
export function isElementName(name: string): name is SafetensorsDtype {
  return Object.hasOwn(elements, name);
}
