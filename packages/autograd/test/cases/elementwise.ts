/** Random cases for elementwise operations, away from their kinks and poles. */
import fc from "fast-check";
import type { Variable } from "../../src/index.ts";
import { apart, between, broadcasting, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

function unary(f: (x: Variable) => Variable, element = between(-2, 2)): fc.Arbitrary<Case> {
  return shapes()
    .chain((shape) => tensors(shape, element))
    .map((x) => ({ f: (a) => f(a), inputs: [x] }));
}

function binary(f: (a: Variable, b: Variable) => Variable, first = between(-2, 2), second = first): fc.Arbitrary<Case> {
  return broadcasting(2)
    .chain(([a, b]) => fc.tuple(tensors(a, first), tensors(b, second)))
    .map(([a, b]) => ({ f: (x, y) => f(x, y), inputs: [a, b] }));
}

const positive = between(0.4, 2);
/** Near whole numbers, and near halves: no two of them are closer than 0.1. */
const nearWhole = fc.tuple(fc.integer({ min: -2, max: 2 }), between(-0.2, 0.2)).map(([n, x]) => n + x);
const nearHalf = nearWhole.map((x) => x + 0.5);
/** Below, between and above the bounds -1 and 1, by 0.1 or more. */
const offBounds = fc.oneof(between(-2, -1.1), between(-0.9, 0.9), between(1.1, 2));

const comparing = (f: (a: Variable, b: Variable) => Variable): fc.Arbitrary<Case> => binary(f, nearWhole, nearHalf);

/** Any exponent of positive bases, whole exponents of others. */
const powers = fc.oneof(
  binary((a, b) => a.pow(b), positive, between(-2, 2)),
  fc.integer({ min: -3, max: 4 }).chain((n) => unary((x) => x.pow(n), apart())),
);

const bounds = fc.constantFrom<[number, number?]>([-1, 1], [-1], [Number.NEGATIVE_INFINITY, 1]);

const choices = broadcasting(3)
  .chain(([c, a, b]) => fc.tuple(tensors(c, apart()), tensors(a), tensors(b)))
  .map(([c, a, b]) => ({ f: (x: Variable, y: Variable, z: Variable) => x.gt(0).where(y, z), inputs: [c, a, b] }));

export const elementwiseCases: Cases = {
  add: binary((a, b) => a.add(b)),
  sub: binary((a, b) => a.sub(b)),
  mul: binary((a, b) => a.mul(b)),
  div: binary((a, b) => a.div(b), between(-2, 2), apart()),
  pow: powers,
  neg: unary((x) => x.neg()),
  abs: unary((x) => x.abs(), apart()),
  sign: unary((x) => x.sign(), apart()),
  square: unary((x) => x.square()),
  sqrt: unary((x) => x.sqrt(), positive),
  rsqrt: unary((x) => x.rsqrt(), positive),
  exp: unary((x) => x.exp()),
  expm1: unary((x) => x.expm1()),
  log: unary((x) => x.log(), positive),
  log1p: unary((x) => x.log1p(), between(-0.6, 2)),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  tanh: unary((x) => x.tanh()),
  sigmoid: unary((x) => x.sigmoid(), between(-4, 4)),
  softplus: unary((x) => x.softplus(), between(-4, 4)),
  erf: unary((x) => x.erf()),
  relu: unary((x) => x.relu(), apart()),
  gelu: unary((x) => x.gelu(), between(-4, 4)),
  maximum: comparing((a, b) => a.maximum(b)),
  minimum: comparing((a, b) => a.minimum(b)),
  clamp: bounds.chain(([low, high]) => unary((x) => x.clamp(low, ...(high === undefined ? [] : [high])), offBounds)),
  where: choices,
  eq: comparing((a, b) => a.eq(b)),
  ne: comparing((a, b) => a.ne(b)),
  lt: comparing((a, b) => a.lt(b)),
  le: comparing((a, b) => a.le(b)),
  gt: comparing((a, b) => a.gt(b)),
  ge: comparing((a, b) => a.ge(b)),
};
