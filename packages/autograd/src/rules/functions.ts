/** Gradient rules of elementwise functions, exponentials, logarithms and angles among them: a table of derivatives. */
import type { Rules } from "../rule.ts";
import type { Variable } from "../variable.ts";

type Unary = Rules<[Variable]>;

export const exp: Unary = [(g, y) => g.mul(y)];
export const expm1: Unary = [(g, y) => g.mul(y.add(1))];
export const log: Unary = [(g, _y, x) => g.div(x)];
export const log1p: Unary = [(g, _y, x) => g.div(x.add(1))];
/** 1 / (x ln 2). */
export const log2: Unary = [(g, _y, x) => g.div(x.mul(Math.LN2))];

export const sin: Unary = [(g, _y, x) => g.mul(x.cos())];
export const cos: Unary = [(g, _y, x) => g.mul(x.sin()).neg()];
/** sqrt(1 - x^2) as sqrt((1 - x) (1 + x)), which loses no digits near -1 and 1. */
const cosineOf = (x: Variable): Variable => x.neg().add(1).mul(x.add(1)).sqrt();
export const asin: Unary = [(g, _y, x) => g.div(cosineOf(x))];
export const acos: Unary = [(g, _y, x) => g.div(cosineOf(x)).neg()];
/** 1 / (1 + x^2). */
export const atan: Unary = [(g, _y, x) => g.div(x.square().add(1))];

export const sinh: Unary = [(g, _y, x) => g.mul(x.cosh())];
export const cosh: Unary = [(g, _y, x) => g.mul(x.sinh())];
/** 1 - y^2. */
export const tanh: Unary = [(g, y) => g.sub(g.mul(y.square()))];

/** y (1 - y), where 1 - y is computed as the sigmoid of -x, which keeps its accuracy near y = 1. */
export const sigmoid: Unary = [(g, y, x) => g.mul(y).mul(x.neg().sigmoid())];
export const softplus: Unary = [(g, _y, x) => g.mul(x.sigmoid())];

/** 2 / sqrt(pi) e^(-x^2). */
export const erf: Unary = [(g, _y, x) => g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))];

/** Phi(x) + x phi(x), with the normal distribution Phi and its density phi. */
export const gelu: Unary = [
  (g, _y, x) => {
    const distribution = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
    const density = x
      .square()
      .mul(-0.5)
      .exp()
      .div(Math.sqrt(2 * Math.PI));
    return g.mul(distribution.add(x.mul(density)));
  },
];

/**
 * (a^b)' = b a^(b-1) a' + y ln(a) b'. At a = 0 the first term is 0 if b = 0, and the second if b >= 0, as in PyTorch:
 * not NaN. There the rules replace the exponent or the base: a NaN hidden by a `where` would come back in the second
 * derivative.
 */
export const pow: Rules<[Variable, Variable]> = [
  (g, _y, a, b) => g.mul(b).mul(a.pow(oneLess(a, b))),
  (g, y, a, b) => g.mul(y).mul(a.eq(0).mul(b.ge(0)).where(1, a).log()),
];

/**
 * b - 1. But where b = 0, the power a^-1 may be infinite, and b times it must be 0, so another exponent stands in for
 * -1. If b requires a gradient, that is done only at a = 0, because elsewhere a^(b-1) is the mixed second derivative.
 */
function oneLess(a: Variable, b: Variable): Variable {
  return b.requiresGrad ? a.eq(0).mul(b.eq(0)).where(1, b.sub(1)) : b.eq(0).where(0, b.sub(1));
}
