/** Vectors of other lanes than float32s: bytes, integers, doubles. Read expression.ts first. */
import { float } from "./encode.ts";
import {
  type Binary,
  type Expr,
  emit,
  type Int,
  int,
  simd,
  type Unary,
  type VectorOps,
  vectorBinary,
  vectorUnary,
} from "./expression.ts";

/** Sixteen lanes of bytes. */
export const i8x16: Readonly<Record<"add" | "ne" | "swizzle", Binary<"v128">>> & {
  readonly splat: (value: Expr<"i32">) => Expr<"v128">;
  /** The highest bits of all lanes, as the bits of a number. */
  readonly bitmask: (a: Expr<"v128">) => Expr<"i32">;
} = {
  add: vectorBinary(0x6e),
  ne: vectorBinary(0x24),
  /** Lane i is lane b[i] of a, or 0 if there is none. */
  swizzle: vectorBinary(0x0e),
  splat: (value) => emit("v128", [value], simd(0x0f)),
  bitmask: (a) => emit("i32", [a], simd(0x64)),
};

/** Four lanes of 32-bit words, unsigned. */
export const i32x4: VectorOps<"add" | "sub" | "ge"> & {
  readonly const: (lanes: readonly number[]) => Expr<"v128">;
  /** The same word in all lanes. */
  readonly splat: (value: Int) => Expr<"v128">;
  readonly bitmask: (a: Expr<"v128">) => Expr<"i32">;
  /** The word in the first lane. */
  readonly first: (a: Expr<"v128">) => Expr<"i32">;
} = {
  const: (lanes) => ({
    type: "v128",
    code: [...simd(0x0c), ...lanes.flatMap((lane) => [0, 8, 16, 24].map((shift) => (lane >>> shift) & 0xff))],
  }),
  splat: (value) => emit("v128", [int(value)], simd(0x11)),
  first: (a) => emit("i32", [a], [...simd(0x1b), 0]),
  add: vectorBinary(0xae),
  sub: vectorBinary(0xb1),
  ge: vectorBinary(0x40),
  bitmask: (a) => emit("i32", [a], simd(0xa4)),
};

/** Two 64-bit lanes: for the bits of doubles, which `exp` and `log` need, and for products of words. */
export const i64x2: VectorOps<"add" | "productLow" | "productHigh"> & {
  readonly shiftLeft: (a: Expr<"v128">, bits: number) => Expr<"v128">;
  readonly shiftRight: (a: Expr<"v128">, bits: number) => Expr<"v128">;
} = {
  add: vectorBinary(0xce),
  shiftLeft: (a, bits) => emit("v128", [a, int(bits)], simd(0xcb)),
  /** Fills with zeros. */
  shiftRight: (a, bits) => emit("v128", [a, int(bits)], simd(0xcd)),
  /** i64x2.extmul_{low,high}_i32x4_u: the products of the two low or the two high words of `a` and `b`, in full. */
  productLow: vectorBinary(0xde),
  productHigh: vectorBinary(0xdf),
};

/** Two float64 lanes. */
export const f64x2: VectorOps<"add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax" | "eq" | "lt" | "le"> &
  Readonly<Record<"abs" | "neg" | "sqrt" | "nearest" | "fromLowF32x4", Unary<"v128">>> & {
    readonly const: (value: number) => Expr<"v128">;
    readonly splat: (value: Expr<"f64">) => Expr<"v128">;
    readonly replaceLane: (vector: Expr<"v128">, lane: number, value: number) => Expr<"v128">;
  } = {
  replaceLane: (vector, lane, value) =>
    emit("v128", [vector, { type: "f64", code: [0x44, ...float(value, 64)] }], [...simd(0x22), lane]),
  const: (value) => ({ type: "v128", code: [...simd(0x0c), ...float(value, 64), ...float(value, 64)] }),
  splat: (value) => emit("v128", [value], simd(0x14)),
  add: vectorBinary(0xf0),
  sub: vectorBinary(0xf1),
  mul: vectorBinary(0xf2),
  div: vectorBinary(0xf3),
  min: vectorBinary(0xf4),
  max: vectorBinary(0xf5),
  /** Pseudo-minimum and -maximum: b < a ? b : a, and a < b ? b : a. */
  pmin: vectorBinary(0xf6),
  pmax: vectorBinary(0xf7),
  eq: vectorBinary(0x47),
  lt: vectorBinary(0x49),
  le: vectorBinary(0x4b),
  abs: vectorUnary(0xec),
  neg: vectorUnary(0xed),
  sqrt: vectorUnary(0xef),
  nearest: vectorUnary(0x94),
  /** Widens the two low float32 lanes: exact. */
  fromLowF32x4: vectorUnary(0x5f),
};
