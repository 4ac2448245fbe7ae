/** Operators that reduce axes to one number. Read define.ts first. */
import type { Variable } from "@polygrad/autograd";
import type { Operator } from "../node-reader.ts";
import { integers, numbersOf } from "../value.ts";
import { operator } from "./define.ts";

/** The axes to reduce, and whether they stay with the size 1. */
type Reduce = (x: Variable, axes: readonly number[] | undefined, options: { readonly keepDims: boolean }) => Variable;

/** Up to some opset, the axes are an attribute, then an input: from 13 of ReduceSum, from 18 of the others. */
function reduction(compute: Reduce, inputFrom = 18): Operator {
  return (node) => {
    const isInput = node.opset >= inputFrom;
    const axes = isInput ? undefined : node.integers("axes");
    const keepDims = node.integer("keepdims", 1) !== 0;
    const nothingIfEmpty = isInput && node.integer("noop_with_empty_axes", 0) !== 0;
    return operator(1, isInput ? 2 : 1, () => ({ x, kind }, given) => {
      const named = given === undefined ? axes : numbersOf(given);
      const all = nothingIfEmpty ? [] : undefined;
      return { x: compute(x, named?.length === 0 ? all : (named ?? all), { keepDims }), kind };
    })(node);
  };
}

/** The place of the largest or the smallest element along an axis: integers. */
function place(find: (x: Variable, axis: number) => Int32Array): Operator {
  return operator(1, 1, (node) => {
    const [axis, keepDims] = [node.integer("axis", 0), node.integer("keepdims", 1) !== 0];
    node.requires("select_last_index", 0);
    return ({ x }) => {
      const { shape } = x.sum(axis, { keepDims });
      return integers(find(x, axis), shape);
    };
  });
}

export const reductions: Readonly<Record<string, Operator>> = {
  ArgMax: place((x, axis) => x.argmax(axis)),
  ArgMin: place((x, axis) => x.argmin(axis)),
  ReduceL1: reduction((x, axes, options) => x.abs().sum(axes, options)),
  ReduceL2: reduction((x, axes, options) => x.norm(axes, options)),
  ReduceLogSum: reduction((x, axes, options) => x.sum(axes, options).log()),
  ReduceLogSumExp: reduction((x, axes, options) => x.logSumExp(axes, options)),
  ReduceMax: reduction((x, axes, options) => x.max(axes, options)),
  ReduceMean: reduction((x, axes, options) => x.mean(axes, options)),
  ReduceMin: reduction((x, axes, options) => x.min(axes, options)),
  ReduceProd: reduction((x, axes, options) => x.prod(axes, options)),
  ReduceSum: reduction((x, axes, options) => x.sum(axes, options), 13),
  ReduceSumSquare: reduction((x, axes, options) => x.square().sum(axes, options)),
};
