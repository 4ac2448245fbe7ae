/** The operations that take a tensor first: each is a free function here and a method by fluent.ts. */
export { allClose, equals } from "../compare.ts";
export { format as toString, toArray } from "../format.ts";
export { assign, clone, contiguous, toFloat64 } from "../copy.ts";
export {
  broadcastTo,
  expand,
  flatten,
  flip,
  permute,
  reshape,
  select,
  slice,
  squeeze,
  transpose,
  unsqueeze,
  view,
} from "../view.ts";
export { crossEntropy, crossEntropyBackward } from "./cross-entropy.ts";
export {
  abs,
  add,
  clamp,
  cos,
  div,
  eq,
  erf,
  exp,
  expm1,
  ge,
  gelu,
  gt,
  le,
  log,
  log1p,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  pow,
  relu,
  rsqrt,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
  where,
} from "./elementwise.ts";
export { linear, linearBackward } from "./linear.ts";
export { dot, matmul, outer } from "./matmul.ts";
export { layerNorm, layerNormBackward } from "./normalise.ts";
export {
  elementwisePolynomial,
  elementwisePolynomialGradInput,
  elementwisePolynomialGradWeight,
  polynomial,
  polynomialGradInput,
  polynomialGradWeight,
  powers,
} from "./polynomial.ts";
export { gather, indexSelect, intoSlice, pad, scatterAdd, split } from "./rearrange.ts";
export {
  argmax,
  argmin,
  cumsum,
  logSoftmax,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  softmax,
  std,
  sum,
  variance,
} from "./reduce.ts";
