/** Random cases for elementwise operations, away from their kinks and poles. */
import fc from "fast-check";
import type { Variable } from "../../src/index.ts";
import { apart, between, broadcasting, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";
import { binary, unary } from "./drawn.ts";

const positive = between(0.4, 2);
/** Near whole numbers, and near halves: no two of them are closer than 0.1. */
const nearWhole = fc.tuple(fc.integer({ min: -2, max: 2 }), between(-0.2, 0.2)).map(([n, x]) => n + x);
const nearHalf = nearWhole.map((x) => x + 0.5);
/** Below, between and above the bounds -1 and 1, by 0.1 or more. */
const offBounds = fc.oneof(between(-2, -1.1), between(-0.9, 0.9), between(1.1, 2));

const comparing = (f: (a: Variable, b: Variable) => Variable): fc.Arbitrary<Case> => binary(f, nearWhole, nearHalf);

type Bounds = [low?: number | undefined, high?: number];
const bounds = fc.constantFrom<Bounds>([-1, 1], [-1], [Number.NEGATIVE_INFINITY, 1], [undefined, 1]);

const choices = broadcasting(3)
  .chain(([c, a, b]) => fc.tuple(tensors(c, apart()), tensors(a), tensors(b)))
  .map(([c, a, b]) => ({ f: (x: Variable, y: Variable, z: Variable) => x.gt(0).where(y, z), inputs: [c, a, b] }));

export const elementwiseCases: Cases = {
  add: binary((a, b) => a.add(b)),
  sub: binary((a, b) => a.sub(b)),
  mul: binary((a, b) => a.mul(b)),
  div: binary((a, b) => a.div(b), between(-2, 2), apart()),
  neg: unary((x) => x.neg()),
  abs: unary((x) => x.abs(), apart()),
  sign: unary((x) => x.sign(), apart()),
  square: unary((x) => x.square()),
  sqrt: unary((x) => x.sqrt(), positive),
  rsqrt: unary((x) => x.rsqrt(), positive),
  relu: unary((x) => x.relu(), apart()),
  maximum: comparing((a, b) => a.maximum(b)),
  minimum: comparing((a, b) => a.minimum(b)),
  clamp: bounds.chain((limits) => unary((x) => x.clamp(...limits), offBounds)),
  where: choices,
  round: unary((x) => x.round(), nearWhole),
  floor: unary((x) => x.floor(), nearHalf),
  ceil: unary((x) => x.ceil(), nearHalf),
  isNan: unary((x) => x.isNan()),
  isInf: unary((x) => x.isInf()),
  eq: comparing((a, b) => a.eq(b)),
  ne: comparing((a, b) => a.ne(b)),
  lt: comparing((a, b) => a.lt(b)),
  le: comparing((a, b) => a.le(b)),
  gt: comparing((a, b) => a.gt(b)),
  ge: comparing((a, b) => a.ge(b)),
};
