/** Random cases for elementwise functions, away from their poles. */
import fc from "fast-check";
import { apart, between } from "../arbitraries.ts";
import type { Cases } from "../differences.ts";
import { binary, unary } from "./drawn.ts";

const positive = between(0.4, 2);
/** On either side of the tangent's pole at pi / 2. */
const offPoles = fc.oneof(between(-1.2, 1.2), between(2, 4));

/** Any exponent of positive bases, whole exponents of others. */
const powers = fc.oneof(
  binary((a, b) => a.pow(b), positive, between(-2, 2)),
  fc.integer({ min: -3, max: 4 }).chain((n) => unary((x) => x.pow(n), apart())),
);

export const functionCases: Cases = {
  exp: unary((x) => x.exp()),
  expm1: unary((x) => x.expm1()),
  log: unary((x) => x.log(), positive),
  log1p: unary((x) => x.log1p(), between(-0.6, 2)),
  log2: unary((x) => x.log2(), positive),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  tan: unary((x) => x.tan(), offPoles),
  asin: unary((x) => x.asin(), between(-0.9, 0.9)),
  acos: unary((x) => x.acos(), between(-0.9, 0.9)),
  atan: unary((x) => x.atan(), between(-4, 4)),
  sinh: unary((x) => x.sinh()),
  cosh: unary((x) => x.cosh()),
  tanh: unary((x) => x.tanh()),
  sigmoid: unary((x) => x.sigmoid(), between(-4, 4)),
  softplus: unary((x) => x.softplus(), between(-4, 4)),
  erf: unary((x) => x.erf()),
  gelu: unary((x) => x.gelu(), between(-4, 4)),
  pow: powers,
};
