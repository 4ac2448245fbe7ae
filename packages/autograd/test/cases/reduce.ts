/** Random cases for reductions, away from ties and from norms and deviations of 0. */
import type { Axes, Tensor } from "@polygrad/tensor";
import fc from "fast-check";
import type { Variable } from "../../src/index.ts";
import { apart, axesOf, axisOf, between, distinct, shapes, tensors } from "../arbitraries.ts";
import type { Case, Cases } from "../differences.ts";

type Options = { readonly keepDims?: boolean };
type Reduction = (x: Variable, axes: Axes, options?: Options) => Variable;

const options = fc.constantFrom<Options | undefined>(undefined, { keepDims: false }, { keepDims: true });

/** Over any axes of tensors drawn by `of`; empty axes only where `min` is 0, since neither mean nor maximum exists over no elements. */
function reduction(f: Reduction, of: (shape: number[]) => fc.Arbitrary<Tensor>, min = 1): fc.Arbitrary<Case> {
  return shapes({ min })
    .chain((shape) => fc.tuple(of(shape), axesOf(shape), options))
    .map(([x, axes, keep]) => ({ f: (a) => f(a, axes, ...(keep === undefined ? [] : [keep])), inputs: [x] }));
}

/** Over at least two elements, and n - correction >= 1. */
function moments(f: (x: Variable, axes: Axes, options: Options) => Variable): fc.Arbitrary<Case> {
  return shapes({ min: 2, minRank: 1 })
    .chain((shape) => fc.tuple(distinct(shape), axesOf(shape), options))
    .map(([x, axes, keep]) => {
      const some = Array.isArray(axes) && axes.length === 0 ? undefined : axes;
      return { f: (a) => f(a, some, keep ?? {}), inputs: [x] };
    });
}

function along(f: (x: Variable, axis: number) => Variable, min = 1): fc.Arbitrary<Case> {
  return shapes({ minRank: 1, min })
    .chain((shape) => fc.tuple(tensors(shape), axisOf(shape)))
    .map(([x, axis]) => ({ f: (a) => f(a, axis), inputs: [x] }));
}

const alongLast = (f: (x: Variable) => Variable): fc.Arbitrary<Case> =>
  shapes({ minRank: 1, min: 1 })
    .chain((shape) => tensors(shape))
    .map((x) => ({ f: (a) => f(a), inputs: [x] }));

const corrected = fc.constantFrom({}, { correction: 0 }, { correction: 1 }, { correction: 0.5 });
/** Factors may be 0: one, two or more of them. */
const factors = fc.oneof({ weight: 4, arbitrary: apart(0.4, 1.2) }, { weight: 1, arbitrary: fc.constant(0) });

export const reduceCases: Cases = {
  sum: reduction(
    (x, axes, keep) => x.sum(axes, keep),
    (shape) => tensors(shape),
    0,
  ),
  mean: reduction(
    (x, axes, keep) => x.mean(axes, keep),
    (shape) => tensors(shape),
  ),
  max: reduction((x, axes, keep) => x.max(axes, keep), distinct),
  min: reduction((x, axes, keep) => x.min(axes, keep), distinct),
  prod: reduction(
    (x, axes, keep) => x.prod(axes, keep),
    (shape) => tensors(shape, factors),
    0,
  ),
  prodOfOthers: shapes()
    .chain((shape) => fc.tuple(tensors(shape, factors), axesOf(shape)))
    .map(([x, axes]) => ({ f: (a) => a.prodOfOthers(axes), inputs: [x] })),
  variance: corrected.chain((more) => moments((x, axes, keep) => x.variance(axes, { ...keep, ...more }))),
  std: corrected.chain((more) => moments((x, axes, keep) => x.std(axes, { ...keep, ...more }))),
  norm: reduction(
    (x, axes, keep) => x.norm(axes, keep),
    (shape) => tensors(shape, apart()),
    0,
  ),
  logSumExp: reduction(
    (x, axes, keep) => x.logSumExp(axes, keep),
    (shape) => tensors(shape, between(-3, 3)),
  ),
  softmax: fc.oneof(
    along((x, axis) => x.softmax(axis)),
    alongLast((x) => x.softmax()),
  ),
  logSoftmax: fc.oneof(
    along((x, axis) => x.logSoftmax(axis)),
    alongLast((x) => x.logSoftmax()),
  ),
  cumsum: along((x, axis) => x.cumsum(axis), 0),
};
