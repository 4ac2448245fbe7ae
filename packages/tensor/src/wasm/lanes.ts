/** The arithmetic of `math/` on SIMD lanes. With it, a formula does not compute a value but emits code. */
import type { Arithmetic, BasicArithmetic } from "../math/arithmetic.ts";
import type { Words } from "../math/philox.ts";
import { type Expr, f32x4, v128 } from "./expression.ts";
import type { FunctionBuilder, Local } from "./function.ts";
import { f64x2, i32x4, i64x2 } from "./vectors.ts";

/** The lanes of a vector: values or masks, in which the bits of a lane are all ones or all zeros. */
export type Lanes = Expr<"v128">;

/**
 * The arithmetic of four float32 lanes. Each result is kept in a local, so that a value that is used twice is computed
 * once.
 */
export function singleLanes(f: FunctionBuilder): BasicArithmetic<Lanes, Lanes> {
  const unary = (operation: (a: Lanes) => Lanes) => (a: Lanes) => f.let(operation(a));
  const binary = (operation: (a: Lanes, b: Lanes) => Lanes) => (a: Lanes, b: Lanes) => f.let(operation(a, b));
  return {
    number: f32x4.const,
    add: binary(f32x4.add),
    sub: binary(f32x4.sub),
    mul: binary(f32x4.mul),
    div: binary(f32x4.div),
    neg: unary(f32x4.neg),
    abs: unary(f32x4.abs),
    sqrt: unary(f32x4.sqrt),
    max: binary(f32x4.max),
    min: binary(f32x4.min),
    nearest: unary(f32x4.nearest),
    less: binary(f32x4.lt),
    atMost: binary(f32x4.le),
    equal: binary(f32x4.eq),
    select: (mask, yes, no) => f.let(v128.select(mask, yes, no)),
  };
}

/** Four float64 lanes, in two vectors. */
export interface Pair {
  readonly low: Lanes;
  readonly high: Lanes;
}

/** 2^52: in the sum of 2^52 and a smaller integer, the low bits are that integer. */
const INTEGER_BITS = 2 ** 52;
const BIAS = 1023;

/** The arithmetic of four float64 lanes: every operation on both vectors. Each result is kept in a local. */
export function doubleLanes(f: FunctionBuilder): Arithmetic<Pair, Pair> {
  const each =
    (operation: (...operands: Lanes[]) => Lanes) =>
    (...operands: Pair[]): Pair => ({
      low: f.let(operation(...operands.map((pair) => pair.low))),
      high: f.let(operation(...operands.map((pair) => pair.high))),
    });
  const number = (value: number): Pair => ({ low: f64x2.const(value), high: f64x2.const(value) });
  const [add, mul] = [each(f64x2.add), each(f64x2.mul)];
  return {
    number,
    add,
    sub: each(f64x2.sub),
    mul,
    div: each(f64x2.div),
    neg: each(f64x2.neg),
    abs: each(f64x2.abs),
    sqrt: each(f64x2.sqrt),
    max: each(f64x2.max),
    min: each(f64x2.min),
    larger: each(f64x2.pmax),
    smaller: each(f64x2.pmin),
    nearest: each(f64x2.nearest),
    less: each(f64x2.lt),
    atMost: each(f64x2.le),
    equal: each(f64x2.eq),
    select: each(v128.select),
    twoTo: each((k) => i64x2.shiftLeft(f64x2.add(k, f64x2.const(INTEGER_BITS + BIAS)), 52)),
    exponent: each((a) => {
      const field = i64x2.shiftRight(f64x2.abs(a), 52);
      return f64x2.sub(v128.or(field, f64x2.const(INTEGER_BITS)), f64x2.const(INTEGER_BITS + BIAS));
    }),
    mantissa: each((a) => v128.or(v128.and(a, v128.bits(0x000fffff, 0xffffffff)), f64x2.const(1))),
    horner: (coefficients, x) => coefficients.map(number).reduceRight((sum, term) => add(mul(sum, x), term)),
  };
}

/** The arithmetic of four lanes of 32-bit words. Each result is kept in a local. */
export function wordLanes(f: FunctionBuilder): Words<Lanes> {
  return {
    word: (value) => f.let(i32x4.splat(value)),
    add: (a, b) => f.let(i32x4.add(a, b)),
    xor: (a, b) => f.let(v128.xor(a, b)),
    product: (a, b) => {
      const [first, last] = [f.let(i64x2.productLow(a, b)), f.let(i64x2.productHigh(a, b))];
      const words = (lanes: readonly number[]) => f.let(v128.shuffle(first, last, lanes));
      return { high: words([1, 3, 5, 7]), low: words([0, 2, 4, 6]) };
    },
  };
}

/** Four float32 lanes as float64 lanes: exact. */
export function widen(f: FunctionBuilder, x: Lanes): Pair {
  const held = f.let(x);
  return {
    low: f.let(f64x2.fromLowF32x4(held)),
    high: f.let(f64x2.fromLowF32x4(v128.shuffle(held, held, [2, 3, 2, 3]))),
  };
}

/** Four float64 lanes, rounded to float32 lanes. */
export function narrow({ low, high }: Pair): Lanes {
  return v128.shuffle(f32x4.fromF64x2(low), f32x4.fromF64x2(high), [0, 1, 4, 5]);
}

/** The 4 by 4 matrix whose rows are the columns of the given one. */
export function transposed(f: FunctionBuilder, [a, b, c, d]: readonly Lanes[]): Lanes[] {
  const pairs = (x: Lanes, y: Lanes, lanes: readonly number[]) => f.let(v128.shuffle(x, y, lanes));
  const [early, late] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ].map((lanes) => [pairs(a, b, lanes), pairs(c, d, lanes)] as const);
  return [early, late].flatMap(([ab, cd]) => [pairs(ab, cd, [0, 1, 4, 5]), pairs(ab, cd, [2, 3, 6, 7])]);
}

/** The same lanes in both halves. */
export function both(half: Lanes): Pair {
  return { low: half, high: half };
}

/** Two locals, which keep a pair from one turn of a loop to the next. */
export interface PairOfLocals {
  readonly value: { readonly low: Local<"v128">; readonly high: Local<"v128"> };
  set(value: Pair): void;
}

/** A pair of locals that begins with a value. */
export function pairOfLocals(f: FunctionBuilder, start: Pair): PairOfLocals {
  const value = { low: f.let(start.low), high: f.let(start.high) };
  const set = ({ low, high }: Pair): void => {
    f.set(value.low, low);
    f.set(value.high, high);
  };
  return { value, set };
}
