/** Elementwise operations: each is one line of mathematics, for numbers and for four lanes. */
import { ValueError } from "../errors.ts";
import { type Elementwise, elementwise } from "../kernels/elementwise.ts";
import { type Arithmetic, numbers } from "../math/arithmetic.ts";
import { erf as erfOf } from "../math/erf.ts";
import { expm1 as expm1Of, exp as expOf } from "../math/exp.ts";
import { gelu as geluOf } from "../math/gelu.ts";
import { log1p as log1pOf, log as logOf } from "../math/log.ts";
import { pow as powOf } from "../math/pow.ts";
import { sigmoid as sigmoidOf, softplus as softplusOf } from "../math/sigmoid.ts";
import { tanh as tanhOf } from "../math/tanh.ts";
import { cos as cosOf, sin as sinOf } from "../math/trig.ts";
import { lift, type Operand, shapeOf } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { doubles, narrow, widen } from "../wasm/doubles.ts";
import { type Expr, f32x4, v128 } from "../wasm/expression.ts";

/** [...] -> [...]: the shape stays. */
export type Unary = (x: Tensor) => Tensor;
/** [...a], [...b] -> the shape both broadcast to, by NumPy's rule. */
export type Binary = (a: Tensor, b: Operand) => Tensor;

type Lanes = Expr<"v128">;

function unary(name: string, plain: (x: number) => number, simd?: (x: Lanes) => Lanes): Unary {
  const operation: Elementwise = { name, plain, ...(simd && { simd: (_f, x) => simd(x) }) };
  return (x) => elementwise(operation, x.shape, [x]);
}

/** A function written once over `Arithmetic`: computed in double precision, in numbers and in lanes alike. */
function transcendental(name: string, g: <T, Mask>(m: Arithmetic<T, Mask>, x: T) => T): Unary {
  const operation: Elementwise = {
    name,
    plain: (x) => g(numbers, x),
    simd: (f, x) => narrow(g(doubles(f), widen(f, x))),
  };
  return (x) => elementwise(operation, x.shape, [x]);
}

function binary(name: string, plain: (a: number, b: number) => number, simd?: (a: Lanes, b: Lanes) => Lanes): Binary {
  const operation: Elementwise = { name, plain, ...(simd && { simd: (_f, a, b) => simd(a, b) }) };
  return (a, b) => elementwise(operation, broadcastShapes(name, a.shape, shapeOf(name, b)), lift(a, b));
}

/** a + b. */
export const add: Binary = binary("add", (a, b) => a + b, f32x4.add);
/** a - b. */
export const sub: Binary = binary("sub", (a, b) => a - b, f32x4.sub);
/** a b, element by element; for the matrix product see `matmul`. */
export const mul: Binary = binary("mul", (a, b) => a * b, f32x4.mul);
/** a / b. */
export const div: Binary = binary("div", (a, b) => a / b, f32x4.div);
/** a^b. Negative bases take integer exponents only (else NaN); a^0 = 1, also for NaN: C's `pow`. */
export const pow: Binary = binary("pow", powOf);
// Not Math.max itself: that would take a third argument into account.
/** The larger of a and b; NaN if either is. */
export const maximum: Binary = binary("maximum", (a, b) => Math.max(a, b), f32x4.max);
/** The smaller of a and b; NaN if either is. */
export const minimum: Binary = binary("minimum", (a, b) => Math.min(a, b), f32x4.min);

/** -x. */
export const neg: Unary = unary("neg", (x) => -x, f32x4.neg);
/** |x|. */
export const abs: Unary = unary("abs", Math.abs, f32x4.abs);
/** -1, 0 or 1 as x is negative, zero or positive. */
export const sign: Unary = unary("sign", Math.sign);
/** x^2. */
export const square: Unary = unary(
  "square",
  (x) => x * x,
  (x) => f32x4.mul(x, x),
);
/** The square root; NaN for x < 0. */
export const sqrt: Unary = unary("sqrt", Math.sqrt, f32x4.sqrt);
/** 1 / sqrt(x). */
export const rsqrt: Unary = unary("rsqrt", (x) => 1 / Math.sqrt(x));
/** e^x. */
export const exp: Unary = transcendental("exp", expOf);
/** e^x - 1, accurate for small x. */
export const expm1: Unary = transcendental("expm1", expm1Of);
/** The natural logarithm; -Infinity at 0, NaN below. */
export const log: Unary = transcendental("log", logOf);
/** ln(1 + x), accurate for small x. */
export const log1p: Unary = transcendental("log1p", log1pOf);
/** The sine of x radians. */
export const sin: Unary = unary("sin", sinOf);
/** The cosine of x radians. */
export const cos: Unary = unary("cos", cosOf);
/** The hyperbolic tangent. */
export const tanh: Unary = transcendental("tanh", tanhOf);
/** The logistic function 1 / (1 + e^-x). */
export const sigmoid: Unary = transcendental("sigmoid", sigmoidOf);
/** ln(1 + e^x), a smooth `relu`. */
export const softplus: Unary = transcendental("softplus", softplusOf);
/** The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export const erf: Unary = unary("erf", erfOf);
/** max(x, 0) (Nair & Hinton 2010). */
export const relu: Unary = unary(
  "relu",
  (x) => Math.max(x, 0),
  (x) => f32x4.max(x, v128.zero()),
);
/** x Phi(x) with the normal distribution Phi, exact rather than by tanh (Hendrycks & Gimpel 2016). */
export const gelu: Unary = unary("gelu", geluOf);

function comparison(
  name: string,
  plain: (a: number, b: number) => boolean,
  simd: (a: Lanes, b: Lanes) => Lanes,
): Binary {
  return binary(
    name,
    (a, b) => (plain(a, b) ? 1 : 0),
    (a, b) => v128.and(simd(a, b), f32x4.const(1)),
  );
}

/** 1 where a = b, else 0. */
export const eq: Binary = comparison("eq", (a, b) => a === b, f32x4.eq);
/** 1 where a != b, else 0. */
export const ne: Binary = comparison("ne", (a, b) => a !== b, f32x4.ne);
/** 1 where a < b, else 0. */
export const lt: Binary = comparison("lt", (a, b) => a < b, f32x4.lt);
/** 1 where a <= b, else 0. */
export const le: Binary = comparison("le", (a, b) => a <= b, f32x4.le);
/** 1 where a > b, else 0. */
export const gt: Binary = comparison("gt", (a, b) => a > b, f32x4.gt);
/** 1 where a >= b, else 0. */
export const ge: Binary = comparison("ge", (a, b) => a >= b, f32x4.ge);

const choice: Elementwise = {
  name: "where",
  plain: (condition, yes, no) => (condition !== 0 ? yes : no),
  simd: (_f, condition, yes, no) => v128.select(f32x4.ne(condition, v128.zero()), yes, no),
};

/** `yes` where the condition is not zero, else `no`; the three broadcast together. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  const shape = broadcastShapes("where", condition.shape, shapeOf("where", yes), shapeOf("where", no));
  return elementwise(choice, shape, lift(condition, yes, no));
}

/**
 * x limited to [low, high]; either bound may be left out (-Infinity, Infinity).
 * @throws ValueError if low > high.
 */
export function clamp(x: Tensor, low: number, high: number = Number.POSITIVE_INFINITY): Tensor {
  if (!(low <= high)) throw new ValueError(`clamp: the lower bound ${low} is not below the upper bound ${high}`);
  return minimum(maximum(x, low), high);
}
