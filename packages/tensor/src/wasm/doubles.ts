/** The arithmetic of `math/` on SIMD lanes: four float32s widened to two pairs of float64s, so that `exp` becomes a kernel. */
import type { Arithmetic } from "../math/arithmetic.ts";
import { type Expr, f32x4, f64x2, i64x2, v128 } from "./expression.ts";
import type { FunctionBuilder } from "./function.ts";

/** Four float64 lanes: the low two and the high two. */
export interface Pair {
  readonly low: Expr<"v128">;
  readonly high: Expr<"v128">;
}

/** 2^52: added to an integer below it, its low bits hold that integer. */
const INTEGER_BITS = 2 ** 52;
const BIAS = 1023;

/** Emits every operation for both halves, each result into a local of its own. */
export function doubles(f: FunctionBuilder): Arithmetic<Pair, Pair> {
  const each =
    (operation: (...operands: Expr<"v128">[]) => Expr<"v128">) =>
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
    twoTo: each((k) => i64x2.shiftLeft(f64x2.add(k, f64x2.const(INTEGER_BITS + BIAS)), 52)),
    exponent: each((a) => {
      const field = i64x2.shiftRight(f64x2.abs(a), 52);
      return f64x2.sub(v128.or(field, f64x2.const(INTEGER_BITS)), f64x2.const(INTEGER_BITS + BIAS));
    }),
    mantissa: each((a) => v128.or(v128.and(a, v128.bits(0x000fffff, 0xffffffff)), f64x2.const(1))),
    horner: (coefficients, x) => coefficients.map(number).reduceRight((sum, term) => add(mul(sum, x), term)),
    less: each(f64x2.lt),
    select: each(v128.select),
  };
}

/** Widens four float32 lanes: exact. */
export function widen(f: FunctionBuilder, x: Expr<"v128">): Pair {
  const held = f.let(x);
  return {
    low: f.let(f64x2.fromLowF32x4(held)),
    high: f.let(f64x2.fromLowF32x4(v128.shuffle(held, held, [2, 3, 2, 3]))),
  };
}

/** Rounds back to four float32 lanes. */
export function narrow({ low, high }: Pair): Expr<"v128"> {
  return v128.shuffle(f32x4.fromF64x2(low), f32x4.fromF64x2(high), [0, 1, 4, 5]);
}
