/** Elementwise arithmetic, comparisons and choices: each is one formula, for numbers and for SIMD lanes. */
import { number } from "../arguments.ts";
import { ValueError } from "../errors.ts";
import { doubleKernel, type SingleFormula, singleKernel } from "../kernels/elementwise.ts";
import type { BasicArithmetic } from "../math/arithmetic.ts";
import { type Binary, type Primitive, primitive, type Ternary, type Unary } from "../operation.ts";
import { optional } from "../parameters.ts";
import type { Tensor } from "../tensor.ts";
import { map } from "./map.ts";

/** An operation of one tensor, [...] -> [...]. Every step is rounded to the tensor's precision. */
function unary(name: string, formula: SingleFormula): Primitive<Unary> {
  const kernel = singleKernel(name, formula);
  return primitive(name, 1, [], (x) => map(kernel, x));
}

/** The same for two tensors, which broadcast by NumPy's rule: [...a], [...b] -> the shape that both broadcast to. */
function binary(name: string, formula: SingleFormula): Primitive<Binary> {
  const kernel = singleKernel(name, formula);
  return primitive(name, 2, [], (a, b) => map(kernel, a, b));
}

/** a + b. */
export const add: Primitive<Binary> = binary("add", (m, a, b) => m.add(a, b));
/** a - b. */
export const sub: Primitive<Binary> = binary("sub", (m, a, b) => m.sub(a, b));
/** a b, element by element. For the matrix product, see `matmul`. */
export const mul: Primitive<Binary> = binary("mul", (m, a, b) => m.mul(a, b));
/** a / b. */
export const div: Primitive<Binary> = binary("div", (m, a, b) => m.div(a, b));
/** The larger of a and b; NaN if either is. */
export const maximum: Primitive<Binary> = binary("maximum", (m, a, b) => m.max(a, b));
/** The smaller of a and b; NaN if either is. */
export const minimum: Primitive<Binary> = binary("minimum", (m, a, b) => m.min(a, b));

/** -x. */
export const neg: Primitive<Unary> = unary("neg", (m, x) => m.neg(x));
/** |x|. */
export const abs: Primitive<Unary> = unary("abs", (m, x) => m.abs(x));
/** x^2. */
export const square: Primitive<Unary> = unary("square", (m, x) => m.mul(x, x));
/** The square root; NaN for x < 0. */
export const sqrt: Primitive<Unary> = unary("sqrt", (m, x) => m.sqrt(x));
/** max(x, 0), the rectified linear unit (V. Nair & G. E. Hinton 2010). */
export const relu: Primitive<Unary> = unary("relu", (m, x) => m.max(x, m.number(0)));
/** -1, 0 or 1 if x is negative, zero or positive; NaN if x is NaN. */
export const sign: Primitive<Unary> = unary("sign", (m, x) => {
  const negative = m.select(m.less(x, m.number(0)), m.number(-1), x);
  return m.select(m.less(m.number(0), x), m.number(1), negative);
});
/** The nearest integer. Ties go to the even integer, as in NumPy. */
export const round: Primitive<Unary> = unary("round", (m, x) => m.nearest(x));
/** The largest integer that is at most x. */
export const floor: Primitive<Unary> = unary("floor", floorOf);
/** The smallest integer that is at least x. */
export const ceil: Primitive<Unary> = unary("ceil", (m, x) => m.neg(floorOf(m, m.neg(x))));

function floorOf<T, Mask>(m: BasicArithmetic<T, Mask>, x: T): T {
  const nearest = m.nearest(x);
  return m.select(m.less(x, nearest), m.sub(nearest, m.number(1)), nearest);
}

/** 1 where the condition holds, else 0. */
function test<T, Mask>(m: BasicArithmetic<T, Mask>, condition: Mask): T {
  return m.select(condition, m.number(1), m.number(0));
}

/** 1 where a = b, else 0. */
export const eq: Primitive<Binary> = binary("eq", (m, a, b) => test(m, m.equal(a, b)));
/** 1 where a != b, else 0. */
export const ne: Primitive<Binary> = binary("ne", (m, a, b) => m.sub(m.number(1), test(m, m.equal(a, b))));
/** 1 where a < b, else 0. */
export const lt: Primitive<Binary> = binary("lt", (m, a, b) => test(m, m.less(a, b)));
/** 1 where a <= b, else 0. */
export const le: Primitive<Binary> = binary("le", (m, a, b) => test(m, m.atMost(a, b)));
/** 1 where a > b, else 0. */
export const gt: Primitive<Binary> = binary("gt", (m, a, b) => test(m, m.less(b, a)));
/** 1 where a >= b, else 0. */
export const ge: Primitive<Binary> = binary("ge", (m, a, b) => test(m, m.atMost(b, a)));
/** 1 where x is NaN, else 0. */
export const isNan: Primitive<Unary> = unary("isNan", (m, x) => m.sub(m.number(1), test(m, m.equal(x, x))));
/** 1 where x is Infinity or -Infinity, else 0. */
export const isInf: Primitive<Unary> = unary("isInf", (m, x) =>
  test(m, m.equal(m.abs(x), m.number(Number.POSITIVE_INFINITY))),
);

const choice = singleKernel("where", (m, condition, yes, no) => m.select(m.equal(condition, m.number(0)), no, yes));

/** `yes` where the condition is not zero, else `no`. The three operands broadcast together. */
export const where: Primitive<Ternary> = primitive("where", 3, [], (condition, yes, no) =>
  map(choice, condition, yes, no),
);

const reciprocalRoot = doubleKernel("rsqrt", (m, x) => m.div(m.number(1), m.sqrt(x)));

/** 1 / sqrt(x), computed in double precision and rounded once. */
export const rsqrt: Primitive<Unary> = primitive("rsqrt", 1, [], (x) => map(reciprocalRoot, x));

/**
 * x limited to [low, high], by default -Infinity and Infinity. `clamp(x, undefined, high)` limits x only from above.
 *
 * A primitive, because its gradient on a bound is 1, where those of `maximum` and `minimum` are a half.
 * @throws ValueError unless low <= high.
 */
export const clamp: Primitive<Unary<[low?: number, high?: number]>> = primitive(
  "clamp",
  1,
  [optional("low", number), optional("high", number)],
  limited,
);

function limited(x: Tensor, low: number = Number.NEGATIVE_INFINITY, high: number = Number.POSITIVE_INFINITY): Tensor {
  if (!(low <= high)) throw new ValueError(`clamp: needs low <= high, got ${low} and ${high}`);
  return minimum(maximum(x, low), high);
}
