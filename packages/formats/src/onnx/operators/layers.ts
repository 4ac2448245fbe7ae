/** Operators that layers are: products of matrices, softmax and normalisations. Read define.ts first. */
import { constant, type Variable } from "@polygrad/autograd";
import { zeros } from "@polygrad/tensor";
import { resolveAxis, sizeOf } from "@polygrad/tensor/internal";
import type { NodeReader, Operator } from "../node-reader.ts";
import type { Value } from "../value.ts";
import { binary, operator, unary } from "./define.ts";

/** y = alpha A B + beta C, with A or B transposed if so asked. */
function gemm(node: NodeReader) {
  const [alpha, beta] = [node.float("alpha", 1), node.float("beta", 1)];
  const [transA, transB] = [node.integer("transA", 0) !== 0, node.integer("transB", 0) !== 0];
  return ({ x, kind }: Value, b?: Value, c?: Value): Value => {
    const left = transA ? x.transpose() : x;
    const weight = node.given(b).x;
    // As the layer Linear computes it, with one pass less over the results.
    if (c?.x.rank === 1 && alpha === 1 && beta === 1 && c.x.size === weight.shape[transB ? 0 : 1])
      return { x: left.linear(transB ? weight : weight.transpose(), c.x), kind };
    const product = left.matmul(transB ? weight.transpose() : weight);
    const scaled = alpha === 1 ? product : product.mul(alpha);
    if (c === undefined) return { x: scaled, kind };
    return { x: scaled.add(beta === 1 ? c.x : c.x.mul(beta)), kind };
  };
}

/** Before opset 13, over all axes from `axis` on, as one; from then, along one. */
function softmax(compute: (x: Variable, axis: number) => Variable): Operator {
  return unary((node) => {
    if (node.opset >= 13) {
      const axis = node.integer("axis", -1);
      return (x) => compute(x, axis);
    }
    const axis = node.integer("axis", 1);
    return (x) => {
      const columns = sizeOf(x.shape.slice(resolveAxis("OnnxModel", axis, x.rank)));
      return compute(x.reshape([x.size / columns, columns]), -1).reshape(x.shape);
    };
  });
}

/** For each feature, axis 1: by the running statistics. */
function batchNormalization(node: NodeReader) {
  const epsilon = node.float("epsilon", 1e-5);
  node.ignore("momentum");
  if (node.opset >= 14) node.requires("training_mode", 0);
  return ({ x, kind }: Value, ...parts: readonly (Value | undefined)[]): Value => {
    const [weight, bias, mean, variance] = parts.map((part) => {
      const { x: each } = node.given(part);
      return each.reshape([each.size, ...x.shape.slice(2).map(() => 1)]);
    });
    const scale = weight.div(variance.add(epsilon).sqrt());
    return { x: x.sub(mean).mul(scale).add(bias), kind };
  };
}

/** Over all axes from `axis` on. */
function layerNormalization(node: NodeReader) {
  const [axis, epsilon] = [node.integer("axis", -1), node.float("epsilon", 1e-5)];
  node.requires("stash_type", 1);
  return ({ x, kind }: Value, weight?: Value, bias?: Value): Value => {
    const shape = x.shape.slice(resolveAxis("OnnxModel", axis, x.rank));
    const shift = bias?.x ?? constant(zeros(shape));
    return { x: x.layerNorm(node.given(weight).x.broadcastTo(shape), shift.broadcastTo(shape), epsilon), kind };
  };
}

export const layers: Readonly<Record<string, Operator>> = {
  BatchNormalization: operator(5, 5, batchNormalization),
  Gemm: operator(2, 3, gemm),
  LayerNormalization: operator(2, 3, layerNormalization),
  LogSoftmax: softmax((x, axis) => x.logSoftmax(axis)),
  MatMul: binary((a, b) => a.matmul(b)),
  Softmax: softmax((x, axis) => x.softmax(axis)),
};
