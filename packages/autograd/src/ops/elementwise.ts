/** Elementwise operations: one line of calculus each. */
import * as k from "@polygrad/tensor";
import type { Op } from "../op.ts";
import type { Variable } from "../variable.ts";

type Unary = Op<[Variable]>;
type Binary = Op<[Variable, Variable]>;

export const add: Binary = { kernel: k.add, vjp: [(g) => g, (g) => g] };

export const sub: Binary = { kernel: k.sub, vjp: [(g) => g, (g) => g.neg()] };

export const mul: Binary = { kernel: k.mul, vjp: [(g, _y, _a, b) => g.mul(b), (g, _y, a) => g.mul(a)] };

/** (a / b)' = a' / b - y b' / b. */
export const div: Binary = {
  kernel: k.div,
  vjp: [(g, _y, _a, b) => g.div(b), (g, y, _a, b) => g.mul(y).div(b).neg()],
};

/**
 * (a^b)' = b a^(b-1) a' + y ln(a) b'. At a = 0 it is 0 by a if b = 0, and 0 by b if b >= 0, as in PyTorch: not NaN.
 * What is replaced there is the exponent or the base: a NaN behind a `where` would come back in the second derivative.
 */
export const pow: Binary = {
  kernel: k.pow,
  vjp: [
    (g, _y, a, b) => g.mul(b).mul(a.pow(a.eq(0).mul(b.eq(0)).where(1, b.sub(1)))),
    (g, y, a, b) => g.mul(y).mul(a.eq(0).mul(b.ge(0)).where(1, a).log()),
  ],
};

export const neg: Unary = { kernel: k.neg, vjp: [(g) => g.neg()] };

/** sign(x), which is 0 at the kink. */
export const abs: Unary = { kernel: k.abs, vjp: [(g, _y, x) => g.mul(x.sign())] };

export const sign: Unary = { kernel: k.sign, vjp: [null] };

export const square: Unary = { kernel: k.square, vjp: [(g, _y, x) => g.mul(x).mul(2)] };

/** 1 / (2 y). */
export const sqrt: Unary = { kernel: k.sqrt, vjp: [(g, y) => g.div(y.mul(2))] };

/** -y^3 / 2. */
export const rsqrt: Unary = { kernel: k.rsqrt, vjp: [(g, y) => g.mul(y.square().mul(y)).mul(-0.5)] };

export const exp: Unary = { kernel: k.exp, vjp: [(g, y) => g.mul(y)] };

export const expm1: Unary = { kernel: k.expm1, vjp: [(g, y) => g.mul(y.add(1))] };

export const log: Unary = { kernel: k.log, vjp: [(g, _y, x) => g.div(x)] };

export const log1p: Unary = { kernel: k.log1p, vjp: [(g, _y, x) => g.div(x.add(1))] };

export const sin: Unary = { kernel: k.sin, vjp: [(g, _y, x) => g.mul(x.cos())] };

export const cos: Unary = { kernel: k.cos, vjp: [(g, _y, x) => g.mul(x.sin()).neg()] };

/** 1 - y^2. */
export const tanh: Unary = { kernel: k.tanh, vjp: [(g, y) => g.sub(g.mul(y.square()))] };

/** y (1 - y), with 1 - y as the sigmoid of -x so that it keeps its accuracy near y = 1. */
export const sigmoid: Unary = { kernel: k.sigmoid, vjp: [(g, y, x) => g.mul(y).mul(x.neg().sigmoid())] };

export const softplus: Unary = { kernel: k.softplus, vjp: [(g, _y, x) => g.mul(x.sigmoid())] };

/** 2 / sqrt(pi) e^(-x^2). */
export const erf: Unary = {
  kernel: k.erf,
  vjp: [(g, _y, x) => g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))],
};

/** 1 where x > 0, and 0 at the kink. */
export const relu: Unary = { kernel: k.relu, vjp: [(g, _y, x) => g.mul(x.gt(0))] };

/** Phi(x) + x phi(x), with the normal distribution Phi and its density phi. */
export const gelu: Unary = {
  kernel: k.gelu,
  vjp: [
    (g, _y, x) => {
      const distribution = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
      const density = x
        .square()
        .mul(-0.5)
        .exp()
        .div(Math.sqrt(2 * Math.PI));
      return g.mul(distribution.add(x.mul(density)));
    },
  ],
};

/** The share of `a` in choosing between a and b: 1, 0, or a half each where they are equal, as in PyTorch. */
const share = (wins: Variable, ties: Variable): Variable => wins.add(ties.mul(0.5));

export const maximum: Binary = {
  kernel: k.maximum,
  vjp: [(g, _y, a, b) => g.mul(share(a.gt(b), a.eq(b))), (g, _y, a, b) => g.mul(share(a.lt(b), a.eq(b)))],
};

export const minimum: Binary = {
  kernel: k.minimum,
  vjp: [(g, _y, a, b) => g.mul(share(a.lt(b), a.eq(b))), (g, _y, a, b) => g.mul(share(a.gt(b), a.eq(b)))],
};

/** 1 within the bounds, and on them. */
export const clamp: Op<[Variable], [low: number, high?: number]> = {
  kernel: k.clamp,
  vjp: [(g, _y, x, low, high = Number.POSITIVE_INFINITY) => g.mul(x.ge(low)).mul(x.le(high))],
};

/** `condition.where(yes, no)`: the gradient goes where the value came from, and none to the condition. */
export const where: Op<[Variable, Variable, Variable]> = {
  kernel: k.where,
  vjp: [null, (g, _y, condition) => condition.where(g, 0), (g, _y, condition) => condition.where(0, g)],
};

export const eq: Binary = { kernel: k.eq, vjp: [null, null] };
export const ne: Binary = { kernel: k.ne, vjp: [null, null] };
export const lt: Binary = { kernel: k.lt, vjp: [null, null] };
export const le: Binary = { kernel: k.le, vjp: [null, null] };
export const gt: Binary = { kernel: k.gt, vjp: [null, null] };
export const ge: Binary = { kernel: k.ge, vjp: [null, null] };
