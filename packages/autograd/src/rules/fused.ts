/** Fused operations: one kernel forward, one pass backward. `composite` defines each by means of other operations. */
import type { Basis, Indices, Squash, Tensor } from "@polygrad/tensor";
import {
  crossEntropyBackward,
  elementwisePolynomialBackward,
  layerNormBackward,
  linearBackward,
  polynomialBackward,
  splineBackward,
} from "@polygrad/tensor/internal";
import type { Fused } from "../rule.ts";
import type { Variable } from "../variable.ts";

/**
 * y[b, o] = sum_i sum_k w[o, i, k] phi_k(x[b, i]): the values of the basis times the weights, as one matrix product.
 * Without constants, k begins with 1.
 */
export const polynomial: Fused<[Variable, Variable], [basis?: Basis, squash?: Squash, constants?: boolean]> = {
  backward: polynomialBackward,
  composite: (x, weight, basis, squash, constants = true) => {
    const [terms, first] = [weight.shape[2], Number(!constants)];
    const values = valuesOf(x, terms - 1 + first, basis, squash).slice(-1, first, first + terms);
    return values.flatten(1).matmul(weight.flatten(1).transpose());
  },
  reads: ([dx]) => [true, dx, false],
};

/** y[..., i] = sum_k w[i, k] phi_k(x[..., i]): a polynomial for each feature. */
export const elementwisePolynomial: Fused<[Variable, Variable], [basis?: Basis, squash?: Squash]> = {
  backward: elementwisePolynomialBackward,
  composite: (x, weight, basis, squash) =>
    valuesOf(x, weight.shape[1] - 1, basis, squash)
      .mul(weight)
      .sum(-1),
  reads: ([dx]) => [true, dx, false],
};

/** phi_0, ..., phi_degree of squash(x), along a new last axis. Powers, which are the default, are the most accurate. */
function valuesOf(x: Variable, degree: number, basis: Basis = "monomial", squash: Squash = "none"): Variable {
  const t = squash === "none" ? x : x.tanh();
  return basis === "monomial" ? t.powers(degree) : t.polynomials(degree, basis);
}

/**
 * y[b, o] = sum_i (sum_k w[o, i, k] B_k(x[b, i]) + v[o, i] silu(x[b, i])): two matrix products, or one without a base.
 */
export const spline: Fused<[Variable, Variable, Variable], [knots: Tensor, order: number]> = {
  backward: splineBackward,
  composite: (x, weight, base, knots, order) => {
    const y = x.bsplines(knots, order).flatten(1).matmul(weight.flatten(1).transpose());
    return base.rank === 0 ? y : y.add(x.mul(x.sigmoid()).matmul(base.transpose()));
  },
  reads: ([dx]) => [true, dx, dx, false],
};

/** x W^T + b, or max(x W^T + b, 0) if `relu` is true. */
export const linear: Fused<[Variable, Variable, Variable], [relu?: boolean]> = {
  backward: linearBackward,
  composite: (x, weight, bias, relu) => {
    const y = x.matmul(weight.transpose()).add(bias);
    return relu ? y.relu() : y;
  },
  reads: ([dx, dweight], relu) => [dweight, dx, false, relu],
};

/** (x - mean) / sqrt(variance + epsilon) over the last axes, those of `weight`, then times weight plus bias. */
export const layerNorm: Fused<[Variable, Variable, Variable], [epsilon?: number]> = {
  backward: layerNormBackward,
  composite: (x, weight, bias, epsilon = 1e-5) => {
    const axes = weight.shape.map((_, axis) => -1 - axis);
    const centred = x.sub(x.mean(axes, { keepDims: true }));
    const deviation = centred.square().mean(axes, { keepDims: true }).add(epsilon).sqrt();
    return centred.div(deviation).mul(weight).add(bias);
  },
  reads: () => [true, true, false, false],
};

/** The mean over the batch of -ln softmax(logits)[label]. */
export const crossEntropy: Fused<[Variable], [labels: Indices]> = {
  backward: crossEntropyBackward,
  composite: (logits, labels) => logits.logSoftmax(1).gather(1, labels).mean().neg(),
  reads: () => [true, false],
};
