/** Steps that compute one element from many: sums, products, extremes, norms and statistics. */
import type { Draw } from "../draw.ts";
import { exp, log, sqrt, square } from "../functions.ts";
import { add, close, constant, doubtful, type Hyper, mul, sub, sum } from "../hyper.ts";
import { UNIT } from "../part.ts";
import { at, build, count, indicesOf, type Plain } from "../plain.ts";
import { method, type Pool, type Proposals, type Propose, type Step } from "../step.ts";

interface Axes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** For each place of the result, f of the elements that are reduced there. */
export function reduced(x: Plain, { axes, keepDims }: Axes, f: (items: readonly Hyper[]) => Hyper): Plain {
  const inner = axes.map((axis) => x.shape[axis]);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const all = build(kept, (index) =>
    f(
      indicesOf(inner).map((places) =>
        at(
          x,
          index.map((i, axis) => (axes.includes(axis) ? places[axes.indexOf(axis)] : i)),
        ),
      ),
    ),
  );
  return keepDims ? all : { shape: kept.filter((_, axis) => !axes.includes(axis)), items: all.items };
}

/** Axes, as the step is given them and as the plain code reads them. */
function chooseAxes(draw: Draw, shape: readonly number[], mayBeEmpty: boolean): [options: unknown[], Axes] | undefined {
  const keepDims = draw.once(2);
  const all = shape.map((_, axis) => axis);
  const some = draw.some(shape.length);
  const axes = draw.once(4) ? all : some;
  if (!mayBeEmpty && axes.some((axis) => shape[axis] === 0)) return undefined;
  if (axes.length === all.length && draw.once(2))
    return [keepDims ? [undefined, { keepDims }] : [], { axes, keepDims }];
  const given = axes.length === 1 && draw.once(2) ? axes[0] - shape.length : axes;
  return [keepDims || draw.once(3) ? [given, { keepDims }] : [given], { axes, keepDims }];
}

function reducing(name: string, f: (items: readonly Hyper[]) => Hyper, mayBeEmpty = true): Propose {
  return (draw, pool) => {
    const x = pool.pick(draw);
    const chosen = x === undefined ? undefined : chooseAxes(draw, pool.shapes[x], mayBeEmpty);
    if (x === undefined || chosen === undefined) return undefined;
    const [options, axes] = chosen;
    return method(name, [x], options, (a) => reduced(a, axes, f));
  };
}

/** The largest or smallest. If another one is close, the gradient goes to either. */
const extreme =
  (sign: 1 | -1) =>
  (items: readonly Hyper[]): Hyper => {
    let best = items[0];
    for (const item of items) if (sign * (item.x.value - best.x.value) > 0) best = item;
    return doubtful(
      best,
      items.some((item) => item.uncertain || (item !== best && close(item, best))),
    );
  };

/**
 * The product. The library divides it by each factor, and in its second derivative two equal terms cancel: P/x^2 - P/x^2.
 */
function product(items: readonly Hyper[]): Hyper {
  const result = items.reduce(mul, constant(1));
  const ghost = items.reduce((total, { x, d1, d2 }) => {
    const size = x.value === 0 ? 0 : (Math.abs(result.x.value) / x.value ** 2) * d1.size * d2.size;
    return total + size * (8 + (8 * x.error) / Math.max(Math.abs(x.value), UNIT));
  }, 0);
  return { ...result, d12: { ...result.d12, size: result.d12.size + ghost, error: result.d12.error + ghost } };
}

/** The mean. */
export function mean(items: readonly Hyper[]): Hyper {
  return mul(sum(items), constant(1 / items.length));
}

/** sum((x - mean)^2) / (n - correction). */
export function variance(items: readonly Hyper[], correction: number): Hyper {
  const centre = mean(items);
  return mul(sum(items.map((item) => square(sub(item, centre)))), constant(1 / (items.length - correction)));
}

/** ln(sum(e^x)), less the largest x, which is then added again. */
export function logSumExp(items: readonly Hyper[]): Hyper {
  const top = constant(Math.max(...items.map(({ x }) => x.value)));
  return add(log(sum(items.map((item) => exp(sub(item, top))))), top);
}

/** variance and std, which have a correction of 0 or 1 as an option. */
function spread(name: string, finish: (variance: Hyper) => Hyper): Propose {
  return (draw: Draw, pool: Pool): Step | undefined => {
    const x = pool.pick(draw);
    const chosen = x === undefined ? undefined : chooseAxes(draw, pool.shapes[x], false);
    if (x === undefined || chosen === undefined) return undefined;
    const [options, axes] = chosen;
    if (count(axes.axes.map((axis) => pool.shapes[x][axis])) < 2) return undefined;
    const correction = draw.below(2);
    const given = [options[0], { keepDims: axes.keepDims, correction }];
    return method(name, [x], given, (a) => reduced(a, axes, (items) => finish(variance(items, correction))));
  };
}

const cumsum: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length > 0);
  if (x === undefined) return undefined;
  const axis = draw.below(pool.shapes[x].length);
  return method("cumsum", [x], [axis], (a) =>
    build(a.shape, (index) =>
      sum(
        Array.from({ length: index[axis] + 1 }, (_, i) =>
          at(
            a,
            index.map((own, k) => (k === axis ? i : own)),
          ),
        ),
      ),
    ),
  );
};

export const reductions: Proposals = {
  sum: reducing("sum", sum),
  prod: reducing("prod", product),
  max: reducing("max", extreme(1), false),
  min: reducing("min", extreme(-1), false),
  norm: reducing("norm", (items) => (items.length === 0 ? constant(0) : sqrt(sum(items.map(square))))),
  mean: reducing("mean", mean, false),
  logSumExp: reducing("logSumExp", logSumExp, false),
  variance: spread("variance", (value) => value),
  std: spread("std", sqrt),
  cumsum,
};
