/** Fused operations: one kernel forward, one pass back; `composite` is what they mean. */
import * as k from "@polygrad/tensor";
import type { FusedOp, Op } from "../op.ts";
import { constant, type Variable } from "../variable.ts";

/** The powers 0 ... degree of every element along a new last axis: d/dx x^d = d x^(d-1). */
export const powers: Op<[Variable], [degree: number]> = {
  kernel: k.powers,
  vjp: [
    (g, _y, x, degree) => {
      if (degree === 0) return constant(k.zerosLike(x.value));
      const slopes = x.powers(degree - 1).mul(k.arange(1, degree + 1));
      return g.slice(-1, 1).mul(slopes).sum(-1);
    },
  ],
};

/** y[b, o] = sum_i sum_d w[o, i, d] x[b, i]^d: the powers of x times the weights, as one matrix product. */
export const polynomial: FusedOp<[Variable, Variable]> = {
  inputs: 2,
  kernel: k.polynomial,
  backward: ([byInput, byWeight], g, _y, x, weight) => [
    byInput ? k.polynomialGradInput(g, x, weight) : undefined,
    byWeight ? k.polynomialGradWeight(g, x, weight, byWeight === true ? undefined : byWeight) : undefined,
  ],
  composite: (x, weight) =>
    x
      .powers(weight.shape[2] - 1)
      .flatten(1)
      .matmul(weight.flatten(1).transpose()),
};

/** y[..., i] = sum_d w[i, d] x[..., i]^d: a polynomial for each feature. */
export const elementwisePolynomial: FusedOp<[Variable, Variable]> = {
  inputs: 2,
  kernel: k.elementwisePolynomial,
  backward: ([byInput, byWeight], g, _y, x, weight) => [
    byInput ? k.elementwisePolynomialGradInput(g, x, weight) : undefined,
    byWeight ? k.elementwisePolynomialGradWeight(g, x, weight) : undefined,
  ],
  composite: (x, weight) =>
    x
      .powers(weight.shape[1] - 1)
      .mul(weight)
      .sum(-1),
};

/**
 * x W^T + b, or max(x W^T + b, 0) with `relu`: [..., inputs], [outputs, inputs], [outputs] -> [..., outputs]. The result
 * of the latter is positive where what it was clamped from is, so that tells where the gradient passes.
 */
export const linear: FusedOp<[Variable, Variable, Variable], [relu?: boolean]> = {
  inputs: 3,
  kernel: k.linear,
  backward: (wanted, g, y, x, weight, _bias, relu) => k.linearBackward(relu ? g.mul(y.gt(0)) : g, x, weight, wanted),
  composite: (x, weight, bias, relu) => {
    const y = x.matmul(weight.transpose()).add(bias);
    return relu ? y.relu() : y;
  },
};

/**
 * (x - mean) / sqrt(variance + epsilon) over the last axes, those of `weight`, then times weight plus bias
 * (Ba, Kiros & Hinton 2016).
 */
export const layerNorm: FusedOp<[Variable, Variable, Variable], [epsilon: number]> = {
  inputs: 3,
  kernel: k.layerNorm,
  backward: (_wanted, g, _y, x, weight, _bias, epsilon) => k.layerNormBackward(g, x, weight, epsilon),
  composite: (x, weight, bias, epsilon) => {
    const axes = weight.shape.map((_, axis) => -1 - axis);
    const centred = x.sub(x.mean(axes, { keepDims: true }));
    const deviation = centred.square().mean(axes, { keepDims: true }).add(epsilon).sqrt();
    return centred.div(deviation).mul(weight).add(bias);
  },
};

/** The mean over the batch of -ln softmax(logits)[label]: [batch, classes] and labels [batch] -> []. */
export const crossEntropy: FusedOp<[Variable], [labels: k.Indices]> = {
  inputs: 1,
  kernel: k.crossEntropy,
  backward: (_wanted, g, _y, logits, labels) => [k.crossEntropyBackward(g, logits, labels)],
  composite: (logits, labels) => logits.logSoftmax(1).gather(1, labels).mean().neg(),
};
