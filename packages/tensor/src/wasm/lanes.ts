/** The arithmetic of `math/` on SIMD lanes: given it, a formula does not compute but emits the code of a kernel. */
import type { Arithmetic, BasicArithmetic } from "../math/arithmetic.ts";
import { type Expr, f32x4, f64x2, i64x2, v128 } from "./expression.ts";
import type { FunctionBuilder } from "./function.ts";

/** Lanes of a vector: values and, as all ones or all zeros, masks. */
export type Lanes = Expr<"v128">;

/** Four float32 lanes, each result in a local of its own, so that a value used twice is computed once. */
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

/** Four float64 lanes: the low two and the high two. */
export interface Pair {
  readonly low: Lanes;
  readonly high: Lanes;
}

/** 2^52: added to an integer below it, its low bits hold that integer. */
const INTEGER_BITS = 2 ** 52;
const BIAS = 1023;

/** Four float64 lanes: every operation for both halves, each result in a local of its own. */
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

/** Widens four float32 lanes: exact. */
export function widen(f: FunctionBuilder, x: Lanes): Pair {
  const held = f.let(x);
  return {
    low: f.let(f64x2.fromLowF32x4(held)),
    high: f.let(f64x2.fromLowF32x4(v128.shuffle(held, held, [2, 3, 2, 3]))),
  };
}

/** Rounds back to four float32 lanes. */
export function narrow({ low, high }: Pair): Lanes {
  return v128.shuffle(f32x4.fromF64x2(low), f32x4.fromF64x2(high), [0, 1, 4, 5]);
}
