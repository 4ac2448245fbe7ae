/**
 * Typed WebAssembly expressions: `f32x4.add(a, b)` is the code that leaves the sum on the stack.
 *
 * WebAssembly is a stack machine: first come the operands, then one opcode. Types keep addresses and vectors apart.
 */
import { type Code, float, signed, unsigned } from "./encode.ts";

/** The four value types that the kernels use; `v128` holds four float32s or two float64s. */
export type ValueType = "i32" | "f32" | "f64" | "v128";

/** Code that leaves one value of type `T` on the stack. */
export interface Expr<T extends ValueType> {
  readonly type: T;
  readonly code: Code;
}

/** An i32; a plain number is a constant. */
export type Int = Expr<"i32"> | number;

export type Unary<T extends ValueType> = (a: Expr<T>) => Expr<T>;
export type Binary<T extends ValueType> = (a: Expr<T>, b: Expr<T>) => Expr<T>;
type Load<T extends ValueType> = (address: Int, offset?: number) => Expr<T>;
type IntBinary = (a: Int, b: Int) => Expr<"i32">;

/** An i32 as an expression. */
export function int(value: Int): Expr<"i32"> {
  return typeof value === "number" ? { type: "i32", code: [0x41, ...signed(value)] } : value;
}

/** The code of the operands, then the opcode. */
export function emit<T extends ValueType>(
  type: T,
  operands: readonly Expr<ValueType>[],
  opcode: readonly number[],
): Expr<T> {
  return { type, code: [...operands.map(({ code }) => code), opcode] };
}

/** A SIMD opcode, which follows the prefix 0xfd. */
export function simd(opcode: number): number[] {
  return [0xfd, ...unsigned(opcode)];
}

const intBinary =
  (opcode: number): IntBinary =>
  (a, b) =>
    emit("i32", [int(a), int(b)], [opcode]);

/** The operation on one vector that has this opcode. */
export const vectorUnary =
  (opcode: number): Unary<"v128"> =>
  (a) =>
    emit("v128", [a], simd(opcode));

/** The operation on two vectors that has this opcode. */
export const vectorBinary =
  (opcode: number): Binary<"v128"> =>
  (a, b) =>
    emit("v128", [a, b], simd(opcode));

/** A memory operand: log2 of the alignment that we promise (none, so 0), then the constant offset in bytes. */
function memory(offset: number): number[] {
  return [0, ...unsigned(offset)];
}

/** Addresses, counters and conditions. */
export const i32: Readonly<
  Record<"add" | "sub" | "mul" | "and" | "rem" | "shiftRight" | "lt" | "ge" | "eq", IntBinary>
> & {
  readonly const: (value: number) => Expr<"i32">;
  /** The number of bits that are 1. */
  readonly popcnt: Unary<"i32">;
  /** An integer from 0 to 2^32 - 1 that comes as a float64. */
  readonly fromDouble: (value: Expr<"f64">) => Expr<"i32">;
  readonly load8: Load<"i32">;
  readonly load: Load<"i32">;
} = {
  const: (value) => int(value),
  fromDouble: (value) => emit("i32", [value], [0xab]),
  add: (a, b) => (b === 0 ? int(a) : emit("i32", [int(a), int(b)], [0x6a])),
  sub: intBinary(0x6b),
  mul: intBinary(0x6c),
  and: intBinary(0x71),
  /** The remainder of an unsigned division. */
  rem: intBinary(0x70),
  shiftRight: intBinary(0x76),
  popcnt: (a) => emit("i32", [a], [0x69]),
  // Unsigned, because addresses go beyond 2^31.
  lt: intBinary(0x49),
  ge: intBinary(0x4f),
  eq: intBinary(0x46),
  load8: (address, offset = 0) => emit("i32", [int(address)], [0x2d, ...memory(offset)]),
  load: (address, offset = 0) => emit("i32", [int(address)], [0x28, ...memory(offset)]),
};

/** Single floats, mostly for the elements after the last full vector. */
export const f32: {
  readonly const: (value: number) => Expr<"f32">;
  readonly load: Load<"f32">;
  /** The nearest float32 of an unsigned integer. */
  readonly fromInt: (value: Expr<"i32">) => Expr<"f32">;
  /** The nearest float32 of a float64. */
  readonly fromDouble: (value: Expr<"f64">) => Expr<"f32">;
} = {
  const: (value) => ({ type: "f32", code: [0x43, ...float(value, 32)] }),
  load: (address, offset = 0) => emit("f32", [int(address)], [0x2a, ...memory(offset)]),
  fromInt: (value) => emit("f32", [value], [0xb3]),
  fromDouble: (value) => emit("f32", [value], [0xb6]),
};

/** Vectors of 128 bits, whatever they hold: loads, constants, shuffles and bitwise logic. */
export const v128: {
  readonly load: Load<"v128">;
  readonly loadLane: (address: Int, offset: number, lane: number, into: Expr<"v128">) => Expr<"v128">;
  readonly loadBytes: Load<"v128">;
  /** One float32 into lane 0; the other lanes are zero. */
  readonly loadFirst: Load<"v128">;
  /** Two float32s into lanes 0 and 1; the other lanes are zero. */
  readonly loadPair: Load<"v128">;
  readonly zero: () => Expr<"v128">;
  readonly bits: (high: number, low: number) => Expr<"v128">;
  readonly and: Binary<"v128">;
  readonly or: Binary<"v128">;
  readonly xor: Binary<"v128">;
  readonly select: (mask: Expr<"v128">, yes: Expr<"v128">, no: Expr<"v128">) => Expr<"v128">;
  readonly shuffle: (a: Expr<"v128">, b: Expr<"v128">, lanes: readonly number[]) => Expr<"v128">;
  readonly shuffleBytes: (a: Expr<"v128">, b: Expr<"v128">, bytes: readonly number[]) => Expr<"v128">;
  /** 1 if any bit is 1, else 0. */
  readonly anyTrue: (a: Expr<"v128">) => Expr<"i32">;
} = {
  load: (address, offset = 0) => emit("v128", [int(address)], [...simd(0x00), ...memory(offset)]),
  loadLane: (address, offset, lane, into) =>
    emit("v128", [int(address), into], [...simd(0x56), ...memory(offset), lane]),
  /** Eight bytes, widened to eight unsigned 16-bit lanes. */
  loadBytes: (address, offset = 0) => emit("v128", [int(address)], [...simd(0x02), ...memory(offset)]),
  loadFirst: (address, offset = 0) => emit("v128", [int(address)], [...simd(0x5c), ...memory(offset)]),
  loadPair: (address, offset = 0) => emit("v128", [int(address)], [...simd(0x5d), ...memory(offset)]),
  zero: () => ({ type: "v128", code: [...simd(0x0c), ...new Array<number>(16).fill(0)] }),
  /** A 64-bit pattern, in both halves. */
  bits: (high, low) => {
    const half = [low, high].flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff));
    return { type: "v128", code: [...simd(0x0c), ...half, ...half] };
  },
  and: vectorBinary(0x4e),
  or: vectorBinary(0x50),
  xor: vectorBinary(0x51),
  select: (mask, yes, no) => emit("v128", [yes, no, mask], simd(0x52)),
  /** Four 32-bit lanes chosen from `a` (0..3) and `b` (4..7). */
  shuffle: (a, b, lanes) =>
    v128.shuffleBytes(
      a,
      b,
      lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
    ),
  /** Sixteen bytes chosen from `a` (0..15) and `b` (16..31). */
  shuffleBytes: (a, b, bytes) => emit("v128", [a, b], [...simd(0x0d), ...bytes]),
  anyTrue: (a) => emit("i32", [a], simd(0x53)),
};

/** Operations on two vectors, by name. */
export type VectorOps<Names extends string> = Readonly<Record<Names, Binary<"v128">>>;

/** Four float32 lanes. */
export const f32x4: VectorOps<"add" | "sub" | "mul" | "div" | "min" | "max" | "eq" | "ne" | "lt" | "gt" | "le" | "ge"> &
  Readonly<Record<"abs" | "neg" | "sqrt" | "nearest" | "fromLowU16" | "fromHighU16" | "fromF64x2", Unary<"v128">>> & {
    readonly const: (value: number) => Expr<"v128">;
    readonly splat: (value: Expr<"f32">) => Expr<"v128">;
    readonly loadSplat: Load<"v128">;
  } = {
  const: (value) => ({ type: "v128", code: [...simd(0x0c), ...[0, 1, 2, 3].flatMap(() => float(value, 32))] }),
  splat: (value) => emit("v128", [value], simd(0x13)),
  loadSplat: (address, offset = 0) => emit("v128", [int(address)], [...simd(0x09), ...memory(offset)]),
  add: vectorBinary(0xe4),
  sub: vectorBinary(0xe5),
  mul: vectorBinary(0xe6),
  div: vectorBinary(0xe7),
  min: vectorBinary(0xe8),
  max: vectorBinary(0xe9),
  eq: vectorBinary(0x41),
  ne: vectorBinary(0x42),
  lt: vectorBinary(0x43),
  gt: vectorBinary(0x44),
  le: vectorBinary(0x45),
  ge: vectorBinary(0x46),
  abs: vectorUnary(0xe0),
  neg: vectorUnary(0xe1),
  sqrt: vectorUnary(0xe3),
  nearest: vectorUnary(0x6a),
  /** i32x4.extend_{low,high}_i16x8_u, then f32x4.convert_i32x4_s (one instruction; the unsigned one is many): exact. */
  fromLowU16: (a) => emit("v128", [a], [...simd(0xa9), ...simd(0xfa)]),
  fromHighU16: (a) => emit("v128", [a], [...simd(0xaa), ...simd(0xfa)]),
  /** Rounds two doubles into the low lanes; the high lanes are zero. */
  fromF64x2: vectorUnary(0x5e),
};
